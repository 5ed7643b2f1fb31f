"""What the text line says back to a resident, and what it hands to a person instead."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from hotline import notify
from hotline.callers import open_incidents_of
from hotline.domain.contact import Purpose
from hotline.domain.phone import masked
from hotline.domain.rights import Actor
from hotline.incidents import fetch, log, touch
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.parts import is_counted

RESIDENT: Final = "caller"


def actor_of(message: TextMessage) -> Actor:
    """The caller as somebody who does something; named by the masked number, since many see the log."""
    return Actor(RESIDENT, None, masked(message.number))


def say(
    work: UnitOfWork,
    message: TextMessage,
    text_key: str,
    purpose: Purpose,
    incident: Incident | None = None,
    **values: str,
) -> None:
    """Answers the text with one of the playbook's; `number` is filled from the incident."""
    number = {"number": incident.number or ""} if incident else {}
    notify.text(
        work, message.number, work.playbook.say(text_key, **number, **values), purpose, incident=incident
    )


def attach(work: UnitOfWork, message: TextMessage, incident: Incident) -> Incident:
    """Puts the text into the incident's thread and log; returns the incident, locked."""
    known = fetch(work, incident.id)
    message.incident_id = known.id
    log(work, known, "text_in", actor_of(message), message.words, text_id=message.id)
    touch(work, known)
    return known


def to_tray(work: UnitOfWork, message: TextMessage) -> None:
    """A person decides. A text that most likely belongs to the sender's only open incident is shown
    there too.

    Who has none hears, at most once an hour, that it was not understood; not while further parts may follow.
    """
    message.unread = True
    mine = open_incidents_of(work, message.number)
    if len(mine) == 1:
        attach(work, message, mine[0])
    elif not is_counted(work, message) and _may_be_told(work, message.number):
        say(work, message, "not_understood", Purpose.REPLY)


def _may_be_told(work: UnitOfWork, number: str) -> bool:
    return _times_told(work, number) < work.playbook.limits.not_understood_per_hour


def _times_told(work: UnitOfWork, number: str) -> int:
    """How often this number heard within the hour that it was not understood."""
    words, met = work.playbook.say("not_understood"), work.met.get(number)
    if met is not None and words in met.told:
        return met.told[words]
    query = select(func.count()).where(
        TextMessage.number == number,
        TextMessage.inbound.is_(False),
        TextMessage.words == words,
        TextMessage.at > work.now - timedelta(hours=1),
    )
    times = work.session.scalar(query) or 0
    if met is not None:
        met.told[words] = times
    return times
