"""The telephones: who has which number, what is in its memory, and the call it is in."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from hotline.pretend_carrier.texts import Text

REMEMBERED: Final = 200


class LegState(StrEnum):
    """How far one telephone is in a call."""

    RINGING = "ringing"
    CONNECTED = "connected"
    OVER = "over"


class InputKind(StrEnum):
    """What a person at a telephone, or another part of the company, can do to a call."""

    KEY = "key"
    SPEECH = "speech"
    SILENCE = "silence"
    SKIP = "skip"
    HANG_UP = "hang_up"
    ANSWER = "answer"
    REJECT = "reject"
    TRANSFER = "transfer"
    DEQUEUED = "dequeued"
    FREED = "freed"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that happened to a call: who did it (None = the company) and with what."""

    kind: InputKind
    leg: Leg | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing the line said: kind is say, play, beep or note; `audio` is an address on this server."""

    kind: str
    words: str
    audio: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """What the line waits for: keys or recording, with its limits; `timeout` in seconds of silence."""

    kind: str
    timeout: float
    finish_on_key: str = ""
    num_digits: int = 0
    max_length: float = 0


@dataclass(slots=True, eq=False)
class Leg:
    """One telephone's end of a call; its owner puts what is done on it into `inputs`."""

    session: str
    number: str
    peer: str
    incoming: bool
    inputs: SimpleQueue[Input]
    state: LegState = LegState.RINGING
    heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=80))
    heard_count: int = 0
    asking: Asking | None = None
    keys: str = ""
    ended: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape that the telephones page and the tests read."""
        first = self.heard_count - len(self.heard)
        return {
            "session": self.session,
            "with": self.peer,
            "incoming": self.incoming,
            "state": self.state.value,
            "heard": [
                {"n": first + place, "kind": entry.kind, "text": entry.words, "audio": entry.audio}
                for place, entry in enumerate(self.heard)
            ],
            "asking": _asking_json(self.asking),
            "keys": self.keys,
            "ended": self.ended,
        }


def _asking_json(asking: Asking | None) -> dict[str, Any] | None:
    if asking is None:
        return None
    return {
        "kind": asking.kind,
        "timeout": asking.timeout,
        "finish_on_key": asking.finish_on_key,
        "num_digits": asking.num_digits,
        "max_length": asking.max_length,
    }


@dataclass(slots=True)
class Phone:
    """A telephone of a resident or a unit."""

    number: str
    name: str
    role: str = "resident"
    on: bool = True
    credit: bool = True
    opted_out: bool = False
    thread: deque[Text] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    leg: Leg | None = None

    @property
    def is_busy(self) -> bool:
        """In a call, or ringing."""
        return self.leg is not None and self.leg.state is not LegState.OVER

    def as_json(self) -> dict[str, Any]:
        """The shape that the telephones page and the tests read."""
        return {
            "number": self.number,
            "name": self.name,
            "role": self.role,
            "on": self.on,
            "credit": self.credit,
            "opted_out": self.opted_out,
            "messages": [text.as_json() for text in self.thread],
            "call": self.leg.as_json() if self.leg else None,
        }


# Invented people; no subscriber has numbers of this shape.
BUILT_IN: Final[tuple[tuple[str, str, str], ...]] = (
    ("Bu Siti", "+6281200000011", "resident"),
    ("Pak Rahman", "+6281200000012", "resident"),
    ("Dek Wahyu", "+6281200000013", "resident"),
    ("Bu Nurhayati", "+6281200000014", "resident"),
    ("Pak Sitorus", "+6281200000015", "resident"),
    ("Mbak Lestari", "+6281200000016", "resident"),
    ("Nenek Aminah", "+6281200000017", "resident"),
    ("Bang Fikri", "+6281200000018", "resident"),
    ("Bhabinkamtibmas Eka Jaya", "+6281300000001", "unit"),
    ("Babinsa Eka Jaya", "+6281300000002", "unit"),
    ("Linmas Eka Jaya", "+6281300000003", "unit"),
    ("Bhabinkamtibmas Talang Bakung", "+6281300000004", "unit"),
    ("Linmas Talang Bakung", "+6281300000005", "unit"),
    ("Satpol PP Paal Merah", "+6281300000006", "unit"),
    ("Damkar Paal Merah", "+6281300000007", "unit"),
    ("Perwira Piket", "+6281300000008", "unit"),
)


class PhoneBookError(ValueError):
    """The file of telephones cannot be used; the text says why."""


def built_in_phones() -> list[Phone]:
    """The telephones of a company that was given no phone book."""
    return [Phone(number, name, role) for name, number, role in BUILT_IN]


def load_phones(path: Path | None) -> list[Phone]:
    """Telephones from a JSON file [{"name", "number", "role"}], or the built-in ones without a file."""
    if path is None:
        return built_in_phones()
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        return [Phone(row["number"], row["name"], row.get("role", "resident")) for row in listed]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PhoneBookError(f"{path}: {error!r}") from error
