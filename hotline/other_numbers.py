"""A report from a borrowed telephone: the number that it is for is written down, and texted only once the
desk has agreed, since anybody can name anybody's number.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.phone import masked, read_number
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, NoSuchIncidentError, family, fetch_for, log, touch
from hotline.models import Contact, Incident, TextMessage
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork


def name_other(work: UnitOfWork, incident: Incident, said: str, by: Actor) -> Contact | None:
    """Writes down for whom somebody reports; None where `said` is no mobile number, or is known.

    The incident must be locked or new.
    """
    other = read_number(said, work.playbook.programme.region)
    known = {*notify.callers(work.session, incident.id), *_named(work.session, incident)}
    if not other.can_be_texted or other.address in known:
        return None
    contact = Contact(incident_id=incident.id, number=other.address, named_at=work.now)
    work.session.add(contact)
    work.session.flush()
    log(work, incident, "other_number", by, masked(other.address))
    touch(work, incident)
    return contact


def agree(work: UnitOfWork, incident_id: int, contact_id: int, by: Actor) -> TextMessage:
    """The desk knows that the number is meant: it gets the receipt, and from now on all that callers get.

    Raises ConflictError where somebody agreed already.
    """
    incident = fetch_for(work, incident_id, by, Act.WRITE)
    contact = work.session.get(Contact, contact_id, with_for_update=True)
    if contact is None or contact.incident_id not in family(work.session, incident.id):
        raise NoSuchIncidentError(str(contact_id))
    if contact.agreed_at is not None:
        raise ConflictError("the number may be texted already")
    contact.agreed_at, contact.agreed_by = work.now, by.id
    log(work, incident, "other_number_agreed", by, masked(contact.number))
    touch(work, incident)
    words = work.playbook.say("receipt", number=incident.number or "")
    return notify.text(work, contact.number, words, Purpose.RECEIPT, incident=incident, by=by)


def waiting(session: Session, incident_id: int) -> list[Contact]:
    """Numbers that were named and nobody has agreed to yet."""
    members = family(session, incident_id)
    if has_none(session, Contact, members):
        return []
    query = select(Contact).where(Contact.incident_id.in_(members), Contact.agreed_at.is_(None))
    return list(session.scalars(query.order_by(Contact.id)))


def _named(session: Session, incident: Incident) -> list[str]:
    query = select(Contact.number).where(Contact.incident_id.in_(family(session, incident.id)))
    return list(session.scalars(query))
