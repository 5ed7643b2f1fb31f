"""Stretches in which a part of the hotline did not work: noted by itself where it knows, else by the desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.domain.pacing import Held
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.models import Outage
from hotline.unit_of_work import UnitOfWork

CARRIER: Final = "carrier"
OF_HELD: Final = {Held.MONEY: "credit", Held.CONFIGURATION: CARRIER}
"""What kind of failure it is when the queue waits. A playbook that does not name a kind does not count it."""


def begin(work: UnitOfWork, kind: str) -> None:
    """The hotline itself sees that something does not work; while it knows already, nothing is added."""
    known = select(Outage.id).where(Outage.kind == kind, Outage.ended_at.is_(None), Outage.noted_by.is_(None))
    if kind in work.playbook.evaluation.outages and work.session.scalar(known.limit(1)) is None:
        work.session.add(Outage(kind=kind, started_at=work.now))


def end(work: UnitOfWork, kind: str) -> None:
    """It works again."""
    work.session.execute(
        update(Outage)
        .where(Outage.kind == kind, Outage.ended_at.is_(None), Outage.noted_by.is_(None))
        .values(ended_at=work.now)
    )


@dataclass(frozen=True, slots=True)
class Noted:
    """What the desk saw: since when, until when (None: it still lasts), and what there is to say."""

    kind: str
    since: datetime
    until: datetime | None = None
    words: str = ""


def note(work: UnitOfWork, noted: Noted, by: Actor) -> Outage:
    """Writes a failure down that only people see: no power, a dead modem.

    Raises ConflictError for times that run backwards or lie ahead, NotAllowedError.
    """
    require(by, Act.NOTE)
    if noted.since > work.now or (noted.until is not None and noted.until < noted.since):
        raise ConflictError("a failure ends after it began, and began before now")
    found = Outage(
        kind=noted.kind, started_at=noted.since, ended_at=noted.until, words=noted.words, noted_by=by.id
    )
    work.session.add(found)
    return found


def over(work: UnitOfWork, outage_id: int, by: Actor) -> Outage:
    """Somebody says that it works again; a second click changes nothing. Raises NoSuchIncidentError."""
    require(by, Act.NOTE)
    found = work.session.get(Outage, outage_id, with_for_update=True)
    if found is None:
        raise NoSuchIncidentError(f"outage {outage_id}")
    found.ended_at = found.ended_at or work.now
    return found


def lasting(session: Session) -> list[Outage]:
    """What does not work now, the oldest first."""
    return list(session.scalars(select(Outage).where(Outage.ended_at.is_(None)).order_by(Outage.started_at)))
