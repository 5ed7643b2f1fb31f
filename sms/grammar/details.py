"""The smaller facts of a text: people, minutes, vehicles, and for whom a borrowed telephone reports."""

import re
from collections.abc import Sequence
from typing import Final

from sms.grammar.meaning import Basis, Found, Span
from sms.grammar.numerals import COMPANY, count_at
from sms.grammar.words import Word

_PEOPLE: Final = frozenset(
    [
        "orang", "personel", "anggota", "linmas", "petugas", "korban", "pelaku", "pemuda", "anak",
        "warga",
    ]
)  # fmt: skip
_VEHICLES: Final = frozenset(
    [
        "motor", "mobil", "truk", "angkot", "bus", "sepeda", "becak", "pickup", "avanza", "xenia",
        "innova", "vario", "beat", "scoopy", "nmax", "mio", "supra", "vixion",
    ]
)  # fmt: skip
_DESCRIBING: Final = frozenset(
    [
        "hitam", "putih", "merah", "biru", "hijau", "kuning", "abu", "silver", "coklat", "oranye",
        "ungu", "emas", "vario", "beat", "scoopy", "mio", "supra", "vixion", "nmax", "avanza", "xenia",
        "innova", "matic", "bebek", "trail", "ninja", "satria", "besar", "kecil", "honda", "yamaha",
    ]
)  # fmt: skip
_BORROWED: Final = re.compile(r"\b(?:untuk|utk|unt|buat)\s*:?\s*((?:\+?62|0)8[\d\s.-]{7,14}\d)")
_HALF_HOUR, _HOUR = 30, 60
_TIMES: Final = frozenset({"jam", "menit", "m"})


def read_people(words: Sequence[Word]) -> int | None:
    """How many people, from the first count of people in the text; with oneself in `berdua`."""
    counted = any(word.word in _PEOPLE for word in words)
    for at, word in enumerate(words):
        if word.word in COMPANY:
            return COMPANY[word.word]
        if not counted:
            continue
        if number := count_at(words, at):
            value, after = number
            if after < len(words) and words[after].word in _PEOPLE and 0 < value < 1_000:
                return value
    return None


def read_minutes(words: Sequence[Word]) -> int | None:
    """Minutes that the text names: `15mnt`, `setengah jam`, `1 jam`."""
    if all(word.word not in _TIMES for word in words):
        return None
    for at, word in enumerate(words):
        if word.word == "setengah" and at + 1 < len(words) and words[at + 1].word == "jam":
            return _HALF_HOUR
        number = count_at(words, at)
        if number is None or number[1] >= len(words) or number[0] > 600:
            continue
        unit = words[number[1]].word
        if unit in ("menit", "m") and (unit == "menit" or words[number[1]].start == word.end):
            return number[0]
        if unit == "jam":
            return _HOUR * number[0]
    return None


def read_vehicles(words: Sequence[Word]) -> tuple[Found[str], ...]:
    """Vehicles as they are described: the word and the makes and colours behind it."""
    found: list[Found[str]] = []
    at = 0
    while at < len(words):
        after = at + 1
        if words[at].word in _VEHICLES:
            while after < len(words) and (words[after].text in _DESCRIBING or words[after].text == "warna"):
                after += 1
            value = " ".join(word.text for word in words[at:after])
            found.append(Found(value, (Span(words[at].start, words[after - 1].end),), 0.9, Basis.EXPLICIT))
        at = after
    return tuple(found)


def read_on_behalf_of(folded: str) -> str | None:
    """The number, as written, of the person for whom somebody else writes (`untuk 0812...`)."""
    match = _BORROWED.search(folded)
    return match.group(1).strip() if match else None
