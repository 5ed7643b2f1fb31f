"""One shift at the desk hands over to the next: a note, the cases that are open, and who has taken them."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError
from hotline.models import HandOver, Incident
from hotline.unit_of_work import UnitOfWork

LONGEST_NOTE: Final = 2000


def hand_over(work: UnitOfWork, note: str, by: Actor) -> HandOver:
    """Keeps the note with the numbers of all that is open at this moment, for whoever comes next.

    Raises NotAllowedError.
    """
    require(by, Act.CLAIM)
    still = select(Incident.number).where(
        Incident.disposition.is_(None), Incident.merged_into_id.is_(None), Incident.number.is_not(None)
    )
    numbers = " ".join(filter(None, work.session.scalars(still.order_by(Incident.rank, Incident.id))))
    given = HandOver(given_at=work.now, given_by=by.id, note=note.strip()[:LONGEST_NOTE], cases=numbers)
    work.session.add(given)
    return given


def take_over(work: UnitOfWork, given_id: int, by: Actor) -> HandOver:
    """The next shift has read it. Raises ConflictError where somebody has already, or it is one's own."""
    require(by, Act.CLAIM)
    given = work.session.get(HandOver, given_id, with_for_update=True, populate_existing=True)
    if given is None or given.taken_at is not None:
        raise ConflictError("the shift was taken over already")
    if given.given_by == by.id:
        raise ConflictError("somebody else must take the shift over")
    given.taken_at, given.taken_by = work.now, by.id
    return given


def newest(session: Session, limit: int) -> list[HandOver]:
    """The last hand-overs, the newest first."""
    return list(session.scalars(select(HandOver).order_by(HandOver.id.desc()).limit(limit)))
