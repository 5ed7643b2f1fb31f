"""What goes over the air, as hexadecimal PDUs (3GPP TS 23.040), for the modem of these tests.

Written from the standard and not from the code under test, so that a wrong part on either side shows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

GSM: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = {"^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40,
                    "€": 0x65}  # fmt: skip
SMSC: Final = "07" + "91" + "2618010000" + "F0"
"""Length, kind and digits of +62811000000."""


@dataclass(frozen=True)
class Submit:
    """One part that was handed to the modem."""

    number: str
    words: str
    reference: int
    udh: bytes
    ucs2: bool
    wants_report: bool


def deliver(
    sender: str,
    words: str,
    *,
    at: datetime | None = None,
    part: tuple[int, int, int] | None = None,
    wide_reference: bool = False,
    ucs2: bool | None = None,
    flash: bool = False,
    binary: bytes | None = None,
    header: bytes = b"",
) -> str:
    """An SMS-DELIVER. `part` is (reference, parts, position); `header` are further header elements."""
    udh = header
    if part is not None:
        reference, parts, position = part
        udh += (
            bytes([8, 4, reference >> 8, reference & 255, parts, position])
            if wide_reference
            else bytes([0, 3, reference, parts, position])
        )
    head = bytes([len(udh)]) + udh if udh else b""
    wide = any(char not in GSM and char not in EXTENSION for char in words) if ucs2 is None else ucs2
    if binary is not None:
        coding, size, body = 0x04, len(head) + len(binary), head + binary
    elif wide:
        content = words.encode("utf-16-be")
        coding, size, body = 0x08, len(head) + len(content), head + content
    else:
        coding = 0x00
        size, body = _packed(words, head)
    first = 0x04 | (0x40 if udh else 0)
    coding |= 0x10 if flash else 0
    address = _address(sender)
    stamp = _stamp(at or datetime.now(UTC))
    return f"{SMSC}{first:02X}{address}00{coding:02X}{stamp}{size:02X}{body.hex().upper()}"


def status_report(submit: Submit, status: int) -> str:
    """An SMS-STATUS-REPORT about `submit`."""
    now = _stamp(datetime.now(UTC))
    return f"{SMSC}06{submit.reference:02X}{_address(submit.number)}{now}{now}{status:02X}"


def read_submit(pdu: str, reference: int) -> Submit:
    """What an SMS-SUBMIT says."""
    raw = bytes.fromhex(pdu)
    at = raw[0] + 1
    first = raw[at]
    digits, kind = raw[at + 2], raw[at + 3]
    size = (digits + 1) // 2
    swapped = "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in raw[at + 4 : at + 4 + size])[:digits]
    at += 4 + size
    coding = raw[at + 1]
    validity = {0: 0, 2: 1}.get((first >> 3) & 3, 7)
    at += 2 + validity
    length, body = raw[at], raw[at + 1 :]
    udh = body[1 : body[0] + 1] if first & 0x40 else b""
    head = len(udh) + 1 if udh else 0
    ucs2 = coding & 0x0C == 0x08
    words = body[head:length].decode("utf-16-be") if ucs2 else _unpacked(body, length, (head * 8 + 6) // 7)
    number = ("+" if kind == 0x91 else "") + swapped
    return Submit(number, words, reference, udh, ucs2, bool(first & 0x20))


def _address(number: str) -> str:
    if number[0].isalpha():
        size, packed = _packed(number, b"")
        return f"{(size * 7 + 3) // 4:02X}D0{packed.hex().upper()}"
    digits = number.lstrip("+")
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(padded[place + 1] + padded[place] for place in range(0, len(padded), 2))
    return f"{len(digits):02X}{'91' if number[0] == '+' else '81'}{swapped}"


def _stamp(at: datetime) -> str:
    figures = at.astimezone(UTC).strftime("%y%m%d%H%M%S") + "00"
    return "".join(figures[place + 1] + figures[place] for place in range(0, len(figures), 2))


def _septets(words: str) -> list[int]:
    return [
        code for char in words for code in ([27, EXTENSION[char]] if char in EXTENSION else [GSM.index(char)])
    ]


def _packed(words: str, head: bytes) -> tuple[int, bytes]:
    """Septets in all, and the octets: the text begins at the next whole septet after the header."""
    skipped = (len(head) * 8 + 6) // 7
    bits = 0
    septets = _septets(words)
    for place, septet in enumerate(septets):
        bits |= septet << (7 * (skipped + place))
    size = (7 * (skipped + len(septets)) + 7) // 8
    octets = bytearray(bits.to_bytes(size, "little"))
    octets[: len(head)] = head
    return skipped + len(septets), bytes(octets)


def _unpacked(body: bytes, length: int, skipped: int) -> str:
    bits = int.from_bytes(body, "little")
    codes = [(bits >> (7 * place)) & 127 for place in range(skipped, length)]
    words, shifted = "", False
    back = {code: char for char, code in EXTENSION.items()}
    for code in codes:
        if code == 27 and not shifted:
            shifted = True
            continue
        words += back.get(code, "?") if shifted else GSM[code]
        shifted = False
    return words
