"""Promises to look again: at a unit that was alerted, at a case, at a leg. One open promise each.

The keepers (`hotline.escalating`) find out what is due from what has happened, so a promise says only when.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from hotline.models import Assignment, Incident, Leg, Promise
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork

_RANKS: Final = {
    Kind.WATCH_UNIT: Rank.DISPATCH,
    Kind.WATCH_CASE: Rank.DISPATCH,
    Kind.WATCH_LEG: Rank.CONVERSATION,
    Kind.TELL_OFFICER: Rank.DISPATCH,
}


def watch_new(work: UnitOfWork, assignment: Assignment, at: datetime) -> None:
    """Looks for the first time at a task that was made at this moment: there is no earlier look to drop."""
    work.promise(Kind.WATCH_UNIT, assignment.id, rank=_RANKS[Kind.WATCH_UNIT], due_at=at)


def watch_new_case(work: UnitOfWork, incident: Incident, at: datetime) -> None:
    """The same for a case."""
    work.promise(Kind.WATCH_CASE, incident.id, rank=_RANKS[Kind.WATCH_CASE], due_at=at)


def watch_unit(work: UnitOfWork, assignment: Assignment, at: datetime | None = None) -> None:
    """Looks at the unit's task anew, now or at `at`, instead of when it was promised before."""
    _instead(work, Kind.WATCH_UNIT, assignment.id, at)


def watch_case(work: UnitOfWork, incident: Incident, at: datetime | None = None) -> None:
    """Looks at the case anew, now or at `at`."""
    _instead(work, Kind.WATCH_CASE, incident.id, at)


def watch_leg(work: UnitOfWork, leg: Leg, at: datetime) -> None:
    """Looks at the leg at `at`."""
    _instead(work, Kind.WATCH_LEG, leg.id, at)


def again(work: UnitOfWork, kind: Kind, subject_id: int, at: datetime) -> None:
    """From within the keeper: one more look at `at`; the promise that is being kept settles by itself.

    Where an earlier look is promised by now, that one stands.
    """
    waiting = select(Promise.id).where(
        Promise.kind == kind, Promise.subject_id == subject_id, Promise.settled_at.is_(None),
        Promise.claimed_until.is_(None), Promise.due_at <= at,
    )  # fmt: skip
    if work.session.scalar(waiting.limit(1)) is None:
        work.promise(kind, subject_id, rank=_RANKS[kind], due_at=at)


def unwatch_units(work: UnitOfWork, assignments: Sequence[Assignment]) -> None:
    """Nothing more is due about these tasks."""
    _drop(work, Kind.WATCH_UNIT, *(assignment.id for assignment in assignments))


def unwatch_case(work: UnitOfWork, incident: Incident) -> None:
    """Nothing more is due about this case."""
    _drop(work, Kind.WATCH_CASE, incident.id)


def _drop(work: UnitOfWork, kind: Kind, *subject_ids: int) -> None:
    """A look that is being taken at this moment is left alone: it finds nothing to do, and it may be ours."""
    work.session.execute(
        update(Promise)
        .where(
            Promise.kind == kind, Promise.subject_id.in_(subject_ids), Promise.settled_at.is_(None),
            Promise.claimed_until.is_(None),
        )
        .values(settled_at=work.now, outcome="cancelled")
    )  # fmt: skip


def _instead(work: UnitOfWork, kind: Kind, subject_id: int, at: datetime | None) -> None:
    _drop(work, kind, subject_id)
    work.promise(kind, subject_id, rank=_RANKS[kind], due_at=at)
