"""Missed calls: who called and told nothing, or asked for a person and got none, and who calls him back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline import notify
from hotline.calls import held, must_be_called_back, settle
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.phone import read_number
from hotline.domain.rights import SYSTEM, Act, Actor, require
from hotline.incidents import ConflictError
from hotline.models import Call, Caller, Incident, Operator
from hotline.unit_of_work import UnitOfWork

_OWED = (Call.call_back_at.is_not(None), Call.called_back_at.is_(None))


@dataclass(frozen=True, slots=True)
class CallBack:
    """One number that somebody should call, with the calls that asked for it."""

    calls: Sequence[Call]
    quiet: bool
    """Whether it must not be rung: somebody else may pick up."""
    incident: Incident | None

    @property
    def last(self) -> Call:
        """The newest of its calls."""
        return self.calls[-1]

    @property
    def since(self) -> datetime:
        """When the first of them came in."""
        return self.calls[0].started_at


def owed(session: Session) -> list[CallBack]:
    """Whom to call back, who has waited longest first; each number once, withheld numbers each by itself."""
    groups: dict[str, list[Call]] = {}
    for call in session.scalars(select(Call).where(*_OWED).order_by(Call.id)):
        groups.setdefault(call.number if call.number.startswith("+") else f"call {call.id}", []).append(call)
    quiet = set(
        session.scalars(
            select(Caller.number).where(Caller.number.in_(groups), Caller.quiet_since.is_not(None))
        )
    )
    wanted = {call.incident_id for calls in groups.values() for call in calls if call.incident_id}
    cases = {case.id: case for case in session.scalars(select(Incident).where(Incident.id.in_(wanted)))}
    return [
        CallBack(calls, number in quiet, next((cases[c.incident_id] for c in calls if c.incident_id), None))
        for number, calls in groups.items()
    ]


def how_many(session: Session) -> int:
    """How many numbers wait to be called back."""
    return len(owed(session))


def reached(work: UnitOfWork, call: Call, by: Actor = SYSTEM) -> None:
    """The caller has told something or talked to somebody: his earlier calls ask for nothing any more."""
    if call.number.startswith("+"):
        _settle_earlier(work, call.number, by, but=call.id)


def _settle_earlier(work: UnitOfWork, number: str, by: Actor, *, but: int | None = None) -> None:
    query = update(Call).where(Call.number == number, Call.id.is_distinct_from(but), *_OWED)
    work.session.execute(query.values(called_back_at=work.now, called_back_by=by.id))


def done(work: UnitOfWork, call_id: int, by: Actor) -> None:
    """An operator has called back with another telephone, or found that nobody needs to.

    Settles all calls of that number. Raises NoSuchCallError, NotAllowedError, ConflictError where it is done.
    """
    require(by, Act.ANSWER_CALLS)
    call = held(work, call_id)
    must_be_called_back(call)
    settle(work, call, by)
    reached(work, call, by)


def call_back(work: UnitOfWork, call_id: int, by: Actor) -> Call:
    """Rings the operator's telephone, and joins it to the caller when it is picked up.

    The task stays until they talk. Raises NoSuchCallError, NotAllowedError, ConflictError with the reason why
    the number must not be called.
    """
    require(by, Act.ANSWER_CALLS)
    call = held(work, call_id)
    must_be_called_back(call)
    operator = work.session.get_one(Operator, by.id)
    if not operator.telephone:
        raise ConflictError("say first at which telephone you are")
    incident = work.session.get(Incident, call.incident_id) if call.incident_id else None
    about = notify.About(incident=incident, operator_id=operator.id, answers=call, joins=call.number)
    placed = notify.call(work, operator.telephone, Errand.BRIDGE, about, by=by)
    if placed.end is not None:
        raise ConflictError(placed.problem)
    return placed


def refuse_and_call(work: UnitOfWork, call: Call) -> bool:
    """In missed-call mode: whether this call is refused and its caller called back at our cost.

    Only a mobile that may be called and is not in quiet mode; everybody else is answered.
    """
    voice = work.playbook.voice
    sender = read_number(call.number, work.playbook.programme.region)
    if not (voice.missed_call_mode and call.errand is Errand.CALLER and call.unit_id is None):
        return False
    if notify.may_not_call(work, sender.address, Errand.CALL_BACK, is_ours=False) is not None:
        return False
    due_at = work.now + timedelta(seconds=voice.call_back_after_s)
    notify.call(work, sender.address, Errand.CALL_BACK, notify.About(answers=call), due_at=due_at)
    call.call_back_at, call.end, call.state, call.ended_at = (
        work.now, CallEnd.REJECTED, CallState.OVER, work.now,
    )  # fmt: skip
    return True
