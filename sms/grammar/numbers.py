"""The incident's number in a text: repaired, and never taken from a price, a plate, a clock, a year or an
RT."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from hotline.domain.incident_number import is_valid
from sms.grammar.meaning import Basis, Found, Span
from sms.grammar.words import Word

_REPAIR: Final = str.maketrans({"o": "0", "l": "1", "i": "1"})
_DIGITS: Final = frozenset("0123456789oil")
"""What a number starts with, and what is typed for it."""
_MARKS: Final = frozenset(
    [
        "laporan", "lapor", "lap", "kasus", "tiket", "tugas", "perkara", "case", "tkp", "id", "kode",
        "sk", "k", "#", "nomor", "no", "re", "lokasi", "status", "info", "untuk", "utk", "tambahan",
        "kejadian", "susulan", "susul", "lanjutan", "ralat", "koreksi", "soal", "tentang", "mengenai",
        "perihal", "makasih", "terimakasih", "kasih", "trims", "thanks", "update", "beres", "batal",
    ]
)  # fmt: skip
_BEHIND_MARKS: Final = frozenset(["nomor", "saya", "kami", "tadi", "kemarin", "dengan"])
"""What may stand between such a word and the number: `laporan saya nomor 1041`."""
_STRONG_MARKS: Final = frozenset(["laporan", "lap", "kasus", "tiket", "tugas", "perkara", "case", "sk", "#"])
_NOT_AFTER: Final = frozenset(
    [
        "rt", "rw", "jam", "pukul", "pkl", "rp", "idr", "tahun", "thn", "tanggal", "tgl", "km", "umur",
        "usia", "blok", "lantai", "otp", "pin", "sandi", "token", "hadiah", "sebesar", "sd", "sdn",
        "sma", "sman", "smp", "smpn", "smk", "man", "mts", "mtsn", "gang", "lorong", "jl", "jalan",
        "nominal", "harga", "saldo", "rekening", "rek", "bulan", "pasal", "saluran", "call", "telepon",
        "telp", "wa", "hub", "hubungi", "sampai", "rumah", "kamar", "ruko", "kios",
    ]
)  # fmt: skip
_MEASURES: Final = frozenset(
    [
        "rb", "ribu", "jt", "juta", "k", "menit", "jam", "hari", "meter", "m", "km", "kali", "tahun",
        "kg", "liter", "persen", "%", "wib", "rupiah", "am", "pm", "watt", "mb", "gb", "cc", "bulan",
        "minggu", "detik", "perak",
    ]
)  # fmt: skip
_MINTA: Final = "mnt"
"""Short for `menit`, but also for `minta`: behind four digits nobody counts minutes."""
_COUNTED: Final = frozenset(
    [
        "orang", "motor", "mobil", "ekor", "rumah", "kk", "unit", "anak", "warga", "korban", "pelaku",
        "lembar", "batang", "buah", "personel", "anggota",
    ]
)  # fmt: skip
"""Things that are counted: what stands before them is a number of ours only where a number of ours is
expected."""
_PLATES: Final = re.compile(
    r"(?:b|a|d|e|f|g|h|l|m|n|r|s|t|w|z|bh|ba|bg|be|bm|bk|bd|bb|bn|bp|bl|ad|ab|ae|ag|da|db|dk|dn|dr)"
)
_SHORTEST, _LONG, _LONGEST = 2, 4, 6
"""Digits: what is taken for a number where one is expected, what ours have at least, what is too much."""
_TELEPHONE: Final = "08"
"""How a telephone's number begins, also one that was cut short; ours begin otherwise. Behind a keyword, and
first in a unit's text, it is one of ours with a slip: unread, the code would act on the only open case."""
_YEARS: Final = range(1900, 2100)


class Run(NamedTuple):
    """Digits that stand together, after repair, and the words they came from."""

    digits: str
    first: int
    after: int
    span: Span


def read_number(
    words: Sequence[Word], *, keyword: bool, unit: bool, open_numbers: Sequence[str]
) -> tuple[Found[str], int] | None:
    """The incident's number as written (repaired) and the place of the word after it.

    `keyword` says that the text starts with a keyword that takes a number; `unit` that a unit wrote it.
    """
    for run in runs(words):
        confidence = _confidence(words, run, keyword, unit, open_numbers)
        if confidence:
            basis = Basis.KEYWORD if keyword else Basis.EXPLICIT
            return Found(run.digits, (run.span,), confidence, basis), run.after
    return None


def runs(words: Sequence[Word]) -> Iterator[Run]:
    """All runs of digits: `1O42` and `10 42` are one, `1041 3` are two."""
    at = 0
    while at < len(words):
        text = words[at].text
        if text[0] not in _DIGITS or (text.isalpha() and text.strip("oil")):
            at += 1
            continue
        after = _run_end(words, at)
        end = _spaced_end(words, at, after)
        if end == at or not _is_numeric(words[at:end]):
            at += 1
            continue
        digits = "".join(word.text for word in words[at:end]).translate(_REPAIR)
        yield Run(digits, at, end, Span(words[at].start, words[end - 1].end))
        at = end


def _run_end(words: Sequence[Word], at: int) -> int:
    """Where the touching words of digits (and O, l, I) that start at `at` end; `at` itself when they are
    none.
    """
    end, digits = at, False
    while end < len(words) and (end == at or words[end].start == words[end - 1].end):
        if words[end].is_number:
            digits = True
        elif words[end].text.strip("oil"):
            break
        end += 1
    if at < end < len(words) and words[end].text.isalpha() and words[end].start == words[end - 1].end:
        while end > at and not words[end - 1].is_number:
            end -= 1
    return end if digits else at


def _spaced_end(words: Sequence[Word], at: int, after: int) -> int:
    """The end of a number typed with spaces: short groups that make four digits together."""
    if after == at:
        return at
    total, end = words[after - 1].end - words[at].start, after
    while total < _LONG and end < len(words) and words[end].start - words[end - 1].end == 1:
        further = _run_end(words, end)
        if further == end:
            break
        total += words[further - 1].end - words[end].start
        end = further
    return end if end > after and total == _LONG and not _counted(words, end) else after


def _is_numeric(words: Sequence[Word]) -> bool:
    """Whether digits are at least half of a run: `l0 4l` is a number, `1 l` a litre."""
    digits = sum(len(word.text) for word in words if word.is_number)
    return digits >= 2 or (digits == 1 and len(words) == 1)


def _confidence(
    words: Sequence[Word], run: Run, keyword: bool, unit: bool, open_numbers: Sequence[str]
) -> float:
    """How sure this run is an incident's number; 0 when it is none."""
    size = len(run.digits)
    first = run.first == _first_content(words, run)
    told = keyword and _follows_keyword(words, run)
    expected = first or told
    if run.digits.startswith(_TELEPHONE) and not (told or (unit and first)):
        return 0.0
    if not _SHORTEST <= size <= _LONGEST or _is_something_else(words, run, expected):
        return 0.0
    sure = 1.0 if is_valid(run.digits) else 0.8
    if told and (size > _SHORTEST or not unit):
        return sure
    if size >= 3 and _marked(words, run, _STRONG_MARKS):
        return sure
    if size < 4 or int(run.digits) in _YEARS:
        return 0.0
    if expected or _marked(words, run, _MARKS) or (unit and size == 4):
        return sure
    return sure if run.digits in open_numbers else 0.0


def _first_content(words: Sequence[Word], run: Run) -> int:
    return next(
        (at for at, word in enumerate(words) if word.text.isalnum() and word.text not in ("no", "sk", "k")),
        run.first,
    )


def _follows_keyword(words: Sequence[Word], run: Run) -> bool:
    """Whether nothing but marks stands between the first word and the number."""
    between = words[1 : run.first]
    return all(
        not word.text.isalnum() or word.word in _MARKS or word.text in ("spasi", "saya") or not word.content
        for word in between
    )


def _marked(words: Sequence[Word], run: Run, marks: frozenset[str]) -> bool:
    at = run.first - 1
    while at >= 0 and words[at].text in (".", ":", "-", "#", "="):
        if words[at].text in marks:
            return True
        at -= 1
    if at < 0:
        return False
    if marks is _STRONG_MARKS:
        while at > 0 and words[at].word in _BEHIND_MARKS:
            at -= 1
    return at >= 0 and (words[at].word in marks or words[at].text in marks)


def _is_something_else(words: Sequence[Word], run: Run, expected: bool) -> bool:
    if _measured(words, run) or _part_of_more(words, run):
        return True
    if expected and len(run.digits) >= 4:
        return run.first > 1 and _named(words, run.first)
    return _counted(words, run.after) or _named(words, run.first)


def _measured(words: Sequence[Word], run: Run) -> bool:
    """Whether a measure stands behind the run: not `1046 jam 21.15`, where it begins a clock, nor `1068 mnt
    bantuan`.
    """
    if not _before_any(words, run.after, _MEASURES):
        return False
    clock = words[run.after].word == "jam" and run.after + 1 < len(words) and words[run.after + 1].is_number
    return not (len(run.digits) >= _LONG and (clock or words[run.after].text == _MINTA))


def _counted(words: Sequence[Word], after: int) -> bool:
    return _before_any(words, after, _COUNTED) or _before_any(words, after, _MEASURES)


def _before_any(words: Sequence[Word], after: int, nouns: frozenset[str]) -> bool:
    return after < len(words) and (words[after].word in nouns or words[after].text in nouns)


def _named(words: Sequence[Word], first: int) -> bool:
    at = first - 1
    while at >= 0 and words[at].text in (".", ":", "nomor", "no"):
        at -= 1
    if at < 0:
        return False
    before = words[at]
    if before.text in ("*", "+", "$"):
        return True
    named = before.text in _NOT_AFTER or before.word in _NOT_AFTER
    return (named and before.word != "lokasi") or (at == first - 1 and bool(_PLATES.fullmatch(before.text)))


def _part_of_more(words: Sequence[Word], run: Run) -> bool:
    """A clock, a price, a date, a plate: digits and signs or letters that touch the run."""
    if run.after + 1 < len(words):
        sign, tail = words[run.after], words[run.after + 1]
        touching = sign.start == run.span.end and tail.start == sign.end
        if touching and sign.text in ".,:/" and tail.is_number and len(tail.text) > 1:
            return True
    if run.after < len(words) and words[run.after].start == run.span.end and words[run.after].text.isalpha():
        return True
    if run.first >= 2:
        sign, head = words[run.first - 1], words[run.first - 2]
        return (
            sign.text in ".,:/" and sign.end == run.span.start and head.is_number and head.end == sign.start
        )
    return False
