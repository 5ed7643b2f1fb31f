"""One call between a person and the hotline, and the fields the hotline is told about it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from queue import SimpleQueue
from typing import Any, Final
from uuid import uuid4

from hotline.pretend_carrier.phones import Input, Leg

PRICE_PER_MINUTE: Final = Decimal(600)
WITHHELD: Final = "anonymous"


class Direction(StrEnum):
    """Who began: the person (Inbound) or the hotline (Outbound)."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"


class Cause(StrEnum):
    """Why a call ended, in the company's words (the list of hangupCause)."""

    NORMAL_CLEARING = "NORMAL_CLEARING"
    CALL_REJECTED = "CALL_REJECTED"
    NORMAL_TEMPORARY_FAILURE = "NORMAL_TEMPORARY_FAILURE"
    ORIGINATOR_CANCEL = "ORIGINATOR_CANCEL"
    LOSE_RACE = "LOSE_RACE"
    USER_BUSY = "USER_BUSY"
    NO_ANSWER = "NO_ANSWER"
    SUBSCRIBER_ABSENT = "SUBSCRIBER_ABSENT"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    UNALLOCATED_NUMBER = "UNALLOCATED_NUMBER"


class CallOverError(Exception):
    """The call ends now, for this cause."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(slots=True, eq=False)
class Call:
    """Everything about one call. Only its own thread changes it, apart from `leg` (exchange's lock)."""

    number: str
    to: str
    direction: Direction
    default_url: str
    inputs: SimpleQueue[Input] = field(default_factory=SimpleQueue)
    session: str = field(default_factory=lambda: f"ATVId_{uuid4().hex}")
    last_url: str = ""
    client_request_id: str = ""
    withheld: bool = False
    leg: Leg = field(init=False)
    began: datetime | None = None
    is_answered: bool = False
    is_asked: bool = False
    is_finished: bool = False
    cause: Cause | None = None
    recording_url: str | None = None
    extra: dict[str, str] = field(default_factory=dict)
    steps: deque[str] = field(default_factory=lambda: deque(maxlen=100))

    def __post_init__(self) -> None:
        self.last_url = self.default_url
        incoming = self.direction is Direction.OUTBOUND
        self.leg = Leg(self.session, self.number, self.to, incoming, self.inputs)

    def as_json(self) -> dict[str, Any]:
        """The shape of /phones/api/calls."""
        return {
            "session": self.session,
            "number": self.number,
            "direction": self.direction.value,
            "state": self.leg.state.value,
            "finished": self.is_finished,
            "cause": self.cause,
            "recording_url": self.recording_url,
            "steps": list(self.steps),
        }


def step_form(call: Call) -> dict[str, str]:
    """The fields of a callback while the call lasts; dtmfDigits and the like are added to it."""
    first = "Ringing" if call.direction is Direction.INBOUND else "Answered"
    return _common(call, "Active" if call.is_asked else first) | {"isActive": "1"}


def final_form(call: Call, ended: datetime) -> dict[str, str]:
    """The fields of the last callback; of an unanswered outbound call it is the only one."""
    state, status = _outcome(call)
    lasted = round((ended - call.began).total_seconds()) if call.began and call.is_answered else 0
    form = _common(call, state) | {
        "isActive": "0",
        "status": status,
        "durationInSeconds": str(lasted),
        "currencyCode": "IDR",
        "amount": f"{PRICE_PER_MINUTE * -(-lasted // 60):.3f}",
    }
    if call.cause:
        form["hangupCause"] = call.cause.value
    if call.recording_url is not None:
        form["recordingUrl"] = call.recording_url
    return form | call.extra


def stamp(moment: datetime | None) -> str:
    """A time as voice callbacks write it; the word None before it is known."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "None"


def _outcome(call: Call) -> tuple[str, str]:
    if call.is_answered:
        return "Completed", "Success"
    if call.direction is Direction.OUTBOUND:
        return "NotAnswered", "NotAnswered"
    return ("Rejected", "Aborted") if call.cause is Cause.CALL_REJECTED else ("Completed", "Aborted")


def _common(call: Call, state: str) -> dict[str, str]:
    form = {
        "callSessionState": state,
        "direction": call.direction.value,
        "callerCountryCode": "-1" if call.withheld else "62",
        "callerNumber": WITHHELD if call.withheld else call.number,
        "sessionId": call.session,
        "destinationNumber": call.to,
        "callerCarrierName": "None",
        "callStartTime": stamp(call.began),
    }
    if call.client_request_id:
        form["clientRequestId"] = call.client_request_id
    return form
