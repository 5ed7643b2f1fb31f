"""Cuts a text into the parts that go over the air, each with the header that lets the telephone join them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hotline.domain.segments import GSM_EXTENSION, Alphabet, measure

_EACH: Final = {Alphabet.GSM7: 153, Alphabet.UCS2: 67}
CODINGS: Final = {Alphabet.GSM7: "Default_No_Compression", Alphabet.UCS2: "Unicode_No_Compression"}
"""Gammu's names of the alphabets."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part: its words, and its header in hexadecimal (empty where the text is whole)."""

    words: str
    udh: str
    coding: str


def cut(words: str, reference: int) -> list[Piece]:
    """The parts of `words`, at least one; `reference` (0-255) is what they share."""
    size = measure(words)
    coding = CODINGS[size.alphabet]
    if size.parts == 1:
        return [Piece(words, "", coding)]
    pieces = list(_filled(words, size.alphabet))
    return [
        Piece(piece, f"050003{reference % 256:02X}{len(pieces):02X}{place:02X}", coding)
        for place, piece in enumerate(pieces, 1)
    ]


def _filled(words: str, alphabet: Alphabet) -> Iterator[str]:
    """Runs of characters that fill a part; one of two units is never torn between two."""
    piece, used = "", 0
    for char in words:
        width = _width(char, alphabet)
        if used + width > _EACH[alphabet]:
            yield piece
            piece, used = "", 0
        piece, used = piece + char, used + width
    yield piece


def _width(char: str, alphabet: Alphabet) -> int:
    if alphabet is Alphabet.GSM7:
        return 2 if char in GSM_EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1
