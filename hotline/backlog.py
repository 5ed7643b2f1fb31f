"""How much of what was promised is late, and how much waits on purpose."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.models import Promise
from hotline.outbox import Kind, Rank, may_leave


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is due and not done, and since when."""

    due: int
    oldest: datetime | None


def backlog(session: Session, now: datetime, *, leaving: Rank = Rank.LATER) -> Backlog:
    """What should have been done by now. Texts of a rank after `leaving` wait on purpose and are not late;
    nor is what a flood brought (`hotline.floods`) a sign that nobody works.
    """
    held = and_(Promise.kind == Kind.SEND_TEXT, Promise.rank > leaving)
    behind = and_(Promise.kind == Kind.READ_TEXT, Promise.rank == Rank.LATER)
    row = session.execute(
        select(func.count(), func.min(Promise.due_at).filter(~behind)).where(
            Promise.settled_at.is_(None), Promise.due_at <= now, ~held, may_leave()
        )
    ).one()
    return Backlog(row[0], row[1])


def held_back(session: Session, leaving: Rank) -> int:
    """How many texts wait on purpose, since only those up to `leaving` may go, or none at all."""
    query = select(func.count()).where(
        Promise.settled_at.is_(None), Promise.kind == Kind.SEND_TEXT,
        or_(Promise.rank > leaving, ~may_leave()),
    )  # fmt: skip
    return session.scalar(query) or 0
