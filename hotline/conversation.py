"""What the desk writes: to the callers of an incident, to its units, and to itself; and sending again what may be lost."""

from sqlalchemy import select

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError, fetch_for, log, touch
from hotline.models import Assignment, Incident, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork

AGAIN = frozenset({TextState.UNKNOWN, TextState.REFUSED, TextState.FAILED, TextState.EXPIRED, TextState.ABSENT})
"""States in which a person may send the same words once more."""


def write_to_callers(work: UnitOfWork, incident_id: int, words: str, by: Actor) -> list[TextMessage]:
    """Texts the operator's words, as typed, to every caller. Raises ConflictError where nobody can be texted."""
    incident = fetch_for(work, incident_id, by, Act.WRITE)
    sent = [
        notify.text(work, number, words, Purpose.OPERATOR, incident=incident, by=by)
        for number in notify.callers(work.session, incident.id)
    ]
    if not sent:
        raise ConflictError("no caller of this incident left a number")
    touch(work, incident)
    return sent


def write_to_unit(work: UnitOfWork, incident_id: int, unit_id: int, words: str, by: Actor) -> TextMessage:
    """Texts the operator's words to one unit of the incident."""
    incident = fetch_for(work, incident_id, by, Act.WRITE)
    unit = work.session.get_one(Unit, unit_id)
    touch(work, incident)
    return notify.text(work, unit.number, words, Purpose.OPERATOR, incident=incident, unit=unit, by=by)


def note(work: UnitOfWork, incident_id: int, words: str, by: Actor) -> Incident:
    """An internal note: stands in the log, goes to nobody."""
    incident = fetch_for(work, incident_id, by, Act.NOTE)
    log(work, incident, "note", by, words)
    touch(work, incident)
    return incident


def send_again(work: UnitOfWork, text_id: int, by: Actor) -> TextMessage:
    """A person sends once more what may not have gone out. Raises ConflictError where it went out, or was repeated."""
    require(by, Act.RESEND)
    message = work.session.get_one(TextMessage, text_id, with_for_update=True)
    repeated = work.session.scalar(select(TextMessage.id).where(TextMessage.resend_of == message.id).limit(1))
    if message.state not in AGAIN or repeated is not None:
        raise ConflictError("this text went out, or was sent again already")
    fresh = notify.text(
        work, message.number, message.words, Purpose(message.purpose),
        incident=work.session.get(Incident, message.incident_id) if message.incident_id else None,
        unit=work.session.get(Unit, message.unit_id) if message.unit_id else None,
        assignment=work.session.get(Assignment, message.assignment_id) if message.assignment_id else None, by=by,
    )  # fmt: skip
    fresh.resend_of = message.id
    return fresh
