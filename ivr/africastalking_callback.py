"""Africa's Talking's callback fields to a `CallEvent`.

What the carrier sends is not signed, not ordered and not always complete, so reading never refuses: an empty
value is often the word None, a `+` may have become a space, and `isActive` alone says that a call is over.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from hotline.domain.phone import read_number
from ivr.gateway import Bridge, CallEvent, Direction

_NOTHING: Final = frozenset({"", "none", "null"})
_OVER: Final = frozenset({"0", "false"})
_OUTWARD: Final = frozenset({"outbound", "outgoing"})
_BRIDGED: Final = (
    "dialDestinationNumber",
    "dialDurationInSeconds",
    "dialStartTime",
    "dialStatus",
    "dequeuedToPhoneNumber",
    "dequeuedToSessionId",
)
_UNANSWERED: Final = frozenset(
    {"busy", "noanswer", "no_answer", "notanswered", "failed", "rejected", "cancelled", "canceled", "expired"}
)
_LONGEST_CALL_S: Final = 7 * 24 * 3600
"""A figure beyond it is no duration; no column holds whatever a carrier may write."""
_LONGEST: Final = 400
"""Characters of one value that are read; ids, numbers and addresses stay far below."""


def read_callback(carrier: str, form: Mapping[str, str], region: str) -> CallEvent:
    """The event behind `form`; local numbers are read in the numbering plan of `region`."""
    fields = {name: _text(value) for name, value in form.items()}
    # Not what `fields` holds: a leading space is a lost plus, and must still be seen.
    raw = form["callerNumber"].replace("\x00", "")[:_LONGEST] if fields.get("callerNumber") else ""
    return CallEvent(
        carrier=carrier,
        session=fields.get("sessionId") or "",
        caller_raw=raw,
        caller=read_number(repaired(raw), region),
        called=repaired(form.get("destinationNumber") or "")[:_LONGEST],
        active=(fields.get("isActive") or "1").lower() not in _OVER,
        direction=_direction(fields.get("direction")),
        digits=_digits(form),
        recording_url=fields.get("recordingUrl"),
        duration_s=_seconds(fields.get("durationInSeconds")),
        cost=_cost(fields),
        status=fields.get("status") or fields.get("callSessionState"),
        hangup_cause=fields.get("hangupCause"),
        started_at=_time(fields.get("callStartTime")),
        bridge=_bridge(fields),
        client_request_id=fields.get("clientRequestId"),
        raw=MappingProxyType(dict(form)),
    )


def repaired(number: str) -> str:
    """A number with the `+` that was lost: to a space by missing escapes, or written as 00."""
    bare = number.replace("\x00", "").strip()
    if number[:1] == " " and bare[:1].isdigit():
        # The space must be seen before anything is stripped.
        return f"+{bare}"
    return f"+{bare[2:]}" if bare.startswith("00") else bare


def _text(value: str) -> str | None:
    words = value.replace("\x00", "").strip()[:_LONGEST]
    return None if words.lower() in _NOTHING else words


def _direction(word: str | None) -> Direction:
    return Direction.OUTBOUND if (word or "").lower() in _OUTWARD else Direction.INBOUND


def _digits(form: Mapping[str, str]) -> str | None:
    """The keys without the one that ends them; an empty value is that one alone, a missing one no keys."""
    keys = form.get("dtmfDigits")
    if keys is None or keys.strip().lower() in _NOTHING - {""}:
        return None
    return keys.replace("\x00", "").strip()[:_LONGEST].removesuffix("#")


def _cost(fields: Mapping[str, str | None]) -> str | None:
    amount = fields.get("amount")
    return f"{fields.get('currencyCode') or ''} {amount}".strip() if amount else None


def _seconds(word: str | None) -> int | None:
    try:
        seconds = max(0, int(float(word or "")))
    except (ValueError, OverflowError):
        return None
    return seconds if seconds <= _LONGEST_CALL_S else None


def _time(word: str | None) -> datetime | None:
    """A time of the carrier; its zone is not stated and taken as UTC, like that of its texts.

    `fromisoformat` takes any character between day and hour, so also the `+` of a double encoding.
    """
    try:
        time = datetime.fromisoformat(word or "")
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _bridge(fields: Mapping[str, str | None]) -> Bridge | None:
    if not any(fields.get(name) for name in _BRIDGED):
        return None
    return Bridge(
        number=fields.get("dialDestinationNumber") or fields.get("dequeuedToPhoneNumber"),
        status=fields.get("dialStatus"),
        started_at=_time(fields.get("dialStartTime") or fields.get("dequeueTime")),
        duration_s=_seconds(fields.get("dialDurationInSeconds")),
        queued_s=_seconds(fields.get("queueDurationInSeconds")),
        answered=(fields.get("dialStatus") or "").lower() not in _UNANSWERED,
    )
