"""Asks vouched people near a place whether it is true, and keeps what they answer."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, family, fetch, fetch_for, find, log, touch
from hotline.intake import place_words
from hotline.models import Incident, Inquiry, Unit
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork

AT_ONCE: Final = 3
"""How many people one click asks."""


def neighbours(session: Session, vouched: tuple[str, ...], incident: Incident) -> list[Unit]:
    """Vouched people of the incident's kelurahan who were not asked yet, those of its RT first."""
    asked = select(Inquiry.unit_id).where(Inquiry.incident_id.in_(family(session, incident.id)))
    query = select(Unit).where(
        Unit.agency.in_(vouched), Unit.active, Unit.area_code == incident.area_code, Unit.id.not_in(asked)
    )
    found = session.scalars(query.order_by(Unit.id))
    return sorted(found, key=lambda unit: incident.rt is None or unit.rt != incident.rt)[:AT_ONCE]


def ask_neighbours(work: UnitOfWork, incident_id: int, by: Actor) -> list[Inquiry]:
    """Texts the question to those who live nearest. A confidential case is nobody's talk.

    Raises ConflictError where it is confidential, closed, or nobody is left to ask.
    """
    incident = fetch_for(work, incident_id, by, Act.VERIFY)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    if incident.confidential:
        raise ConflictError("neighbours are not asked about a confidential case")
    people = neighbours(work.session, work.playbook.desk.vouched, incident)
    if not people:
        raise ConflictError("nobody near is left to ask")
    kind = work.playbook.types[incident.type_code].name.split(",")[0]
    number = incident.number or ""
    words = work.playbook.say("ask_neighbour", kind=kind, place=place_words(work, incident), number=number)
    return [_ask(work, incident, unit, words, by) for unit in people]


def _ask(work: UnitOfWork, incident: Incident, unit: Unit, words: str, by: Actor) -> Inquiry:
    inquiry = Inquiry(incident_id=incident.id, unit_id=unit.id, asked_at=work.now, words="")
    work.session.add(inquiry)
    log(work, incident, "neighbour_asked", by, unit.name)
    notify.text(work, unit.number, words, Purpose.QUESTION, incident=incident, unit=unit, by=by)
    touch(work, incident)
    return inquiry


def answered(
    work: UnitOfWork, unit: Unit, number: str | None, words: str, by: Actor, *, yes: bool
) -> Incident | None:
    """Keeps a neighbour's answer, the first that counts; without a number to what he was asked last.

    The incident that it is about; None where he was asked nothing of the kind.
    """
    query = select(Inquiry).where(Inquiry.unit_id == unit.id).order_by(Inquiry.id.desc())
    if number is None:
        query = query.where(Inquiry.answered_at.is_(None))
    else:
        found = find(work.session, number)
        query = query.where(Inquiry.incident_id.in_(family(work.session, found.id) if found else []))
    inquiry = work.session.scalars(query.limit(1)).one_or_none()
    if inquiry is None:
        return None
    incident = fetch(work, inquiry.incident_id)
    work.session.refresh(inquiry)
    if inquiry.answered_at is None:
        inquiry.answered_at, inquiry.answer = work.now, yes
    inquiry.words = "\n".join(part for part in (inquiry.words, words) if part)
    log(work, incident, "neighbour_yes" if yes else "neighbour_no", by, words)
    touch(work, incident)
    return incident


def inquiries(session: Session, members: list[int]) -> list[Inquiry]:
    """Whom we asked about these incidents, and what they said."""
    if has_none(session, Inquiry, members):
        return []
    query = select(Inquiry).where(Inquiry.incident_id.in_(members)).order_by(Inquiry.id)
    return list(session.scalars(query.options(joinedload(Inquiry.unit))))
