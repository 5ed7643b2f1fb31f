"""What any voice carrier must do for the hotline, in the hotline's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hotline.domain.phone import Sender
from ivr.speech import Addresses, Speech


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Bridge:
    """The other party of a joined call, as far as the carrier tells."""

    number: str | None
    status: str | None
    started_at: datetime | None
    duration_s: int | None
    queued_s: int | None
    answered: bool = True
    """False where the carrier says that the other telephone was not picked up."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One callback about a call. Any event may be the first, the last or a repetition.

    `active` alone says whether the call goes on; `status` and `hangup_cause` are for the record. `digits` is
    None where no keys were reported and keeps its leading zeros; an empty text means the finish key alone.
    """

    carrier: str
    session: str
    """The carrier's id of the call; empty if it gave none."""
    caller_raw: str
    caller: Sender
    """The person's telephone in both directions."""
    called: str
    active: bool
    direction: Direction
    digits: str | None
    recording_url: str | None
    duration_s: int | None
    cost: str | None
    status: str | None
    hangup_cause: str | None
    started_at: datetime | None
    bridge: Bridge | None
    client_request_id: str | None
    """Our own id of a call that we placed."""
    raw: Mapping[str, str]

    @property
    def says_bridged(self) -> bool:
        """Whether this only tells that the other party answered, so that the call must be left alone."""
        return self.active and self.bridge is not None and self.bridge.answered

    @property
    def says_unanswered(self) -> bool:
        """Whether the other party did not answer, and the call goes on without him."""
        return self.active and self.bridge is not None and not self.bridge.answered


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier will place the call; `session` may be empty if it did not say."""

    session: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier will not place the call."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether the telephone rings can't be known: not to be repeated blindly."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing reached the carrier: may be tried again."""

    reason: str


CallOutcome = Accepted | Refused | Unknown | NotSent


class Ringing(Protocol):
    """Whoever rings telephones for us."""

    name: str
    """The carrier's name as it stands beside everything that came from it."""

    def place_call(self, to: str, request_id: str) -> CallOutcome:
        """Ring `to` (E.164); the call's callbacks carry `request_id`. Never raises for the carrier's sake."""


class VoiceGateway(Ringing, Protocol):
    """A carrier of calls."""

    longest_s: float
    """Seconds that placing a call can take; leases must be longer."""

    def read_event(self, form: Mapping[str, str]) -> CallEvent:
        """The event behind a callback's fields, whatever they hold: it never raises for what it was sent."""

    def render(self, speech: Sequence[Speech], addresses: Addresses) -> tuple[bytes, str]:
        """The answer to a callback: body and content type. Nothing to say is an answer too."""
