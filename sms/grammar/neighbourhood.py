"""RT and RW: in digits or words, with slips, corrections and the pair `05/02`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sms.grammar.meaning import Basis, Found, Span
from sms.grammar.numerals import count_at
from sms.grammar.words import Word

_RT: Final = frozenset({"rt", "erte", "rtt", "rtnya", "ert", "rukuntetangga"})
_RT_IN_TWO: Final = frozenset({("er", "te"), ("r", "t"), ("rukun", "tetangga")})
_RW: Final = frozenset({"rw", "erwe"})
_BETWEEN: Final = frozenset({".", ":", "-", "nomor", "#", "/", ",", "=", "_", "ke", "'", "spasi"})
_HEADS: Final = frozenset({"pak", "bapak", "ketua", "bu", "ibu", "istri"})
_COUNTED: Final = frozenset(
    [
        "hari", "orang", "kali", "jam", "menit", "minggu", "bulan", "tahun", "malam", "motor", "mobil",
        "rumah", "juta", "ribu", "warga", "anak", "kk", "kepala", "ekor",
    ]
)  # fmt: skip
_HIGHEST: Final = 199
_LETTER_DIGITS: Final = {"o": "0", "l": "1", "i": "1"}


@dataclass(frozen=True, slots=True)
class Mention:
    """One number named as an RT, and whether the text takes it back."""

    value: int
    first: int
    after: int
    span: Span
    negated: bool


def read_rt(words: Sequence[Word], corrections: frozenset[str]) -> Found[int] | None:
    """The RT that holds at the end of the text."""
    chosen: Mention | None = None
    for mention in mentions(words, corrections):
        if mention.negated:
            continue
        if chosen is None or corrected_between(words, chosen.after, mention.first, corrections):
            chosen = mention
    return None if chosen is None else Found(chosen.value, (chosen.span,), 1.0, Basis.EXPLICIT)


def read_rw(words: Sequence[Word]) -> Found[int] | None:
    """The RW, which is kept apart and never used for the RT."""
    for at, word in enumerate(words):
        alone = word.text in _RW and not _is_pair(words, at)
        if alone and (number := _number_after(words, at + 1)):
            return Found(number[0], (Span(word.start, words[number[1] - 1].end),), 1.0, Basis.EXPLICIT)
    return None


def mentions(words: Sequence[Word], corrections: frozenset[str]) -> list[Mention]:
    """Every RT in the text, in order; a correction may name the number alone (`rt 4 eh 14`)."""
    found: list[Mention] = []
    for at, word in enumerate(words):
        named = word.text in _RT or (word.text, _text_at(words, at + 1)) in _RT_IN_TWO
        if named and (mention := _mention(words, at)):
            found.append(mention)
            found += _bare_corrections(words, mention, corrections)
    return found


def corrected_between(words: Sequence[Word], start: int, end: int, corrections: frozenset[str]) -> bool:
    """Whether the text corrects itself between two places."""
    return any(words[at].word in corrections or words[at].text in corrections for at in range(start, end))


def _text_at(words: Sequence[Word], at: int) -> str:
    return words[at].text if at < len(words) else ""


def _mention(words: Sequence[Word], at: int) -> Mention | None:
    start = at + 1 + ((words[at].text, _text_at(words, at + 1)) in _RT_IN_TWO)
    number = _number_after(words, start)
    if number is None or not 0 < number[0] <= _HIGHEST:
        return None
    value, after = number
    counted = after < len(words) and words[after].word in _COUNTED
    if counted and at and words[at - 1].text in _HEADS:
        return None
    return Mention(value, at, after, Span(words[at].start, words[after - 1].end), _denied(words, at))


def _number_after(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    skipped = 0
    while at < len(words) and skipped < 4 and (words[at].word in _BETWEEN or words[at].text in _RW):
        at, skipped = at + 1, skipped + 1
    if at + 1 < len(words) and words[at].text in _LETTER_DIGITS and words[at + 1].is_number:
        if words[at].end == words[at + 1].start and len(words[at + 1].text) <= 2:
            return int(_LETTER_DIGITS[words[at].text] + words[at + 1].text), at + 2
        return None
    if at + 1 < len(words) and len(words[at].text) == 1 and words[at].is_number:
        letter = words[at + 1]
        if letter.text in _LETTER_DIGITS and letter.start == words[at].end:
            return int(words[at].text + _LETTER_DIGITS[letter.text]), at + 2
    return count_at(words, at)


def _denied(words: Sequence[Word], at: int) -> bool:
    for before in range(at - 1, max(at - 4, -1), -1):
        if words[before].clause != words[at].clause:
            return False
        if words[before].word == "bukan":
            return True
    return False


def _bare_corrections(words: Sequence[Word], mention: Mention, corrections: frozenset[str]) -> list[Mention]:
    """`rt 4 eh 14`, `rt 4 salah, 14`: a number right behind words of correction."""
    at, seen = mention.after, False
    while at < len(words) and at < mention.after + 5:
        if words[at].word in corrections or words[at].text in corrections:
            seen = True
        elif words[at].is_number and seen:
            number = count_at(words, at)
            if number is None or words[at - 1].word == "bukan" or not 0 < number[0] <= _HIGHEST:
                return []
            return [Mention(number[0], at, number[1], words[at].span, False)]
        elif words[at].content and words[at].word not in ("yang", "benar", "harusnya"):
            return []
        at += 1
    return []


def _is_pair(words: Sequence[Word], at: int) -> bool:
    """Whether this RW is the second half of `rt/rw 05/02`, whose first number is the RT."""
    return at >= 2 and words[at - 2].text in _RT and words[at - 1].text == "/"
