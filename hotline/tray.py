"""Texts that nothing could be done with by itself: a person files each to an incident, or sets it aside."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline import notify
from hotline.callers import open_incidents_of
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act, Actor, NotAllowedError, require
from hotline.incidents import ConflictError, find, find_for, log, may_see, touch
from hotline.intake import Reading, Told, add_report, open_incident
from hotline.models import Incident, TextMessage, Unit
from hotline.roster import open_assignments
from hotline.unit_of_work import UnitOfWork


def unread(session: Session, limit: int = 100, by: Actor | None = None) -> list[TextMessage]:
    """The tray, oldest first; for `by`, without texts about incidents that are not for him."""
    query = select(TextMessage).where(TextMessage.unread).order_by(TextMessage.id).limit(limit)
    if by is not None and not by.may(Act.SEE_CONFIDENTIAL):
        query = query.outerjoin(Incident, Incident.id == TextMessage.incident_id).where(
            or_(
                TextMessage.incident_id.is_(None),
                Incident.confidential.is_(False),
                Incident.priority == Priority.DARURAT,
            )
        )
    return list(session.scalars(query))


def own_cases(work: UnitOfWork, message: TextMessage, by: Actor) -> list[Incident]:
    """The incidents that the text most likely belongs to, as far as `by` may see them: the one that it stands
    in already, closed or not, then the open ones that its sender reported or, as a unit, was sent to; the
    newest first.
    """
    there = _incident_of(work, message)
    unit = work.session.get(Unit, message.unit_id) if message.unit_id else None
    mine = _sent_to(work, unit) if unit is not None else open_incidents_of(work, message.number)
    still_open = [each for each in mine if each.disposition is None]
    found = {each.id: each for each in ([there] if there is not None else []) + still_open}
    return [each for each in found.values() if may_see(by, each)]


def _sent_to(work: UnitOfWork, unit: Unit) -> list[Incident]:
    tasks = reversed(open_assignments(work.session, unit))
    roots = (find(work.session, task.incident.number or "") for task in tasks)
    return [root for root in roots if root is not None]


def file_to_incident(work: UnitOfWork, text_id: int, number: str, by: Actor) -> Incident:
    """Adds the text to the incident with this number.

    Raises NoSuchIncidentError for a number that is none or not for `by`, ConflictError if it was filed
    meanwhile.
    """
    message = _take(work, text_id, by)
    incident = find_for(work, number, by)
    if _incident_of(work, message) is incident:
        # Its words stand in the incident's log already; the person has now seen them.
        log(work, incident, "text_seen", by, text_id=message.id)
        touch(work, incident)
        return incident
    message.incident_id = incident.id
    if message.unit_id is None:
        add_report(work, incident, _told(message, by, Reading()), by)
    else:
        log(work, incident, "text_in", by, message.words, text_id=message.id)
        touch(work, incident)
    return incident


def file_as_report(work: UnitOfWork, text_id: int, reading: Reading, by: Actor) -> Incident:
    """Opens an incident from the text; its sender gets the number. Raises ConflictError if it was filed
    meanwhile.
    """
    message = _take(work, text_id, by)
    incident = open_incident(work, _told(message, by, reading), by)
    message.incident_id = incident.id
    for number in notify.callers(work.session, incident.id):
        words = work.playbook.say("receipt", number=incident.number or "")
        notify.text(work, number, words, Purpose.RECEIPT, incident=incident, by=by)
    return incident


def set_aside(work: UnitOfWork, text_id: int, by: Actor) -> None:
    """Takes the text out of the tray; it stays in the archive. Raises ConflictError if it was filed
    meanwhile, NotAllowedError like the others where it belongs to an incident that is not for `by`.
    """
    _take(work, text_id, by)


def _take(work: UnitOfWork, text_id: int, by: Actor) -> TextMessage:
    require(by, Act.FILE_TEXT)
    query = select(TextMessage).where(TextMessage.id == text_id).with_for_update(key_share=True)
    message = work.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if message is None or not message.unread:
        raise ConflictError("the text was filed already")
    about = _incident_of(work, message)
    if about is not None and not may_see(by, about):
        raise NotAllowedError(Act.SEE_CONFIDENTIAL)
    message.unread = False
    return message


def _incident_of(work: UnitOfWork, message: TextMessage) -> Incident | None:
    """Where the text stands by now; not locked, since whoever files it locks the incident that it goes to."""
    came_with = work.session.get(Incident, message.incident_id) if message.incident_id else None
    return find(work.session, came_with.number or "") if came_with else None


def _told(message: TextMessage, by: Actor, reading: Reading) -> Told:
    return Told(
        channel=Channel.SMS,
        words=message.words,
        made_at=message.sent_at or message.at,
        number=message.number,
        entered_by=by.id,
        reading=reading,
        text_id=message.id,
    )
