"""Promises that time itself asks for: timers, looks whether something is due, and what was put off."""

from datetime import datetime
from typing import Final

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import Promise
from hotline.outbox import LEASES, Kind, Rank


def tick(session: Session, kind: Kind, subject_id: int, now: datetime, *, at_once: bool) -> None:
    """Sees to it that a timer of `kind` runs: an open promise, due now at the latest where `at_once`.

    What it left behind when it ran before is forgotten, so that a clock does not fill the table.
    """
    timer = (Promise.kind == kind, Promise.subject_id == subject_id)
    session.execute(delete(Promise).where(*timer, Promise.settled_at.is_not(None)))
    waiting = session.scalar(select(Promise.id).where(*timer, Promise.settled_at.is_(None)).limit(1))
    if waiting is None:
        session.add(Promise(kind=kind, subject_id=subject_id, rank=Rank.LATER, due_at=now))
    elif at_once:
        session.execute(
            update(Promise)
            .where(*timer, Promise.settled_at.is_(None), Promise.claimed_until.is_(None))
            .values(due_at=case((Promise.due_at > now, now), else_=Promise.due_at))
        )


LOOKS: Final = (Kind.WATCH_UNIT, Kind.WATCH_CASE, Kind.WATCH_LEG)
"""What only looks whether something is due: a look too many costs a question."""


def look_now(session: Session, now: datetime) -> None:
    """Every promised look is due now, also one that was claimed by a clock that ran ahead of this one."""
    session.execute(
        update(Promise)
        .where(
            Promise.settled_at.is_(None), Promise.kind.in_(LOOKS), Promise.due_at > now,
            or_(Promise.claimed_until.is_(None), Promise.claimed_until > now + max(LEASES.values())),
        )
        .values(due_at=now, claimed_until=None)
    )  # fmt: skip


def hurry(session: Session, kind: Kind, now: datetime) -> None:
    """What of `kind` was put off is due now."""
    session.execute(
        update(Promise)
        .where(
            Promise.settled_at.is_(None), Promise.kind == kind, Promise.due_at > now,
            Promise.claimed_until.is_(None),
        )
        .values(due_at=now)
    )  # fmt: skip
