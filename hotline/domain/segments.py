"""Parts, alphabet and cost of a text, known before it is sent (3GPP TS 23.038).

GSM-7 holds 160 characters in one part and 153 in each of several; any character outside it makes the whole
text UCS-2 with 70 and 67. The nine characters of the extension table take two places.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("^{}\\[~]|€\f")

# What people paste from a word processor, and what says the same within the alphabet.
_PLAIN: Final = str.maketrans(
    {
        "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "•": "-",
        "\u00a0": " ", "\t": " ", "`": "'", "´": "'", "×": "x", "→": "->",
    }
)  # fmt: skip


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
    """`text` with typographic characters replaced where the meaning stays the same."""
    return text.translate(_PLAIN)


def measure(text: str) -> Size:
    """Alphabet, units and parts of `text`; an empty text takes one part."""
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
