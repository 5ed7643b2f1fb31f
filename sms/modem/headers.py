"""Reads the header of a part (3GPP TS 23.040 9.2.3.24): is it a piece of a longer text, or for a machine?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SPECIAL: Final = 0x01
_PORTS: Final = frozenset({0x04, 0x05})


@dataclass(frozen=True, slots=True)
class Header:
    """`reference` is shared by the parts of one text; `place` counts from 1. A text without parts has 1 of 1.

    `service` is set where the part is meant for a programme of the telephone, not for a reader.
    """

    reference: str = ""
    parts: int = 1
    place: int = 1
    service: bool = False


def read_header(udh: str) -> Header:
    """The header in hexadecimal; what can't be read is no header."""
    try:
        raw = bytes.fromhex(udh)
    except ValueError:
        return Header()
    reference, parts, place, service = "", 1, 1, False
    for kind, data in _elements(raw[1:]):
        match (kind, len(data)):
            case (0x00, 3) | (0x08, 4):
                parts, place = data[-2], data[-1]
                reference = data[:-2].hex()
            case (kind, _) if kind == _SPECIAL or kind in _PORTS:
                service = True
    if not 1 <= place <= parts:
        return Header(service=service)
    return Header(reference, parts, place, service)


def _elements(raw: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 2 <= len(raw):
        size = raw[place + 1]
        yield raw[place], raw[place + 2 : place + 2 + size]
        place += 2 + size
