"""What the desk has to do itself: raised by the ladder and the lines, done by a person, or settled by what
happens.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.domain.rights import SYSTEM, Act, Actor, require
from hotline.domain.tasks import LOUD, TaskKind
from hotline.incidents import NoSuchIncidentError, family, fetch, log, may_see, recompute, touch
from hotline.models import Assignment, Incident, Task, Unit
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork

_JOINED: Final = "joined"
"""Outcome of a task whose twin rings for both since their cases were merged."""


def ask_desk(
    work: UnitOfWork,
    kind: TaskKind,
    incident: Incident,
    *,
    unit: Unit | None = None,
    assignment: Assignment | None = None,
    words: str = "",
) -> Task:
    """A task about a locked incident; the one that is open already, also of what was merged into it, stands
    for it, so that nothing rings twice.
    """
    number = unit.number if unit else ""
    known = work.session.scalars(
        select(Task).where(
            Task.kind == kind, Task.incident_id.in_(family(work.session, incident.id)),
            Task.done_at.is_(None), Task.words == words,
            Task.assignment_id.is_(None) if assignment is None else Task.assignment_id == assignment.id,
            Task.number == number,
        )
    ).first()  # fmt: skip
    if known is not None:
        return known
    task = Task(
        kind=kind, incident_id=incident.id, assignment_id=assignment.id if assignment else None,
        unit_id=unit.id if unit else None, number=number, words=words, raised_at=work.now, due_at=work.now,
    )  # fmt: skip
    work.session.add(task)
    what = f"{kind}: {unit.name if unit else words}".rstrip(": ")
    log(work, incident, "task", SYSTEM, what, assignment_id=task.assignment_id)
    touch(work, incident)
    return task


def done(work: UnitOfWork, task_id: int, by: Actor) -> Task:
    """Somebody has done it; a second click changes nothing. Raises NotAllowedError, NoSuchIncidentError.

    The case is looked at anew: a task that was ticked off while still nobody comes will ring again.
    """
    require(by, Act.CLAIM)
    known = work.session.get(Task, task_id)
    incident = fetch(work, known.incident_id) if known and known.incident_id else None
    if known is None or (incident is not None and not may_see(by, incident)):
        raise NoSuchIncidentError(f"task {task_id}")
    task = work.session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    if task.done_at is None:
        task.done_at, task.done_by, task.outcome = work.now, by.id, "done"
        if incident is not None:
            log(work, incident, "task_done", by, task.kind, assignment_id=task.assignment_id)
            recompute(work, incident)
    return task


def settle(
    work: UnitOfWork, incident: Incident, *kinds: TaskKind, assignment: Assignment | None = None
) -> None:
    """What the open tasks were for has come about by itself: all of them, or those of these kinds."""
    query = select(Task).where(
        Task.done_at.is_(None), Task.incident_id.in_(family(work.session, incident.id))
    )
    if kinds:
        query = query.where(Task.kind.in_(kinds))
    if assignment is not None:
        query = query.where(Task.assignment_id == assignment.id)
    for task in work.session.scalars(query):
        task.done_at, task.outcome = work.now, "settled"


def settle_of(work: UnitOfWork, ended: Sequence[Assignment]) -> None:
    """What the open tasks about these units were for is over with their own."""
    query = select(Task).where(Task.done_at.is_(None), Task.assignment_id.in_([each.id for each in ended]))
    for task in work.session.scalars(query):
        task.done_at, task.outcome = work.now, "settled"


def join(work: UnitOfWork, incident: Incident) -> None:
    """Two cases have become one event: what both ask for rings once, and nobody need take up what is
    verified. The incident is the locked root.
    """
    if incident.verified_at is not None:
        settle(work, incident, TaskKind.UNCLAIMED)
    query = select(Task).where(
        Task.done_at.is_(None), Task.incident_id.in_(family(work.session, incident.id))
    )
    known: set[tuple[TaskKind, str, str, int | None]] = set()
    for task in work.session.scalars(query.order_by(Task.id)):
        what = (task.kind, task.words, task.number, task.assignment_id)
        if what in known:
            task.done_at, task.outcome = work.now, _JOINED
        known.add(what)


def part(work: UnitOfWork, incident: Incident) -> None:
    """The case stands alone again: what rang for it beside the other's rings again while nobody has taken it;
    the rest is found anew by its ladder.
    """
    if incident.verified_at is not None or incident.disposition is not None:
        return
    query = select(Task).where(
        Task.kind == TaskKind.UNCLAIMED, Task.outcome == _JOINED,
        Task.incident_id.in_(family(work.session, incident.id)),
    )  # fmt: skip
    for task in work.session.scalars(query.order_by(Task.id.desc()).limit(1)):
        task.done_at, task.outcome = None, ""


def open_tasks(session: Session, by: Actor) -> list[Task]:
    """What is still to do, the loud ones first, then the oldest; of incidents that are not for `by` none."""
    tasks = _open(session)
    wanted = {task.incident_id for task in tasks}
    about = {each.id: each for each in session.scalars(select(Incident).where(Incident.id.in_(wanted)))}
    return [task for task in tasks if task.incident_id is None or may_see(by, about[task.incident_id])]


def open_tasks_of(session: Session, members: Sequence[int]) -> list[Task]:
    """The same of one case and what was merged into it, for whoever sees that."""
    return [] if has_none(session, Task, members) else _open(session, Task.incident_id.in_(members))


def _open(session: Session, *conditions: ColumnElement[bool]) -> list[Task]:
    query = select(Task).where(Task.done_at.is_(None), *conditions).order_by(Task.due_at, Task.id)
    return sorted(session.scalars(query), key=lambda task: task.kind not in LOUD)
