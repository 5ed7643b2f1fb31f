"""Missed calls: who called and told nothing, or asked for a person and got none, and who calls him back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import notify
from hotline.calls import ask_to_call_back, finish, held, settle
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.contact import Refusal
from hotline.domain.phone import read_number
from hotline.domain.rights import Act, Actor, require
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError
from hotline.models import Call, Caller, Incident, Operator, Task
from hotline.unit_of_work import UnitOfWork

_OWED = (Task.kind == TaskKind.CALL_BACK, Task.done_at.is_(None), Task.call_id.is_not(None))


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
    query = select(Call).join(Task, Task.call_id == Call.id).where(*_OWED).order_by(Call.id)
    for call in session.scalars(query):
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


def reached(work: UnitOfWork, call: Call, by: Actor | None = None) -> None:
    """The caller has told something or talked to somebody: his other calls ask for nothing any more."""
    if not call.number.startswith("+"):
        return
    others = select(Task).where(*_OWED, Task.number == call.number, Task.call_id != call.id)
    for task in work.session.scalars(others):
        task.done_at, task.done_by = work.now, by.id if by else None
        task.outcome = "done" if by else "settled"


def done(work: UnitOfWork, call_id: int, by: Actor) -> None:
    """An operator has called back with another telephone, or found that nobody needs to.

    Settles all calls of that number. Raises NoSuchCallError, NotAllowedError, ConflictError where it is done.
    """
    require(by, Act.ANSWER_CALLS)
    call = _owing(work, call_id)
    settle(work, call, by)
    reached(work, call, by)


def _owing(work: UnitOfWork, call_id: int) -> Call:
    call = held(work, call_id)
    if work.session.scalar(select(Task.id).where(*_OWED, Task.call_id == call.id).limit(1)) is None:
        raise ConflictError("somebody has called back already")
    return call


def call_back(work: UnitOfWork, call_id: int, by: Actor) -> Call:
    """Rings the operator's telephone, and joins it to the caller when it is picked up.

    The task stays until they talk. Raises NoSuchCallError, NotAllowedError, ConflictError where it is done,
    MayNotCallError where the number must not be rung.
    """
    require(by, Act.ANSWER_CALLS)
    call = _owing(work, call_id)
    operator = work.session.get_one(Operator, by.id)
    if not operator.telephone:
        raise ConflictError("say first at which telephone you are")
    incident = work.session.get(Incident, call.incident_id) if call.incident_id else None
    about = notify.About(incident=incident, operator_id=operator.id, answers=call, joins=call.number)
    placed = notify.call(work, operator.telephone, Errand.BRIDGE, about, by=by)
    if placed.end is not None:
        raise notify.MayNotCallError(Refusal(placed.problem))
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
    if not _is_on_its_way(work, sender.address):
        due_at = work.now + timedelta(seconds=voice.call_back_after_s)
        notify.call(work, sender.address, Errand.CALL_BACK, notify.About(answers=call), due_at=due_at)
    ask_to_call_back(work, call)
    finish(work, call, CallEnd.REJECTED)
    return True


def _is_on_its_way(work: UnitOfWork, number: str) -> bool:
    """Whether this telephone is about to be rung, or rings: who lets us ring again means the same call."""
    under_way = (CallState.PLANNED, CallState.PLACING, CallState.RINGING)
    query = select(Call.id).where(
        Call.number == number, Call.errand == Errand.CALL_BACK, Call.state.in_(under_way)
    )
    return work.session.scalar(query.limit(1)) is not None


def rung_back(work: UnitOfWork, placed: Call) -> None:
    """Who was refused has picked up: none of his calls that were refused asks for another."""
    refused = select(Call.id).where(Call.number == placed.number, Call.end == CallEnd.REJECTED)
    for task in work.session.scalars(select(Task).where(*_OWED, Task.call_id.in_(refused))):
        task.done_at, task.outcome = work.now, "settled"
