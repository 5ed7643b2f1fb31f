"""Texts that nothing could be done with by itself: a person files each to an incident, or sets it aside."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.channels import Channel
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError, NoSuchIncidentError, find, log, touch
from hotline.intake import Reading, Told, add_report, open_incident
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork


def unread(session: Session, limit: int = 100) -> list[TextMessage]:
    """The tray, oldest first."""
    return list(session.scalars(select(TextMessage).where(TextMessage.unread).order_by(TextMessage.id).limit(limit)))


def file_to_incident(work: UnitOfWork, text_id: int, number: str, by: Actor) -> Incident:
    """Adds the text to the incident with this number. Raises NoSuchIncidentError, ConflictError if it was filed."""
    message = _take(work, text_id, by)
    incident = find(work.session, number)
    if incident is None:
        raise NoSuchIncidentError(number)
    message.incident_id = incident.id
    if message.unit_id is None:
        add_report(work, incident, _told(message, by, Reading()), by)
    else:
        log(work, incident, "text_in", by, message.words, text_id=message.id)
        touch(work, incident)
    return incident


def file_as_report(work: UnitOfWork, text_id: int, reading: Reading, by: Actor) -> Incident:
    """Opens an incident from the text. Raises ConflictError if it was filed meanwhile."""
    message = _take(work, text_id, by)
    incident = open_incident(work, _told(message, by, reading), by)
    message.incident_id = incident.id
    return incident


def set_aside(work: UnitOfWork, text_id: int, by: Actor) -> None:
    """Takes the text out of the tray; it stays in the archive. Raises ConflictError if it was filed meanwhile."""
    _take(work, text_id, by)


def _take(work: UnitOfWork, text_id: int, by: Actor) -> TextMessage:
    require(by, Act.FILE_TEXT)
    message = work.session.get(TextMessage, text_id, with_for_update=True)
    if message is None or not message.unread:
        raise ConflictError("the text was filed already")
    message.unread = False
    return message


def _told(message: TextMessage, by: Actor, reading: Reading) -> Told:
    return Told(
        channel=Channel.SMS, words=message.words, made_at=message.sent_at or message.at, number=message.number,
        entered_by=by.id, reading=reading,
    )  # fmt: skip
