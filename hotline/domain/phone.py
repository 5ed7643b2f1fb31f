"""A telephone number in E.164, or the reason why it is none.

Numbers come as people and carriers write them: 0812…, 62812…, 0062812…, with dots and dashes, with the `+`
lost to a space. Names (TELKOMSEL) and short numbers stay as they came: they are kept and never answered.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

_MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_DEAR: Final = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_SATELLITE: Final = ("+62868", "+881", "+882", "+883")
"""Prefixes of telephones by satellite, as dear to call as what is sold by the minute; the library takes
Indonesia's for mobiles of the land.
"""
_SEPARATORS: Final = re.compile(r"[\s.\-()/\u200b-\u200f\u202a-\u202e\u2060-\u2069]+")
"""What people write between digits, and the invisible marks that come along when a number is copied."""
LONGEST: Final = 120
"""Characters of an address that are looked at; no telephone and no sender's name is longer."""


class SenderKind(StrEnum):
    """What a sender's address is, which decides whether it may be answered."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SHORT = "short"
    NAME = "name"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Sender:
    """An address as it can be used: E.164 for telephones, the raw words otherwise."""

    address: str
    kind: SenderKind
    region: str | None = None

    @property
    def can_be_texted(self) -> bool:
        """Only a valid mobile number can receive and answer a text."""
        return self.kind is SenderKind.MOBILE


def read_number(raw: str, region: str) -> Sender:
    """The sender behind `raw`, read in the numbering plan of `region` (ISO 3166)."""
    return _read(raw[:LONGEST], region)


@lru_cache(maxsize=8192)
def _read(raw: str, region: str) -> Sender:
    words = raw.replace("\x00", "").strip()
    if any(char.isalpha() for char in words):
        return Sender(words, SenderKind.NAME)
    digits = _SEPARATORS.sub("", words)
    if not digits.strip("+"):
        return Sender(words, SenderKind.INVALID)
    if len(digits.lstrip("+")) <= 6:
        return Sender(digits, SenderKind.SHORT)
    return _parsed(_with_prefix(digits, region, lost_plus=raw[:1] == " "), region)


def _with_prefix(digits: str, region: str, *, lost_plus: bool) -> str:
    code = str(phonenumbers.country_code_for_region(region))
    if digits.startswith("00" + code):
        return "+" + digits[2:]
    if lost_plus and not digits.startswith(("+", "0")):
        # A leading space is what an unescaped plus decodes to.
        return "+" + digits
    return digits


def _parsed(digits: str, region: str) -> Sender:
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return Sender(digits, SenderKind.INVALID)
    number_type = phonenumbers.number_type(number)
    if number_type == PhoneNumberType.UNKNOWN:  # `is_valid_number` would find out the same once more
        return Sender(digits, SenderKind.INVALID)
    address = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    region_of = phonenumbers.region_code_for_number(number)
    if address.startswith(_SATELLITE):
        return Sender(address, SenderKind.INVALID, region_of)
    return Sender(address, _kind(number_type), region_of)


def _kind(number_type: int) -> SenderKind:
    """Whoever shows a number that is dear to call wants to be called back: it is no telephone of anybody."""
    if number_type in _DEAR:
        return SenderKind.INVALID
    return SenderKind.MOBILE if number_type in _MOBILE else SenderKind.LANDLINE


def without_numbers(words: str, region: str) -> str:
    """Somebody's words with every telephone number in them masked; what else has digits stays as it is."""
    shown, done = [], 0
    for found in phonenumbers.PhoneNumberMatcher(words, region):
        address = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
        shown += [words[done : found.start], masked(address)]
        done = found.end
    return "".join([*shown, words[done:]])


def masked(address: str) -> str:
    """The address with all but its ends hidden, for screens and logs: +62812•••0001.

    Names and short numbers belong to nobody and stay; a short telephone number shows less of its ends.
    """
    if address.startswith("#"):  # what stands in the place of a number that was forgotten
        return "•••"
    if len(address) < 9 or any(char.isalpha() for char in address):
        return address
    if len(address) < 13:
        return f"{address[:3]}•••{address[-2:]}"
    return f"{address[:6]}•••{address[-4:]}"
