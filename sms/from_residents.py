"""Acts on a text from a resident: one function for each thing that people want."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from hotline import notify
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import Disposition
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Actor
from hotline.incidents import find, log, recompute, touch
from hotline.intake import (
    Reading,
    Told,
    add_report,
    caller_of,
    open_incident,
    open_incidents_of,
    place_words,
    reported_by,
    same_event,
    set_place,
)
from hotline.models import Incident, Question, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.grammar import Reader
from sms.grammar.meaning import Context, Intent, Meaning, Sender
from sms.grammar.meaning import Question as Asked
from sms.understanding import reading_of

Act = Callable[[UnitOfWork, TextMessage, Meaning], None]

RESIDENT: Final = "caller"


def act_on_resident(work: UnitOfWork, message: TextMessage, reader: Reader) -> None:
    """Understands the text in its conversation and does what it asks for; what can't be done goes to the tray."""
    asked = _open_question(work, message.number)
    meaning = reader.read(message.words, Sender.RESIDENT, _context(work, message.number, asked))
    if meaning.do_not_call:
        _be_quiet(work, message)
    _ACTS[meaning.intent](work, message, meaning)


def actor_of(message: TextMessage) -> Actor:
    """The caller as somebody who does something; the name is the number, masked when shown."""
    return Actor(RESIDENT, None, message.number)


def _context(work: UnitOfWork, number: str, asked: Question | None) -> Context:
    numbers = tuple(each.number or "" for each in open_incidents_of(work, number))
    return Context(open_numbers=numbers, question=Asked(asked.kind) if asked else None)


def _open_question(work: UnitOfWork, number: str) -> Question | None:
    query = (
        select(Question)
        .where(Question.number == number, Question.answered_at.is_(None), Question.expires_at > work.now)
        .order_by(Question.id.desc())
        .limit(1)
    )
    return work.session.scalars(query).one_or_none()


# What people want, one function each ---------------------------------------------------------------


def report(work: UnitOfWork, message: TextMessage, meaning: Meaning, channel: Channel = Channel.SMS) -> None:
    """A report: more of a known event, or a new incident with its receipt."""
    reading = reading_of(meaning, work.playbook)
    told = Told(
        channel=channel, words=message.words, made_at=message.sent_at or message.at, number=message.number,
        reading=reading,
    )  # fmt: skip
    known = same_event(work, message.number, reading)
    if known is None:
        incident = open_incident(work, told, actor_of(message))
        message.incident_id = incident.id
        _receipt(work, message, incident, reading)
    else:
        add_report(work, known, told, actor_of(message))
        message.incident_id = known.id
        _say(work, message, "added", Purpose.RECEIPT, known)


def _more_info(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    incident = _named(work, message, meaning) or next(iter(open_incidents_of(work, message.number)), None)
    if incident is None:
        _to_tray(work, message, meaning)
        return
    reading = reading_of(meaning, work.playbook)
    told = Told(
        channel=Channel.SMS, words=message.words, made_at=message.sent_at or message.at, number=message.number,
        reading=reading,
    )  # fmt: skip
    add_report(work, incident, told, actor_of(message))
    message.incident_id = incident.id
    _say(work, message, "added", Purpose.RECEIPT, incident)


def _answer(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    asked = _open_question(work, message.number)
    incident = find_by_id(work, asked.incident_id) if asked else None
    if asked is None or incident is None or asked.kind not in (Asked.PLACE, Asked.AREA_LIST, Asked.RT):
        _to_tray(work, message, meaning)
        return
    message.incident_id = incident.id
    log(work, incident, "text_in", actor_of(message), message.words, text_id=message.id)
    area = meaning.area.value if meaning.area else None
    rt = meaning.rt.value if meaning.rt else None
    if area is None and rt is None:
        message.unread = True
        return
    set_place(work, incident, actor_of(message), area_code=area, rt=rt)
    if incident.area_code is None:
        _ask(work, message, incident, Asked.AREA_LIST, "ask_area")
        return
    asked.answered_at = work.now
    _say(work, message, "place_noted", Purpose.QUESTION, incident, place=place_words(work, incident))


def _status(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    incident = _named(work, message, meaning)
    if incident is None and meaning.number is None:
        incident = next(iter(open_incidents_of(work, message.number)), None)
    if incident is None:
        _say(work, message, "status_none", Purpose.REPLY)
        return
    message.incident_id = incident.id
    log(work, incident, "text_in", actor_of(message), message.words, text_id=message.id)
    _say(work, message, "status", Purpose.REPLY, incident, state=public_state(work, incident))


def _cancel(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """BATAL closes only before verification, only for one's own, and never where people withdraw out of fear."""
    incident = _named(work, message, meaning)
    if incident is None and meaning.number is None:
        mine = open_incidents_of(work, message.number)
        incident = mine[0] if len(mine) == 1 else None
    if incident is None:
        _to_tray(work, message, meaning)
        return
    message.incident_id = incident.id
    log(work, incident, "text_in", actor_of(message), message.words, text_id=message.id)
    if _may_be_withdrawn(work, incident, message.number):
        incident.disposition = Disposition.CANCELLED
        incident.closed_at = work.now
        log(work, incident, "withdrawn", actor_of(message))
        recompute(work, incident)
        _say(work, message, "cancelled", Purpose.RECEIPT, incident)
    else:
        message.unread = True
        touch(work, incident)
        _say(work, message, "cancel_noted", Purpose.RECEIPT, incident)


def _may_be_withdrawn(work: UnitOfWork, incident: Incident, number: str) -> bool:
    return (
        incident.disposition is None
        and incident.verified_at is None
        and work.playbook.types[incident.type_code].withdrawable
        and notify.callers(work.session, incident.id) == [number]
    )


def _thanks(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    incident = _named(work, message, meaning) or next(iter(open_incidents_of(work, message.number)), None)
    if incident is not None:
        message.incident_id = incident.id
        log(work, incident, "text_in", actor_of(message), message.words, text_id=message.id)
        touch(work, incident)


def _help(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    _say(work, message, "help", Purpose.REPLY)


def _stop(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    caller_of(work, message.number).opted_out_at = work.now
    _say(work, message, "stopped", Purpose.REPLY)


def _start(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    caller = caller_of(work, message.number)
    caller.opted_out_at = None
    caller.quiet_since = None
    _say(work, message, "started", Purpose.REPLY)


def _quiet(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    _be_quiet(work, message)
    _thanks(work, message, meaning)


def _be_quiet(work: UnitOfWork, message: TextMessage) -> None:
    """From now on this number is neither texted nor called, until somebody releases it: others may read along."""
    caller = caller_of(work, message.number)
    caller.quiet_since = caller.quiet_since or work.now
    for incident in open_incidents_of(work, message.number):
        incident.do_not_call = True
        log(work, incident, "quiet", actor_of(message))
        touch(work, incident)


def _noise(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    message.flags = f"{message.flags} noise".strip()
    message.unread = True


def _to_tray(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """A person decides; the sender hears at most once an hour that it was not understood."""
    message.unread = True
    if _told_lately(work, message.number) < work.playbook.limits.not_understood_per_hour:
        _say(work, message, "not_understood", Purpose.REPLY)


def _told_lately(work: UnitOfWork, number: str) -> int:
    query = select(func.count()).where(
        TextMessage.number == number,
        TextMessage.inbound.is_(False),
        TextMessage.words == work.playbook.say("not_understood"),
        TextMessage.at > work.now - timedelta(hours=1),
    )
    return work.session.scalar(query) or 0


_ACTS: Final[dict[Intent, Act]] = {
    Intent.REPORT: report,
    Intent.MORE_INFO: _more_info,
    Intent.ANSWER: _answer,
    Intent.STATUS_QUERY: _status,
    Intent.CANCEL: _cancel,
    Intent.THANKS: _thanks,
    Intent.HELP: _help,
    Intent.STOP: _stop,
    Intent.START: _start,
    Intent.QUIET: _quiet,
    Intent.SPAM_OR_NOISE: _noise,
    Intent.OTHER: _to_tray,
    # A resident can't answer for a unit or a duty officer: a person looks at it, and nothing is revealed.
    Intent.RESPONDER_STATUS: _to_tray,
    Intent.DUTY_ON: _to_tray,
    Intent.DUTY_OFF: _to_tray,
    Intent.DECIDE: _to_tray,
    Intent.ERASE: _to_tray,
}


# What they share ---------------------------------------------------------------------------------------


def _named(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> Incident | None:
    """The incident whose number is in the text, if it is this caller's own."""
    if meaning.number is None or not meaning.number_valid:
        return None
    incident = find(work.session, meaning.number.value)
    if incident is None or not reported_by(work, incident, message.number):
        return None
    return incident


def find_by_id(work: UnitOfWork, incident_id: int) -> Incident | None:
    """The incident, or the one it was merged into."""
    found = work.session.get(Incident, incident_id)
    return find(work.session, found.number or "") if found else None


def public_state(work: UnitOfWork, incident: Incident) -> str:
    """How far the incident is, in words a resident understands."""
    moments = (incident.closed_at, incident.on_scene_at, incident.responded_at, incident.dispatched_at, work.now)
    at = next(moment for moment in moments if moment is not None)
    local = at.astimezone(work.playbook.programme.zone)
    return work.playbook.say(f"state_{incident.status.lower()}", time=f"{local:%H.%M}")


def _receipt(work: UnitOfWork, message: TextMessage, incident: Incident, reading: Reading) -> None:
    direct = _direct_numbers(work, incident)
    if reading.outside is not None and reading.area_code is None:
        _say(work, message, "receipt_outside", Purpose.RECEIPT, incident)
    elif incident.area_code is None:
        _ask(work, message, incident, Asked.PLACE, "receipt_place", direct=direct)
    elif incident.priority is Priority.DARURAT:
        _say(work, message, "receipt_emergency", Purpose.RECEIPT, incident, direct=direct)
    else:
        _say(work, message, "receipt", Purpose.RECEIPT, incident)


def _direct_numbers(work: UnitOfWork, incident: Incident) -> str:
    """The two short numbers that help fastest for this type, e.g. '113 atau 112'."""
    kind = work.playbook.types[incident.type_code]
    plain = [number for number in kind.direct_numbers if number.isdigit()][:2]
    if kind.code == UNCLEAR or not plain:
        plain = [work.playbook.programme.emergency_number]
    return " atau ".join(plain)


def _ask(
    work: UnitOfWork, message: TextMessage, incident: Incident, question: Asked, text_key: str, **values: str
) -> None:
    """Says a text that asks something, and remembers what was asked until it expires."""
    expires = work.now + timedelta(minutes=work.playbook.limits.question_expires_minutes)
    work.session.add(
        Question(
            number=message.number, kind=question, incident_id=incident.id, asked_at=work.now, expires_at=expires
        )
    )
    purpose = Purpose.RECEIPT if question is Asked.PLACE else Purpose.QUESTION
    _say(work, message, text_key, purpose, incident, **values)


def _say(
    work: UnitOfWork,
    message: TextMessage,
    text_key: str,
    purpose: Purpose,
    incident: Incident | None = None,
    **values: str,
) -> None:
    number = {"number": incident.number or ""} if incident else {}
    notify.text(work, message.number, work.playbook.say(text_key, **number, **values), purpose, incident=incident)
