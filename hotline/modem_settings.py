"""The SIMs in modems, as HOTLINE_MODEMS names them: `name:number:device`, several with commas."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final

MODEM: Final = "modem"
"""What HOTLINE_SMS_GATEWAY calls all of them."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


@dataclass(frozen=True, slots=True)
class Modem:
    """A SIM in a modem: what we call it, its number in E.164, and where the modem is (`/dev/…`, or
    `dummy:<folder>` for Gammu's pretend telephone).
    """

    name: str
    number: str
    device: str


def read_modems(words: Iterable[str], problems: list[str]) -> tuple[Modem, ...]:
    """The modems; what is none is added to `problems`."""
    found = []
    for word in words:
        parts = [part.strip() for part in word.split(":", 2)]
        if len(parts) == 3 and all(parts):
            found.append(Modem(*parts))
        else:
            problems.append(f"HOTLINE_MODEMS: {word!r} is not name:number:device")
    return tuple(found)


def line_names(gateways: Iterable[str], modems: Iterable[Modem]) -> tuple[str, ...]:
    """The names of all lines for texts, by the words of HOTLINE_SMS_GATEWAY, the preferred one first."""
    named = {MODEM: [modem.name for modem in modems]}
    return tuple(name for kind in gateways for name in named.get(kind, [kind]))


def is_international(number: str) -> bool:
    """Whether it is written as +62…"""
    digits = number.removeprefix("+")
    return number.startswith("+") and digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15


def modem_problems(modems: Sequence[Modem], taken: Set[str]) -> list[str]:
    """What is wrong with them; `taken` are names that other lines have."""
    problems = [
        f"HOTLINE_MODEMS: {modem.number!r} must be written internationally (+62…)"
        for modem in modems
        if not is_international(modem.number)
    ]
    problems += [
        f"HOTLINE_MODEMS: a name is up to 20 small letters, digits and -, and not {modem.name!r}"
        for modem in modems
        if not _NAME.fullmatch(modem.name) or modem.name in taken
    ]
    for what in ("name", "number", "device"):
        if len({getattr(modem, what) for modem in modems}) < len(modems):
            problems.append(f"HOTLINE_MODEMS: two modems have the same {what}")
    return problems


def problems_in_a_demo(modems: Iterable[Modem]) -> list[str]:
    """Which of them may reach a real network, where nothing may leave this machine."""
    return [
        f"HOTLINE_MODEMS: {modem.device} may reach a real network; the demo takes pretend telephones only"
        for modem in modems
        if modem.device.startswith("/dev/")
    ]
