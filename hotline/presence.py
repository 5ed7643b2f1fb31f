"""Who else has a case open, and the hold on a case that lasts as long as its operator is at work on it."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from hotline import accounts
from hotline.domain.rights import Actor
from hotline.models import Incident, LoginSession, Operator
from hotline.unit_of_work import UnitOfWork
from hotline.verification import CLAIM_LEASE

GONE_AFTER: Final = timedelta(minutes=1)
"""A browser that was not heard of for so long looks at nothing any more: three written beats."""


def look_at(work: UnitOfWork, token: str, incident_id: int, by: Actor) -> None:
    """This browser has the incident open (0: none), and its operator's own hold on it begins anew."""
    known = work.session.get(Incident, incident_id) is not None
    accounts.look_at(work, token, incident_id if known else None)
    held = (
        Incident.id == incident_id, Incident.claimed_by == by.id, Incident.claimed_until > work.now,
    )  # fmt: skip
    work.session.execute(update(Incident).where(*held).values(claimed_until=work.now + CLAIM_LEASE))


def others_at(work: UnitOfWork, incident_id: int, by: Actor) -> list[str]:
    """The names of everybody else who has it open at this moment."""
    query = (
        select(Operator.name)
        .join(LoginSession, LoginSession.operator_id == Operator.id)
        .where(
            LoginSession.looking_at == incident_id, LoginSession.beat_at > work.now - GONE_AFTER,
            LoginSession.ended_at.is_(None), LoginSession.locked_at.is_(None), Operator.id != by.id,
        )
        .distinct()
        .order_by(Operator.name)
    )  # fmt: skip
    return list(work.session.scalars(query))
