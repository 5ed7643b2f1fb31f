"""Pranks, empty calls and abuse: one key at the desk, and from the second within a day a quiet period for the
number, which ends by itself. A report of such a number is never dropped: it stands after the others.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline import notify, verification
from hotline.callers import caller_of
from hotline.domain.phone import SenderKind, read_number
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, family, fetch_for, log, recompute, touch
from hotline.models import Incident, Misuse, Nuisance, TextMessage
from hotline.roster import unit_by_number
from hotline.tray import set_aside
from hotline.unit_of_work import UnitOfWork

REJECTION: Final = "PRANK"
LOGGED: Final = "misuse_"
"""How the kinds of its lines in a case's log begin."""


def press_for_incident(
    work: UnitOfWork, incident_id: int, kind: Misuse, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Ends the incident as no report and counts it against its callers; nobody is texted.

    Raises ConflictError where units are on it or several people told of it: then it is no prank of one.
    """
    incident = fetch_for(work, incident_id, by, Act.REJECT, stamp=stamp)
    numbers = notify.callers(work.session, incident.id)
    if len(numbers) > 1:
        raise ConflictError("several people reported this")
    verification.reject(work, incident.id, REJECTION, "", by)
    log(work, incident, f"{LOGGED}{kind.value}", by)
    for number in numbers:
        _count(work, number, kind, by, incident_id=incident.id)
    return incident


def press_for_text(work: UnitOfWork, text_id: int, kind: Misuse, by: Actor) -> None:
    """Takes a text out of the tray and counts it against its sender. Raises ConflictError if it was filed."""
    set_aside(work, text_id, by)
    text = work.session.get_one(TextMessage, text_id)
    if text.unit_id is None:
        _count(work, text.number, kind, by, text_id=text_id)


def _count(
    work: UnitOfWork,
    number: str,
    kind: Misuse,
    by: Actor,
    *,
    incident_id: int | None = None,
    text_id: int | None = None,
) -> None:
    """One more; a unit's number and what is no mobile are counted and never muted."""
    nuisance = Nuisance(
        number=number[:40], kind=kind, at=work.now, by=by.id, incident_id=incident_id, text_id=text_id
    )
    work.session.add(nuisance)
    work.session.flush()
    limits = work.playbook.limits
    recent = select(func.count()).where(
        Nuisance.number == number[:40],
        Nuisance.undone_at.is_(None),
        Nuisance.at > work.now - timedelta(hours=limits.misuse_within_hours),
    )
    mobile = read_number(number, work.playbook.programme.region).kind is SenderKind.MOBILE
    if not mobile or unit_by_number(work.session, number) is not None:
        return
    if (work.session.scalar(recent) or 0) > 1:
        caller_of(work, number).muted_until = work.now + timedelta(hours=limits.misuse_quiet_hours)


def forgive(work: UnitOfWork, incident_id: int, by: Actor) -> Incident:
    """It was none after all: the count and the quiet period are taken back. Opening the incident again is the
    coordinator's.
    """
    incident = fetch_for(work, incident_id, by, Act.REJECT)
    members = family(work.session, incident.id)
    query = select(Nuisance).where(Nuisance.incident_id.in_(members), Nuisance.undone_at.is_(None))
    found = list(work.session.scalars(query))
    if not found:
        raise ConflictError("nothing was counted here")
    for nuisance in found:
        nuisance.undone_at = work.now
        caller_of(work, nuisance.number).muted_until = None
    incident.doubted = False
    log(work, incident, "misuse_undone", by)
    recompute(work, incident)
    touch(work, incident)
    return incident


def counted_here(session: Session, incident_id: int) -> bool:
    """Whether the key was pressed for this incident, and not taken back."""
    members = family(session, incident_id)
    query = select(Nuisance.id).where(Nuisance.incident_id.in_(members), Nuisance.undone_at.is_(None))
    return session.scalar(query.limit(1)) is not None
