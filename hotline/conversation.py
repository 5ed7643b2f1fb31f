"""What the desk writes: to the callers of an incident, to its units, and to itself; and sending again
what may be lost.
"""

from typing import Final

from sqlalchemy import select

from hotline import notify
from hotline.callers import caller_of
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import (
    ConflictError,
    NoSuchIncidentError,
    assignments,
    family,
    fetch_for,
    log,
    touch,
)
from hotline.models import Assignment, Incident, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork

AGAIN: Final = frozenset(
    {TextState.UNKNOWN, TextState.REFUSED, TextState.FAILED, TextState.EXPIRED, TextState.ABSENT}
)
"""States in which a person may send the same words once more."""


def write_to_callers(work: UnitOfWork, incident_id: int, words: str, by: Actor) -> list[TextMessage]:
    """Texts the operator's words, as typed, to every caller.

    Raises ConflictError where nobody can be texted or nothing is said.
    """
    incident = fetch_for(work, incident_id, by, Act.WRITE)
    _must_say_something(words)
    sent = [
        notify.text(work, number, words, Purpose.OPERATOR, incident=incident, by=by)
        for number in notify.callers(work.session, incident.id)
    ]
    if not sent:
        raise ConflictError("no caller of this incident left a number")
    touch(work, incident)
    return sent


def write_to_unit(work: UnitOfWork, incident_id: int, unit_id: int, words: str, by: Actor) -> TextMessage:
    """Texts the operator's words to one unit of the incident. Raises ConflictError for a unit that never
    was on it.
    """
    incident = fetch_for(work, incident_id, by, Act.WRITE)
    _must_say_something(words)
    sent = assignments(work.session, family(work.session, incident.id))
    assignment = next((each for each in reversed(sent) if each.unit_id == unit_id), None)
    if assignment is None:
        raise ConflictError("this unit was not sent to the incident")
    touch(work, incident)
    return notify.text(
        work, assignment.unit.number, words, Purpose.OPERATOR, incident=incident, unit=assignment.unit, by=by
    )


def _must_say_something(words: str) -> None:
    if not words.strip():
        raise ConflictError("the text is empty")


def note(work: UnitOfWork, incident_id: int, words: str, by: Actor) -> Incident:
    """An internal note: stands in the log, goes to nobody."""
    incident = fetch_for(work, incident_id, by, Act.NOTE)
    log(work, incident, "note", by, words)
    touch(work, incident)
    return incident


def keep_quiet(work: UnitOfWork, incident_id: int, by: Actor, *, quiet: bool) -> Incident:
    """The desk's switch: from now on the callers are neither texted nor called, or may be again."""
    incident = fetch_for(work, incident_id, by, Act.WRITE)
    for number in notify.callers(work.session, incident.id):
        caller = caller_of(work, number)
        caller.quiet_since = (caller.quiet_since or work.now) if quiet else None
    incident.do_not_call = quiet
    log(work, incident, "quiet" if quiet else "released", by)
    touch(work, incident)
    return incident


def may_be_sent_again(message: TextMessage) -> bool:
    """Whether it is known, or feared, that the text did not arrive, and nothing will send it by itself."""
    given_up = message.state is TextState.NOT_SENT and message.settled_at is not None
    return message.state in AGAIN or given_up


def send_again(work: UnitOfWork, text_id: int, by: Actor) -> TextMessage:
    """A person sends once more what may not have gone out.

    Raises NoSuchIncidentError for a text that is none, ConflictError where it went out, or was repeated.
    """
    require(by, Act.RESEND)
    query = select(TextMessage).where(TextMessage.id == text_id).with_for_update(key_share=True)
    message = work.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if message is None:
        raise NoSuchIncidentError(f"text {text_id}")
    repeated = work.session.scalar(select(TextMessage.id).where(TextMessage.resend_of == message.id).limit(1))
    if not may_be_sent_again(message) or repeated is not None:
        raise ConflictError("this text went out, or was sent again already")
    fresh = notify.text(
        work,
        message.number,
        message.words,
        Purpose(message.purpose),
        incident=fetch_for(work, message.incident_id, by, Act.RESEND) if message.incident_id else None,
        unit=work.session.get(Unit, message.unit_id) if message.unit_id else None,
        assignment=work.session.get(Assignment, message.assignment_id) if message.assignment_id else None,
        by=by,
    )
    fresh.resend_of = message.id
    return fresh
