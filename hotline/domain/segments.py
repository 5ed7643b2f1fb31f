"""Parts, alphabet and cost of a text, known before it is sent (3GPP TS 23.038).

GSM-7 holds 160 characters in one part and 153 in each of several; any character outside it makes the whole
text UCS-2 with 70 and 67. The nine characters of the extension table take two places.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("^{}\\[~]|€\f")
_GSM: Final = GSM_BASIC | GSM_EXTENSION

_SAYS_THE_SAME: Final = {
    "'": "\u2018\u2019\u201a\u2032\u00b4`",
    '"': "\u201c\u201d\u201e\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2013\u2014\u2015\u2212\u2022\u00b7",
    "...": "\u2026",
    "x": "\u00d7",
    ":": "\u00f7",
    "->": "\u2192",
    " ": "\t\u00a0\u202f\u2009",
    "\n": "\u2028\u2029",
    "": "\u200b\u200e\u200f\u2060\ufeff\u00ad",
}
"""What people paste from a word processor or a chat, by what says the same within the alphabet: quotes,
dashes and bullets, an ellipsis, signs, spaces, line ends, and marks that nobody sees.
"""
_PLAIN: Final = str.maketrans({char: plain for plain, chars in _SAYS_THE_SAME.items() for char in chars})


class Alphabet(StrEnum):
    """How the characters of a text are coded on the air."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Size:
    """What a text takes: `units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    alphabet: Alphabet
    units: int
    parts: int
    left: int
    """Units still free in the last part."""


def plain(text: str) -> str:
    """`text` with characters outside GSM-7 replaced where the meaning stays the same: typographic signs, and
    letters and figures that the alphabet has without their ornament ('á' is 'a', '½' is '1/2').
    """
    said = text.translate(_PLAIN)
    if _GSM.issuperset(said):
        return said
    return "".join(char if char in _GSM else _bare(char) for char in said)


@lru_cache(1000)
def _bare(char: str) -> str:
    """What is left of a character without its ornament, if the alphabet has that; else the character."""
    taken_apart = unicodedata.normalize("NFKD", char).replace("\u2044", "/")
    bare = "".join(part for part in taken_apart if not unicodedata.combining(part))
    return bare if bare and _GSM.issuperset(bare) else char


def measure(text: str) -> Size:
    """Alphabet, units and parts of `text`; an empty text takes one part."""
    if GSM_BASIC.issuperset(text):
        return _size(Alphabet.GSM7, [1] * len(text), one=160, each=153)
    widths = [1 if char in GSM_BASIC else 2 if char in GSM_EXTENSION else 0 for char in text]
    if 0 not in widths:
        return _size(Alphabet.GSM7, widths, one=160, each=153)
    return _size(Alphabet.UCS2, [2 if ord(char) > 0xFFFF else 1 for char in text], one=70, each=67)


def _size(alphabet: Alphabet, widths: list[int], *, one: int, each: int) -> Size:
    units = sum(widths)
    if units <= one:
        return Size(alphabet, units, 1, one - units)
    parts, filled = 1, 0
    for width in widths:
        # A character of two units is never torn between two parts.
        if filled + width > each:
            parts, filled = parts + 1, 0
        filled += width
    return Size(alphabet, units, parts, each - filled)
