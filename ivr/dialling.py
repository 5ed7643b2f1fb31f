"""Places a promised call: prepare in a transaction, perform with none open, record what came of it.

The call's state says how far it came: PLACING is committed before the carrier is asked, so a call found in it
by a later attempt was interrupted and may be ringing. It is never placed twice.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hotline import notify
from hotline.calls import finish, held, move
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.contact import Refusal
from hotline.models import Call
from hotline.outbox import Later
from hotline.unit_of_work import UnitOfWork
from hotline.waiting import give_back
from ivr.gateway import Accepted, CallOutcome, NotSent, Refused, Ringing, Unknown
from ivr.sessions import expect_silence

BACK_OFF_S: Final = (2, 5, 15, 30)
GIVE_UP: Final = timedelta(minutes=2)
"""Nobody waits longer for a telephone to ring; the desk sees that it did not."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """What the carrier needs to know, out of the transaction."""

    number: str
    request_id: str


class Dialling:
    """Keeps PLACE_CALL promises over one gateway."""

    def __init__(self, gateway: Ringing) -> None:
        self.gateway = gateway

    def prepare(self, work: UnitOfWork, call_id: int) -> Dialled | None:
        """Marks the call as being placed; None where there is nothing to place any more."""
        call = held(work, call_id)
        if call.state is CallState.PLACING:
            _doubtful(work, call, "the caller of the carrier was interrupted")
            return None
        if call.state is not CallState.PLANNED:
            return None
        if notify.must_not_ring(work, call.number) or (call.joins and notify.must_not_ring(work, call.joins)):
            call.problem = Refusal.QUIET
            finish(work, call, CallEnd.WITHHELD)
            return None
        move(work, call, CallState.PLACING)
        call.carrier = self.gateway.name
        return Dialled(call.number, call.request_id or "")

    def perform(self, dialled: Dialled) -> CallOutcome:
        """Asks the carrier once."""
        return self.gateway.place_call(dialled.number, dialled.request_id)

    def record(self, work: UnitOfWork, call_id: int, outcome: CallOutcome, attempts: int) -> Later | None:
        """Writes what came of it; Later where it should be tried again."""
        call = held(work, call_id)
        match outcome:
            case Accepted(session):
                _accepted(work, call, session)
            case Unknown(reason):
                _doubtful(work, call, reason)
            case Refused(reason):
                _refused(work, call, reason)
            case NotSent(reason) if work.now - call.started_at < GIVE_UP and call.state is CallState.PLACING:
                move(work, call, CallState.PLANNED)
                call.problem = reason
                pause = BACK_OFF_S[min(attempts, len(BACK_OFF_S)) - 1]
                return Later(work.now + timedelta(seconds=pause), reason)
            case NotSent(reason):
                _refused(work, call, reason)
        return None


def _accepted(work: UnitOfWork, call: Call, session: str) -> None:
    # Its callbacks may have been faster than this.
    if session and call.session == call.request_id:
        call.session = session
    if call.state is CallState.PLACING:
        move(work, call, CallState.RINGING)
    call.problem = ""
    expect_silence(work, call.id)


def _doubtful(work: UnitOfWork, call: Call, reason: str) -> None:
    """It may be ringing: its callbacks will tell, or the clock."""
    call.problem = reason[:500]
    if call.state is CallState.PLACING:
        move(work, call, CallState.RINGING)
    expect_silence(work, call.id)


def _refused(work: UnitOfWork, call: Call, reason: str) -> None:
    call.problem = reason[:500]
    if call.state is CallState.OVER:
        return
    finish(work, call, CallEnd.REFUSED, "refused")
    if call.errand is Errand.DESK and call.for_call_id is not None:
        give_back(work, held(work, call.for_call_id))
