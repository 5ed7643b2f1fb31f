"""Every place that a text names, with what stands around it: a street, a direction, a denial, a mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sms.grammar.meaning import Span
from sms.grammar.names import INITIAL, SURE, SURE_ALONE, NameIndex, PlaceName
from sms.grammar.words import Word

_STREETS: Final = frozenset(
    [
        "jalan", "jl", "jln", "gang", "gg", "lorong", "lrg", "ruas", "flyover", "tugu", "bundaran",
        "puri", "griya", "villa", "perumahan", "blok", "toko", "cafe", "kafe",
    ]
)  # fmt: skip
_CROSSINGS: Final = frozenset(
    [
        "simpang", "tepi", "pinggir", "lampu", "merah", "trafik", "terminal", "traffic", "light", "tol",
    ]
)  # fmt: skip
_MARKS: Final = frozenset({"kelurahan", "lurah", "kel"})
_DISTRICT: Final = frozenset(
    {"kecamatan", "camat", "kec", "polsek", "koramil", "puskesmas", "kapolsek", "kua", "bandara"}
)
_BLOCKING: Final = (["nutup"], ["menutup"], ["tutup"], ["ditutup"], ["halangi"])
"""Before 'jalan' these make a road of it and no street name: `nutup jalan eka jaya`."""
_DIRECTIONS: Final = frozenset({"arah", "menuju", "perbatasan", "jurusan", "ujung"})
_MOVES: Final = frozenset(
    [
        "kabur", "lari", "pergi", "larikan", "lewat", "belok", "nyebrang", "melaju", "pulang", "dibawa",
        "jual", "bawa", "pindah", "rujuk", "dirujuk",
    ]
)  # fmt: skip
_NEAR: Final = frozenset({"dekat", "sebelah", "samping", "seberang", "perbatasan", "warga", "asal"})
_GLUED: Final = ("di", "d", "dari", "dr", "kel", "rt")
_LEAST_GLUED: Final = 7
_ROMAN: Final = frozenset({"i", "ii", "iii", "iv", "v", "1", "2", "3", "4"})


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A name at one place of the text."""

    code: str
    first: int
    after: int
    span: Span
    likeness: float
    marked: bool
    """'kel' or 'lurah' stands before it."""
    beside_rt: bool
    street: bool
    district: bool
    direction: bool
    near: bool
    denied: bool

    @property
    def usable(self) -> bool:
        return not (self.street or self.district or self.direction or self.denied)


def find_mentions(words: Sequence[Word], names: NameIndex) -> list[PlaceMention]:
    """The best name at each place of the text; where two names overlap the more alike, then the longer,
    holds.
    """
    likely = [
        found
        for at, word in enumerate(words)
        if word.text.isalpha()
        for found in _likely_at(words, at, names)
    ]
    likely.sort(key=lambda found: (-found[0], found[1] - found[2]))
    taken: set[int] = set()
    chosen: list[PlaceMention] = []
    for likeness, first, after, code in likely:
        places = set(range(first, after))
        if not places & taken:
            taken |= places
            chosen.append(_described(words, code, first, after, likeness))
    return sorted(chosen, key=lambda mention: mention.first)


def _likely_at(words: Sequence[Word], at: int, names: NameIndex) -> Iterator[tuple[float, int, int, str]]:
    word = words[at]
    if starting := names.starting(word.text):
        yield from _at(words, at, starting)
    if not word.known:
        yield from _behind_glue(word, at, names)


def _at(words: Sequence[Word], at: int, names: Sequence[PlaceName]) -> Iterator[tuple[float, int, int, str]]:
    written_at: dict[int, tuple[tuple[str, ...], int] | None] = {}
    for name in names:
        for size in name.sizes:
            if size not in written_at:
                written_at[size] = texts_from(words, at, size)
            if written := written_at[size]:
                likeness = name.likeness(written[0])
                if likeness >= INITIAL and (likeness >= SURE or _has_mark(words, at)):
                    yield likeness, at, written[1], name.code


def _behind_glue(word: Word, at: int, names: NameIndex) -> Iterator[tuple[float, int, int, str]]:
    """`dipayoselincah`: a name written together with the little word before it."""
    for front in _GLUED:
        written = word.text[len(front) :]
        if word.text.startswith(front) and len(written) >= _LEAST_GLUED:
            for name in names.starting(written):
                likeness = name.likeness((written,))
                if len(name.words) > 1 and likeness >= SURE_ALONE:
                    yield likeness, at, at + 1, name.code


def texts_from(words: Sequence[Word], at: int, size: int) -> tuple[tuple[str, ...], int] | None:
    """`size` words from `at` on, looking past a dot or hyphen after an abbreviation, and the place after
    them."""
    found: list[str] = []
    while at < len(words) and len(found) < size:
        if words[at].text.isalnum():
            found.append(words[at].text)
        elif not found or words[at].text not in ".-":
            return None
        at += 1
    return (tuple(found), at) if len(found) == size else None


def _described(words: Sequence[Word], code: str, first: int, after: int, likeness: float) -> PlaceMention:
    before = _before(words, first, 3)
    nearest = before[0] if before else ""
    number_after = after < len(words) and words[after].text in _ROMAN and not _counts_rt(words, after)
    marked = _has_mark(words, first)
    crossing = nearest in _CROSSINGS
    return PlaceMention(
        code, first, after, Span(words[first].start, words[after - 1].end), likeness, marked,
        beside_rt=_beside_rt(words, first, after),
        street=not marked
        and (number_after or crossing or (nearest in _STREETS and before[1:2] not in _BLOCKING)),
        district=nearest in _DISTRICT,
        direction=not marked and (nearest in _DIRECTIONS or _moves_to(words, first)),
        near=bool(_NEAR & set(before[:2])),
        denied=_denied(words, first),
    )  # fmt: skip


def _before(words: Sequence[Word], first: int, size: int) -> list[str]:
    """The canonical words before `first`, nearest first; an abbreviation's dot is looked past."""
    kept = [word.word for word in words[max(0, first - size - 3) : first] if word.text.isalnum()]
    return kept[::-1][:size]


def _has_mark(words: Sequence[Word], first: int) -> bool:
    before = _before(words, first, 2)
    return bool(before) and before[0] in _MARKS


def _counts_rt(words: Sequence[Word], at: int) -> bool:
    return at > 0 and words[at - 1].text == "rt"


def _beside_rt(words: Sequence[Word], first: int, after: int) -> bool:
    """`rt 5 <name>` or `<name> rt 5`."""
    back = _before(words, first, 3)
    if "rt" in back[:3] and any(word.isdigit() for word in back[:1]):
        return True
    if back[:1] and "rt" in back and not back[0].isdigit():
        return back[1:2] == ["rt"]
    ahead = [word.text for word in words[after : after + 3] if word.text.isalnum()]
    return ahead[:1] in (["rt"], ["erte"])


def _moves_to(words: Sequence[Word], first: int) -> bool:
    """`kabur ke <name>`, `ke arah <name>`: where somebody went, not where it happened."""
    at = first - 1
    while at >= 0 and words[at].text in ("ke", "k", "daerah", "arah", "ke2"):
        at -= 1
    if at == first - 1:
        return False
    return at >= 0 and (words[at].word in _MOVES or any(word.text == "arah" for word in words[at:first]))


def _denied(words: Sequence[Word], first: int) -> bool:
    for at in range(first - 1, max(first - 6, -1), -1):
        if words[at].clause != words[first].clause:
            return False
        if words[at].word == "bukan":
            return True
    return False
