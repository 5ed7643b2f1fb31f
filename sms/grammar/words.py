"""A text as words: each with the letters it stands in, the word that is meant, and what phrases may see in
it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from sms.grammar.lexicon import Lexicon
from sms.grammar.meaning import Span
from sms.grammar.spelling import Speller

_PIECE: Final = re.compile(r"[a-z]+(?:['`][a-z]+)*|[0-9]+|[^\sa-z0-9]")
_DOUBLED: Final = re.compile(r"2(?:an|nya|nyo|ny|x|lah)?(?![0-9a-z])")
_NOT_DOUBLED: Final = frozenset(
    [
        "rt", "rw", "jam", "pukul", "blok", "lantai", "sma", "smp", "smk", "sman", "smpn", "sdn", "man",
        "mtsn", "tahap", "jl", "no", "gang", "lorong", "km",
    ]
)  # fmt: skip
_LONGEST: Final = 2_000
"""Letters that are looked at: more than a text of ten parts; the rest only makes the machine slow."""
_SENTENCE_ENDS: Final = frozenset(".!?;\n")
_PLACING: Final[Mapping[str, str]] = {"di": "di", "d": "di", "ke": "ke", "k": "ke"}
"""Little words that phrases look past, but may ask for: `di_lokasi` is on scene, `ke_lokasi` on the way."""
_CLAUSE_ENDS: Final = frozenset(",:")
_MEMORY: Final = 50_000
_LEAST_KEYWORD, _LONGEST_KEYWORD = 4, 10
"""Letters of a keyword that is taken for one though it is spelt out."""
_LOOKS_LIKE: Final = str.maketrans("01345", "oieas")
_Seen = tuple[str, tuple[str, ...], bool, bool]


class Word(NamedTuple):
    """One word, number or sign of the text. A tuple, since a text makes a dozen and time counts."""

    text: str
    start: int
    end: int
    word: str
    edges: tuple[str, ...]
    known: bool
    sentence: int
    clause: int
    content: bool
    """False for particles and signs, which phrases look past."""
    is_number: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def fold(text: str) -> str:
    """The text in plain lower-case letters, every letter still at its own place."""
    text = text[:_LONGEST]
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_letter, text))


def _fold_letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    plain = unicodedata.normalize("NFKD", letter)[:1].lower()
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() else " "


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Cuts a text into words; knows the lexicon's spellings, classes and particles."""

    speller: Speller
    lexicon: Lexicon
    classes: Mapping[str, tuple[str, ...]]
    """Word to the classes (with their @ or +) that it belongs to."""
    memory: dict[tuple[str, bool, str | None], _Seen] = field(default_factory=dict)
    """What pieces were seen to be; they come again."""

    @classmethod
    def of(cls, lexicon: Lexicon, speller: Speller) -> "Tokenizer":
        classes: dict[str, tuple[str, ...]] = {}
        named = [(f"@{name}", members) for name, members in lexicon.classes.items()]
        named += [(f"+{name}", members) for name, members in lexicon.about_classes.items()]
        for name, members in named:
            for member in members:
                for word in dict.fromkeys((member, lexicon.spellings.get(member, member))):
                    classes[word] = (*classes.get(word, ()), name)
        return cls(speller, lexicon, classes)

    def words(self, text: str) -> tuple[Word, ...]:
        """All words of `text`, in order; the spans are places in `text` itself."""
        found: list[Word] = []
        sentence = clause = 0
        for piece, start, end, doubled in _pieces(fold(text)):
            if not piece[0].isalnum():
                breaks = _breaks(piece, text, end, found, self.lexicon)
                sentence, clause = sentence + (breaks == 2), clause + (breaks > 0)
                found.append(Word(piece, start, end, piece, (), True, sentence, clause, False, False))
                continue
            placing = _PLACING.get(found[-1].text) if found else None
            key = (piece, doubled, placing)
            seen = self.memory.get(key)
            if seen is None:
                if len(self.memory) >= _MEMORY:
                    self.memory.clear()
                seen = self.memory[key] = self._seen(piece, doubled=doubled, placing=placing)
            word, edges, known, content = seen
            found.append(
                Word(piece, start, end, word, edges, known, sentence, clause, content, piece.isdigit())
            )
            if word in self.lexicon.clause_breaks:
                clause += 1
        return self._spelt_out(found) or tuple(found)

    def _spelt_out(self, found: list[Word]) -> tuple[Word, ...] | None:
        """A keyword that is all the text says, letter by letter or with digits for letters: `D I A M`,
        `ST0P`.
        """
        if len(found) > 2 * _LONGEST_KEYWORD:
            return None
        said = [word for word in found if word.text.isalnum()]
        if not 1 < len(said) <= _LONGEST_KEYWORD:
            return None
        touching = all(left.end == right.start for left, right in pairwise(said))
        if not (touching or all(len(word.text) == 1 for word in said)):
            return None
        meant = "".join(word.text for word in said).translate(_LOOKS_LIKE)
        if len(meant) < _LEAST_KEYWORD or meant not in self.lexicon.keywords:
            return None
        word, edges, known, content = self._seen(meant, doubled=False, placing=None)
        return (Word(meant, said[0].start, said[-1].end, word, edges, known, 0, 0, content, False),)

    def _seen(self, piece: str, *, doubled: bool, placing: str | None) -> _Seen:
        """What a piece is, wherever it stands: the word that is meant, what phrases see in it, whether it is
        known, and whether phrases look at it at all.
        """
        if piece.isdigit():
            edges = [piece, "@number"] if placing is None else [piece, "@number", f"{placing}_{piece}"]
            return piece, tuple(edges), True, True
        spelt = self.speller.spelt(piece.replace("'", "").replace("`", ""))
        edges = [spelt.word, *self.classes.get(spelt.word, ())]
        if piece != spelt.word:
            edges += [edge for edge in self.classes.get(piece, ()) if edge not in edges]
        if spelt.root is not None:
            edges.append(f"~{spelt.root}")
        if doubled:
            edges.append(f"{spelt.word}2")
        if placing is not None:
            edges.append(f"{placing}_{spelt.word}")
        particle = piece in self.lexicon.particles or spelt.word in self.lexicon.particles
        return spelt.word, tuple(edges), spelt.known, not particle


def _pieces(folded: str) -> Iterator[tuple[str, int, int, bool]]:
    """Each piece with its place, and whether a doubling (`anak2`, `anak-anak`) stands behind it."""
    pieces = _PIECE.finditer(folded)
    while match := next(pieces, None):
        piece, start, at = match.group(), match.start(), match.end()
        doubled = False
        if piece.isalpha() and len(piece) > 2 and piece not in _NOT_DOUBLED:
            if tail := _DOUBLED.match(folded, at):
                doubled, at = True, tail.end()
            elif folded[at : at + 1 + len(piece)] in (f"-{piece}", f" {piece}"):
                doubled, at = True, at + 1 + len(piece)
            if doubled:
                pieces = _PIECE.finditer(folded, at)
        yield piece, start, at, doubled


def _breaks(sign: str, text: str, end: int, before: list[Word], lexicon: Lexicon) -> int:
    """0 where the sign parts nothing, 1 for a clause, 2 for a sentence."""
    if sign in _CLAUSE_ENDS:
        return 1
    if sign not in _SENTENCE_ENDS:
        return 0
    if sign == "." and (
        text[end : end + 1].isalnum() or (before and before[-1].text in lexicon.abbreviations)
    ):
        return 0
    return 2
