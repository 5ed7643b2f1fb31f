"""A call's life: where it is, how it ends, and the case that it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.domain.calls import IN_QUEUE, TELLING, CallEnd, CallState, advance_call, mended
from hotline.domain.channels import Channel
from hotline.domain.playbook import UNCLEAR
from hotline.domain.rights import Act, Actor, require
from hotline.domain.tasks import TaskKind
from hotline.incidents import fetch, log, touch
from hotline.intake import Reading, Told, open_incident
from hotline.models import Call, Incident, Task
from hotline.unit_of_work import UnitOfWork

RECENT: int = 20


class NoSuchCallError(Exception):
    """There is no such call, or it is not one for this."""


def held(work: UnitOfWork, call_id: int) -> Call:
    """The call as it is now, locked. Raises NoSuchCallError."""
    query = select(Call).where(Call.id == call_id).with_for_update(key_share=True)
    found = work.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NoSuchCallError(str(call_id))
    return found


def move(work: UnitOfWork, call: Call, wanted: CallState) -> bool:
    """Writes a state that the table allows, and when it was reached; False where nothing changes."""
    if not advance_call(call.state, wanted):
        return False
    call.state = wanted
    match wanted:
        case CallState.WAITING:
            call.waiting_since = call.waiting_since or work.now
            call.taken_at = call.operator_id = None
        case CallState.TAKEN:
            call.taken_at = work.now
        case CallState.QUEUED:
            call.queued_at = work.now
        case CallState.TALKING:
            call.talked_at = call.talked_at or work.now
        case CallState.LIVE:
            call.answered_at = call.answered_at or work.now
    return True


def finish(work: UnitOfWork, call: Call, wanted: CallEnd, cause: str = "") -> None:
    """The call is over, or more has become known of one that is.

    Who told nothing is to be called back, and so is he who asked for a person and got none, whatever else he
    told.
    """
    before = call.end
    call.end = mended(before, wanted)
    call.cause = call.cause or cause[:60]
    if call.end is CallEnd.MISSED or (call.waiting_since is not None and call.talked_at is None):
        ask_to_call_back(work, call)
    elif before is CallEnd.MISSED:
        settle(work, call)
    if move(work, call, CallState.OVER):
        call.ended_at = work.now
    if call.incident_id is not None and call.end is not before:
        incident = fetch(work, call.incident_id)
        log(work, incident, "call_ended", _itself(call), f"{call.duration_s or 0} s", call_id=call.id)
        touch(work, incident)


def _itself(call: Call) -> Actor:
    return Actor("call", call.id, "")


def open_case(work: UnitOfWork, call_id: int, by: Actor) -> Incident:
    """The case of a call that a person at the desk heard, filed under the caller's number.

    A call that has its case already leads there. Raises NoSuchCallError, NotAllowedError.
    """
    require(by, Act.ENTER_REPORT)
    call = held(work, call_id)
    if not (call.inbound or call.joins or call.errand in TELLING):
        raise NoSuchCallError(str(call_id))
    if call.incident_id is not None:
        return fetch(work, call.incident_id)
    kind = work.playbook.types[UNCLEAR]
    told = Told(
        channel=Channel.TELEPHONE, words="", made_at=call.started_at, number=call.joins or call.number,
        call_id=call.id, entered_by=by.id, reading=Reading(type_code=UNCLEAR, priority=kind.priority),
    )  # fmt: skip
    incident = open_incident(work, told, by)
    call.incident_id = incident.id
    settle(work, call, by)
    if call.end is not None:
        finish(work, call, CallEnd.REPORTED)
    return incident


def ask_to_call_back(work: UnitOfWork, call: Call) -> None:
    """A task for the desk, once a call, whatever else is learned of it."""
    if work.session.scalar(select(Task.id).where(*_about(call)).limit(1)) is None:
        work.session.add(
            Task(
                kind=TaskKind.CALL_BACK,
                call_id=call.id,
                number=call.number,
                incident_id=call.incident_id,
                raised_at=work.now,
                due_at=work.now,
            )
        )


def settle(work: UnitOfWork, call: Call, by: Actor | None = None) -> None:
    """Somebody was called back, or needs no call any more; `by`: who at the desk says so."""
    for task in work.session.scalars(select(Task).where(*_about(call), Task.done_at.is_(None))):
        task.done_at, task.done_by = work.now, by.id if by else None
        task.outcome = "done" if by else "settled"


def _about(call: Call) -> tuple[ColumnElement[bool], ...]:
    return Task.kind == TaskKind.CALL_BACK, Task.call_id == call.id


def without_case(session: Session, since: datetime) -> list[Call]:
    """Calls that a person answered and nobody made a case of, the oldest first."""
    query = (
        select(Call)
        .where(Call.end == CallEnd.ANSWERED, Call.incident_id.is_(None), Call.ended_at > since)
        .order_by(Call.id)
    )
    return list(session.scalars(query))


def recent(session: Session) -> list[Call]:
    """The last calls in either direction, the newest first."""
    return list(session.scalars(select(Call).order_by(Call.id.desc()).limit(RECENT)))


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long callers waited for a person, in seconds, since some moment."""

    waited: Sequence[float]
    """Of those who got one, the shortest first."""
    lost: int
    """Who hung up or was sent on without one."""

    @property
    def median(self) -> float | None:
        """Of those who got a person; None where nobody did."""
        return self.waited[len(self.waited) // 2] if self.waited else None

    def within(self, target_s: int) -> int:
        """How many got a person within the target."""
        return sum(waited <= target_s for waited in self.waited)


def answer_times(session: Session, since: datetime) -> AnswerTimes:
    """How fast callers who asked for a person got one."""
    query = select(Call.waiting_since, Call.talked_at).where(
        Call.waiting_since > since, Call.state.not_in(IN_QUEUE)
    )
    rows = session.execute(query).all()
    waited = sorted((row.talked_at - row.waiting_since).total_seconds() for row in rows if row.talked_at)
    return AnswerTimes(waited, sum(row.talked_at is None for row in rows))
