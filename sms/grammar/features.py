"""What the trained model sees of a text: letters, words, pairs of words, topics, and what the rules found.

A feature is a name and belongs to one group. What the features of a group say together is divided by the root
of their number, so that a long text shouts no louder than a short one. Those of one word depend on that word
alone, so that their weights are added up once and remembered; the others belong to two neighbours or to the
whole text.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Final

from hotline.domain.playbook import Priority
from sms.grammar.evidence import Evidence
from sms.grammar.kind import DECISIVE, ENOUGH
from sms.grammar.lexicon import CueKind
from sms.grammar.meaning import Found, Meaning, Sender
from sms.grammar.words import Word

SHAPE: Final = 2
"""Goes up when the features change: a model trained on others is unfit."""
SHORTEST, LONGEST = 2, 5
"""Letters of an n-gram; the marks of the word's two edges count."""
_SIGNS: Final = frozenset("?!")
_LENGTHS: Final = (3, 6, 12)
_MOST_WORDS: Final = 80
_MOST_LETTERS: Final = 24
_NUMBER: Final = "0"
"""How words and pairs see any number."""


class Group(IntEnum):
    """Features that share their say."""

    LETTERS = 0
    WORDS = 1
    TOPICS = 2
    NEAR = 3
    """Topics of words that stand near each other."""
    RULES = 4
    TOLD = 5
    """What the priority is told of the type that the model settled on."""


def looked_at(words: Iterable[Word]) -> list[Word]:
    """The words that the model looks at: letters, numbers and the marks that mean something, each word once
    and not without end, so that what is said over and over does not drown the rest.
    """
    distinct: dict[str, Word] = {}
    for word in words:
        if word.text.isalnum() or word.text in _SIGNS:
            distinct.setdefault(word.text, word)
            if len(distinct) == _MOST_WORDS:
                break
    return list(distinct.values())


def letters_of(word: Word) -> Iterator[str]:
    """The n-grams of a word's letters, within the word."""
    if word.text.isalpha():
        marked = f"^{word.text[:_MOST_LETTERS]}$"
        for size in range(SHORTEST, LONGEST + 1):
            for at in range(len(marked) - size + 1):
                yield marked[at : at + size]


def words_of(word: Word) -> Iterator[str]:
    """The word as written and as meant: `yg` and `yang` share the second. Of a number only its length."""
    if word.is_number:
        yield f"w:{min(len(word.text), 5)}"
    else:
        yield f"w:{word.text}"
        yield f"c:{word.word}"


def topics_of(word: Word, topics: Sequence[str]) -> Iterator[str]:
    """The word's root and classes, and its topics."""
    if not word.is_number:
        yield from (f"e:{edge}" for edge in word.edges if edge[0] in "@~" or edge.endswith("2"))
        yield from (f"t:{topic}" for topic in topics)


def said(seen: Sequence[Word]) -> list[str]:
    """The words as pairs see them, between two edges."""
    return ["<", *(_NUMBER if word.is_number else word.word for word in seen), ">"]


def pair_of(left: str, right: str) -> str:
    """Two words that stand side by side, as they are meant."""
    return f"p:{left} {right}"


def topic_pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """Topics of two words that stand near each other."""
    for one in left:
        for other in right:
            yield f"x:{one} {other}"


def of_text(evidence: Evidence, rules: Meaning, sender: Sender, seen: int) -> list[str]:
    """What the rules found in the text and what they made of it, and how long it is (`seen` words)."""
    found = [f"n:{sum(seen >= length for length in _LENGTHS)}", f"n:{sender}", f"r:{rules.intent}"]
    if evidence.placed:
        found.append("n:placed")
    if evidence.number is not None:
        found.append("n:number")
    if rules.incident_type is not None and rules.priority is not None:
        found += (f"r:{rules.incident_type.value}", f"r:{rules.priority.value}")
    if rules.status is not None:
        found.append(f"r:{rules.status.value}")
    return found + _cues(evidence)


def _cues(evidence: Evidence) -> list[str]:
    found = [
        f"m:{kind}:{value}{'-' * negated}"
        for kind, value, negated in {
            (m.cue.kind, m.cue.value, m.negated) for m in evidence.matches if m.cue.kind is not CueKind.ABOUT
        }
    ]
    signs = signs_of(evidence)
    found += [f"z:{one} {other}" for at, one in enumerate(signs) for other in signs[at + 1 :]]
    found += [
        f"k:{kind.code}{'!' * (kind.score >= DECISIVE)}"
        for kind in evidence.kinds[:3]
        if kind.score >= ENOUGH
    ]
    if evidence.kinds:
        found += [f"y:{evidence.kinds[0].code} {sign}" for sign in signs]
    return found


def signs_of(evidence: Evidence) -> list[str]:
    """The signs of urgency in the text, in order of their names; a - stands behind those taken back."""
    return sorted(
        {
            f"{match.cue.value}{'-' * match.negated}"
            for match in evidence.matches
            if match.cue.kind is CueKind.SIGN
        }
    )


def of_kind(kind: str, heard: Found[Priority], signs: Sequence[str]) -> list[str]:
    """What the priority is told of the type: which it is, what the rules make of such an incident with what
    the text says, and each sign of urgency with it.
    """
    return [
        f"q:{kind}",
        f"q:{heard.value}",
        f"q:{heard.value} {heard.confidence}",
        f"q:{kind} {heard.value} {heard.confidence}",
        *(f"q:{kind} {sign}" for sign in signs),
    ]
