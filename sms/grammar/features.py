"""What the trained model sees of a text: letters, words, pairs of words, topics, and what the rules found.

A feature is a name. Those of one word depend on that word alone, so that their weights are added up once and
remembered; the others belong to two neighbours or to the whole text.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sms.grammar.evidence import Evidence
from sms.grammar.kind import DECISIVE, ENOUGH
from sms.grammar.lexicon import CueKind
from sms.grammar.meaning import Meaning, Sender
from sms.grammar.words import Word

SHAPE: Final = 1
"""Goes up when the features change: a model trained on others is unfit."""
SHORTEST, LONGEST = 2, 5
"""Letters of an n-gram; the marks of the word's two edges count."""
_SIGNS: Final = frozenset("?!")
_LENGTHS: Final = (3, 6, 12)
_MOST_WORDS: Final = 80
_MOST_LETTERS: Final = 24


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


def names_of(word: Word, topics: Sequence[str]) -> Iterator[str]:
    """The word as written, as meant, its root and classes, and its topics."""
    if word.is_number:
        yield f"w:{min(len(word.text), 5)}"
        return
    yield f"w:{word.text}"
    if word.word != word.text:
        yield f"c:{word.word}"
    yield from (f"e:{edge}" for edge in word.edges if edge[0] in "@~" or edge.endswith("2"))
    yield from (f"t:{topic}" for topic in topics)


def pair_of(left: str, right: str) -> str:
    """Two words that stand side by side, as they are meant."""
    return f"p:{left} {right}"


def topic_pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """Topics of two words that stand near each other."""
    for one in left:
        for other in right:
            yield f"x:{one} {other}"


def meant(word: Word) -> str:
    """The word as pairs see it; all numbers are one."""
    return "0" if word.is_number else word.word


def of_text(evidence: Evidence, rules: Meaning, sender: Sender, seen: int) -> Iterator[str]:
    """What the rules found in the text and what they made of it, and how long it is (`seen` words)."""
    yield f"n:{sum(seen >= length for length in _LENGTHS)}"
    yield f"n:{sender}"
    if evidence.placed:
        yield "n:placed"
    if evidence.number is not None:
        yield "n:number"
    yield from _cues(evidence)
    yield f"r:{rules.intent}"
    if rules.incident_type is not None and rules.priority is not None:
        yield f"r:{rules.incident_type.value}"
        yield f"r:{rules.priority.value}"
    if rules.status is not None:
        yield f"r:{rules.status.value}"


def _cues(evidence: Evidence) -> Iterator[str]:
    yield from sorted(
        {f"m:{match.cue.kind}:{match.cue.value}{'-' * match.negated}" for match in evidence.matches}
    )
    signs = signs_of(evidence)
    yield from (f"z:{one} {other}" for at, one in enumerate(signs) for other in signs[at + 1 :])
    for kind in evidence.kinds[:3]:
        if kind.score >= ENOUGH:
            yield f"k:{kind.code}{'!' * (kind.score >= DECISIVE)}"
    if evidence.kinds:
        yield from (f"y:{evidence.kinds[0].code} {sign}" for sign in signs)


def signs_of(evidence: Evidence) -> list[str]:
    """The signs of urgency in the text, in order of their names; a - stands behind those taken back."""
    return sorted(
        {
            f"{match.cue.value}{'-' * match.negated}"
            for match in evidence.matches
            if match.cue.kind is CueKind.SIGN
        }
    )


def of_kind(kind: str, signs: Sequence[str]) -> Iterator[str]:
    """What the priority is told of the type that the model settled on."""
    yield f"q:{kind}"
    yield from (f"q:{kind} {sign}" for sign in signs)
