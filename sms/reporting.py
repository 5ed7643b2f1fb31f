"""What a text reports: a new incident with its receipt, or more of one that is known."""

from collections.abc import Sequence
from typing import Final

from hotline import notify
from hotline.callers import open_incidents_of, same_events
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Actor
from hotline.incidents import fetch, find
from hotline.intake import Reading, Told, add_report, open_incident
from hotline.models import Incident, TextMessage
from hotline.other_numbers import name_other
from hotline.unit_of_work import UnitOfWork
from sms.asking import ask, place_is_known
from sms.grammar.meaning import Meaning
from sms.grammar.meaning import Question as Asked
from sms.saying import actor_of, attach, say, to_tray
from sms.understanding import reading_of

MOST_DIRECT: Final = 2


def report(
    work: UnitOfWork,
    message: TextMessage,
    meaning: Meaning,
    channel: Channel = Channel.SMS,
    by: Actor | None = None,
) -> None:
    """A report: more of a known event, or a new incident with its receipt. `by` defaults to the sender."""
    told = told_by(work, message, meaning, channel)
    known = same_events(work, message.number, told.reading)
    if len(known) > 1:
        _which(work, message, known)
    elif known:
        _add(work, message, known[0], told, by or actor_of(message))
    else:
        incident = open_incident(work, told, by or actor_of(message))
        message.incident_id = incident.id
        _receipt(work, message, incident, told.reading)
    _for_somebody_else(work, message, meaning, by)


def more_info(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """More of an incident: the one whose number is in the text, else the only open one that it can mean."""
    incident = named(work, message, meaning)
    told = told_by(work, message, meaning, Channel.SMS)
    mine = open_incidents_of(work, message.number)
    if incident is None and len(mine) > 1:
        mine = same_events(work, message.number, told.reading) or mine
    if incident is not None or len(mine) == 1:
        _add(work, message, incident or mine[0], told, actor_of(message))
        _for_somebody_else(work, message, meaning, None)
    elif mine:
        _which(work, message, mine)
    elif meaning.danger is not None:
        report(work, message, meaning)  # danger to life is nobody's addition that waits in a tray
    else:
        to_tray(work, message)


def named(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> Incident | None:
    """The incident whose number is in the text, if it is this caller's own."""
    if meaning.number is None or not meaning.number_valid:
        return None
    incident = find(work.session, meaning.number.value)
    if incident is None or message.number not in notify.callers(work.session, incident.id):
        return None
    return incident


def told_by(work: UnitOfWork, message: TextMessage, meaning: Meaning, channel: Channel) -> Told:
    """The text as a report."""
    return Told(
        channel=channel, words=message.words, made_at=message.sent_at or message.at, number=message.number,
        reading=reading_of(meaning, work.playbook), text_id=message.id,
    )  # fmt: skip


def _which(work: UnitOfWork, message: TextMessage, known: Sequence[Incident]) -> None:
    """Nobody can tell which incident is meant: it is shown in the newest, and a person decides."""
    message.unread = True
    incident = attach(work, message, known[0])
    say(work, message, "added", Purpose.REPLY, incident)


def _for_somebody_else(work: UnitOfWork, message: TextMessage, meaning: Meaning, by: Actor | None) -> None:
    if meaning.on_behalf_of is not None and message.incident_id is not None:
        incident = fetch(work, message.incident_id)
        name_other(work, incident, meaning.on_behalf_of, by or actor_of(message))


def _add(work: UnitOfWork, message: TextMessage, incident: Incident, told: Told, by: Actor) -> None:
    known = add_report(work, incident, told, by)
    message.incident_id = known.id
    if known.area_code is not None:
        place_is_known(work, message.number)
    if known.disposition is None:
        say(work, message, "added", Purpose.REPLY, known)
    else:
        # Whether it must be opened again is the coordinator's to say; somebody has to look.
        message.unread = True
        say(work, message, "added_closed", Purpose.REPLY, known)


def _receipt(work: UnitOfWork, message: TextMessage, incident: Incident, reading: Reading) -> None:
    direct = direct_numbers(work, incident.type_code)
    if reading.outside is not None and reading.area_code is None:
        say(work, message, "receipt_outside", Purpose.RECEIPT, incident)
    elif incident.area_code is None:
        ask(work, message, incident, Asked.PLACE, "receipt_place", direct=direct)
    elif incident.priority is Priority.DARURAT:
        say(work, message, "receipt_emergency", Purpose.RECEIPT, incident, direct=direct)
    else:
        say(work, message, "receipt", Purpose.RECEIPT, incident)


def direct_numbers(work: UnitOfWork, type_code: str) -> str:
    """The short numbers that help fastest for this type, e.g. '113 atau 112': the common one is always
    there.
    """
    common = work.playbook.programme.emergency_number
    kind = work.playbook.types[type_code]
    own = [] if kind.code == UNCLEAR else [number for number in kind.direct_numbers if number.isdigit()]
    first = own[:MOST_DIRECT]
    return " atau ".join(first if common in first else [*first[: MOST_DIRECT - 1], common])
