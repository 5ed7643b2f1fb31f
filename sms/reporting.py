"""What a text reports: a new incident with its receipt, or more of one that is known."""

from hotline.callers import open_incidents_of, same_event
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Actor
from hotline.incidents import find
from hotline.intake import Reading, Told, add_report, open_incident, reported_by
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.asking import ask, place_is_known
from sms.grammar.meaning import Meaning
from sms.grammar.meaning import Question as Asked
from sms.saying import actor_of, say, to_tray
from sms.understanding import reading_of


def report(
    work: UnitOfWork,
    message: TextMessage,
    meaning: Meaning,
    channel: Channel = Channel.SMS,
    by: Actor | None = None,
) -> None:
    """A report: more of a known event, or a new incident with its receipt. `by` defaults to the sender."""
    told = _told(work, message, meaning, channel)
    known = same_event(work, message.number, told.reading)
    if known is not None:
        _add(work, message, known, told, by or actor_of(message))
        return
    incident = open_incident(work, told, by or actor_of(message))
    message.incident_id = incident.id
    _receipt(work, message, incident, told.reading)


def more_info(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """More of an incident: the one whose number is in the text, else the newest open one."""
    incident = named(work, message, meaning) or next(iter(open_incidents_of(work, message.number)), None)
    if incident is None:
        to_tray(work, message)
    else:
        _add(work, message, incident, _told(work, message, meaning, Channel.SMS), actor_of(message))


def named(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> Incident | None:
    """The incident whose number is in the text, if it is this caller's own."""
    if meaning.number is None or not meaning.number_valid:
        return None
    incident = find(work.session, meaning.number.value)
    if incident is None or not reported_by(work, incident, message.number):
        return None
    return incident


def _told(work: UnitOfWork, message: TextMessage, meaning: Meaning, channel: Channel) -> Told:
    return Told(
        channel=channel, words=message.words, made_at=message.sent_at or message.at, number=message.number,
        reading=reading_of(meaning, work.playbook), text_id=message.id,
    )  # fmt: skip


def _add(work: UnitOfWork, message: TextMessage, incident: Incident, told: Told, by: Actor) -> None:
    added = add_report(work, incident, told, by)
    message.incident_id = added.incident_id
    if added.incident.area_code is not None:
        place_is_known(work, message.number)
    if added.incident.disposition is None:
        say(work, message, "added", Purpose.REPLY, added.incident)
    else:
        # Whether it must be opened again is the coordinator's to say; somebody has to look.
        message.unread = True
        say(work, message, "added_closed", Purpose.REPLY, added.incident)


def _receipt(work: UnitOfWork, message: TextMessage, incident: Incident, reading: Reading) -> None:
    direct = _direct_numbers(work, incident)
    if reading.outside is not None and reading.area_code is None:
        say(work, message, "receipt_outside", Purpose.RECEIPT, incident)
    elif incident.area_code is None:
        ask(work, message, incident, Asked.PLACE, "receipt_place", direct=direct)
    elif incident.priority is Priority.DARURAT:
        say(work, message, "receipt_emergency", Purpose.RECEIPT, incident, direct=direct)
    else:
        say(work, message, "receipt", Purpose.RECEIPT, incident)


def _direct_numbers(work: UnitOfWork, incident: Incident) -> str:
    """The two short numbers that help fastest for this type, e.g. '113 atau 112'."""
    kind = work.playbook.types[incident.type_code]
    direct = [number for number in kind.direct_numbers if number.isdigit()][:2]
    if kind.code == UNCLEAR or not direct:
        direct = [work.playbook.programme.emergency_number]
    return " atau ".join(direct)
