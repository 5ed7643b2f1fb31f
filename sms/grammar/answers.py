"""Bare answers: a digit, yes or no, a greeting, a test; and what our last question makes of them."""

from collections.abc import Mapping, Sequence
from typing import Final

from hotline.domain.playbook import Area
from sms.grammar.lexicon import Lexicon
from sms.grammar.meaning import Basis, Found, Intent, Question
from sms.grammar.numerals import count_at
from sms.grammar.words import Word

YES: Final = "YA"
NO: Final = "TIDAK"
_MOST_WORDS: Final = 3
_LONGEST_CHOICE: Final = 2
_SOLVED: Final = "solved"
"""The lexicon's list of what an end is, which is said behind a digit and answers nothing without it."""


def bare_choice(words: Sequence[Word], lexicon: Lexicon) -> str | None:
    """The digit, YA or TIDAK that is all the text says, or None; `1 benar` and `2 belum teratasi`, which are
    what a closing asks for, say it too.
    """
    said = [word for word in words if word.text.isalnum()]
    if not said or len(said) > _MOST_WORDS:
        return None
    if len(said) == 1 and said[0].is_number:
        return said[0].text if len(said[0].text) <= _LONGEST_CHOICE else None
    for choice, name, digit in ((YES, "yes", "1"), (NO, "no", "2")):
        coded = said[0].text == digit
        told = said[1:] if coded else said
        about = lexicon.alone.get(_SOLVED, frozenset()) if coded else frozenset[str]()
        telling = lexicon.alone[name] | (about if choice == YES else frozenset())
        if any(_within(word, telling) for word in told) and all(
            _within(word, telling | about) or not word.content or word.word == "sudah" for word in told
        ):
            return choice
    return None


def bare_word(words: Sequence[Word], lexicon: Lexicon) -> Intent | None:
    """A greeting (OTHER) or a test (noise) that is all the text says."""
    said = [word for word in words if word.text.isalnum()]
    if said and all(_within(word, lexicon.alone["test"]) for word in said):
        return Intent.SPAM_OR_NOISE
    greeting = lexicon.alone["greeting"]
    if said and any(_within(word, greeting) for word in said):
        return Intent.OTHER if all(_within(word, greeting) or not word.content for word in said) else None
    return None


def answered_rt(words: Sequence[Word], question: Question | None) -> Found[int] | None:
    """The RT in a bare number, when that is what we asked."""
    said = [word for word in words if word.text.isalnum()]
    if question is not Question.RT or not said:
        return None
    number = count_at(said, 0)
    if number is None or number[1] != len(said) or not 0 < number[0] < 200:
        return None
    return Found(number[0], tuple(word.span for word in said), 0.9, Basis.CONTEXT)


def answered_area(
    choice: str | None, words: Sequence[Word], question: Question | None, areas: Mapping[str, Area]
) -> Found[str] | None:
    """The kelurahan behind a bare digit, when we sent the numbered list."""
    if choice is None or question not in (Question.AREA_LIST, Question.PLACE):
        return None
    area = next((area for area in areas.values() if area.key == choice), None)
    if area is None:
        return None
    return Found(area.code, tuple(word.span for word in words if word.is_number), 0.95, Basis.CONTEXT)


def _within(word: Word, words: frozenset[str]) -> bool:
    return word.text in words or word.word in words
