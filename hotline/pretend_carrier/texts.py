"""One text message on its way between a telephone and the hotline, and how many parts it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED: Final = frozenset("^{}\\[~]|€\f")


class TextState(StrEnum):
    """Where a text is now. The first six leave a telephone, the last four come to one."""

    SENDING = "sending"
    TAKEN = "taken"
    RETRYING = "retrying"
    GIVEN_UP = "given_up"
    LOST = "lost"
    NO_CREDIT = "no_credit"
    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(slots=True)
class Text:
    """A text as the company knows it; `id` is the callback id or the messageId, `serial` the polled one."""

    id: str
    sender: str
    recipient: str
    words: str
    state: TextState
    at: datetime
    serial: int = 0
    tries: int = 0

    def as_json(self) -> dict[str, Any]:
        """The shape that the telephones page and the tests read."""
        return {
            "id": self.id,
            "serial": self.serial,
            "from": self.sender,
            "to": self.recipient,
            "text": self.words,
            "state": self.state.value,
            "at": self.at.isoformat(timespec="milliseconds"),
            "parts": count_parts(self.words),
            "tries": self.tries,
        }


def text_from_json(kept: dict[str, Any]) -> Text:
    """The inverse of `Text.as_json`, for the state file."""
    return Text(
        id=kept["id"],
        sender=kept["from"],
        recipient=kept["to"],
        words=kept["text"],
        state=TextState(kept["state"]),
        at=datetime.fromisoformat(kept["at"]),
        serial=kept["serial"],
        tries=kept["tries"],
    )


def count_parts(words: str) -> int:
    """Parts by the GSM rule: 160 or 153 septets, else 70 or 67 UTF-16 units."""
    if all(sign in GSM_BASIC or sign in GSM_EXTENDED for sign in words):
        return _parts(sum(2 if sign in GSM_EXTENDED else 1 for sign in words), 160, 153)
    return _parts(sum(2 if ord(sign) > 0xFFFF else 1 for sign in words), 70, 67)


def _parts(length: int, alone: int, joined: int) -> int:
    return 1 if length <= alone else -(-length // joined)


def now() -> datetime:
    """The present moment in UTC, as every text and call is stamped."""
    return datetime.now(UTC)
