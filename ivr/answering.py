"""Walks the menu for one callback, in one transaction: the caller waits, so nothing here asks anybody else.

A call's row remembers the last callback and its answer, so a repeated callback gets the same answer and has
no second
effect. Whatever was pressed or said before the line dropped is a report; a call that said nothing is a
missed call.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline import notify
from hotline.callers import incidents_of
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.phone import masked
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Actor
from hotline.incidents import fetch, find, log, touch
from hotline.intake import Reading, Told, open_incident, set_place
from hotline.models import Call, Incident, Recording
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from ivr.gateway import CallEvent, Direction
from ivr.hearing import At, heard
from ivr.line import VoiceLine
from ivr.menu_events import End, Ending, Event, Filed, FileReport, HungUp, KeepRecording, LookedUp, LookUp
from ivr.menu_step import step
from ivr.speech import HangUp, Speech

NOTHING: Final[tuple[Speech, ...]] = ()


def answer(work: UnitOfWork, line: VoiceLine, at: At, event: CallEvent) -> bytes:
    """The body that answers the callback, with all its effects in `work`."""
    call = _call_of(work, event)
    mark = _mark(at, event)
    if call.last_event == mark and call.last_answer is not None:
        return call.last_answer
    speech = _speech(work, line, call, at, event)
    body, _ = line.gateway.render(speech, line.addresses)
    call.last_event, call.last_answer = mark, body
    return body


def _speech(work: UnitOfWork, line: VoiceLine, call: Call, at: At, event: CallEvent) -> Sequence[Speech]:
    if event.says_bridged:
        return NOTHING
    if call.ended_at is not None:
        # A late or second final callback may still bring the recording.
        if event.recording_url:
            _keep_recording(work, call, event.recording_url)
        return (HangUp(),)
    if not event.active:
        _finish(work, line, call, at, event)
        return (HangUp(),)
    progress, said = _walk(work, line, call, at, heard(line.menu, at, event))
    call.pressed = progress
    return said


def _walk(
    work: UnitOfWork, line: VoiceLine, call: Call, at: At, event: Event
) -> tuple[str, Sequence[Speech]]:
    """Steps until there is something to say; effects that have an answer are the next event."""
    turn = step(line.menu, at.progress, event)
    while True:
        answers = [found for effect in turn.effects if (found := _do(work, call, effect)) is not None]
        if turn.speech or not answers:
            return turn.progress.to_segment(), turn.speech
        turn = step(line.menu, turn.progress, answers[0])


def _do(work: UnitOfWork, call: Call, effect: object) -> Event | None:
    match effect:
        case FileReport():
            return _file(work, call, effect)
        case KeepRecording(url):
            _keep_recording(work, call, url)
        case LookUp(number):
            return _look_up(work, call, number)
        case End(ending):
            _end(work, call, ending)
    return None


def _call_of(work: UnitOfWork, event: CallEvent) -> Call:
    """The call's row, locked; made at its first callback, whichever that is."""
    session = (event.session or f"unnamed-{event.caller_raw}-{work.now:%Y%m%d%H%M}")[:120]
    found = work.session.scalars(select(Call).where(Call.session == session).with_for_update()).one_or_none()
    if found is not None:
        return found
    call = Call(
        carrier=event.carrier, session=session, inbound=event.direction is Direction.INBOUND,
        number=(event.caller.address or event.caller_raw)[:80], started_at=work.now,
    )  # fmt: skip
    work.session.add(call)
    work.session.flush()
    silent = work.now + timedelta(minutes=work.playbook.limits.call_silent_minutes)
    work.promise(Kind.CLOSE_SILENT_CALL, call.id, rank=Rank.LATER, due_at=silent)
    return call


def _mark(at: At, event: CallEvent) -> str:
    parts = (at.segment, at.silent, event.active, event.digits, event.recording_url, event.says_bridged)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _finish(work: UnitOfWork, line: VoiceLine, call: Call, at: At, event: CallEvent) -> None:
    """The line dropped: what was told so far counts, taken from the further of the URL and our own memory."""
    where = at if at.segment else At(call.pressed)
    call.duration_s = event.duration_s
    for effect in step(line.menu, where.progress, HungUp(event.recording_url)).effects:
        _do(work, call, effect)


def _file(work: UnitOfWork, call: Call, told: FileReport) -> Filed:
    """The call's one report: made the first time, completed after that."""
    area = work.playbook.area_by_key(told.area) if told.area else None
    area_code = area.code if area else None
    if call.incident_id is not None:
        incident = fetch(work, call.incident_id)
        if (area_code and not incident.area_code) or (told.rt and not incident.rt):
            set_place(work, incident, _actor(call), area_code=area_code, rt=told.rt)
        return Filed(incident.number, texted=_was_texted(work, call, incident))
    kind = work.playbook.types[UNCLEAR]
    priority = work.playbook.group_priority.get(told.group or 0, kind.priority)
    reading = Reading(type_code=UNCLEAR, priority=priority, area_code=area_code, rt=told.rt)
    report = Told(
        channel=Channel.VOICE, words="", made_at=call.started_at, number=_textable(call), call_id=call.id,
        reading=reading,
    )  # fmt: skip
    incident = open_incident(work, report, _actor(call))
    call.incident_id = incident.id
    return Filed(incident.number, texted=_text_number(work, call, incident))


def _textable(call: Call) -> str | None:
    return call.number if call.number.startswith("+") else None


def _text_number(work: UnitOfWork, call: Call, incident: Incident) -> bool:
    if not call.number.startswith("+"):
        return False
    emergency = work.playbook.programme.emergency_number
    urgent = incident.priority is Priority.DARURAT
    words = work.playbook.say(
        "receipt_emergency" if urgent else "receipt_voice", number=incident.number or "", direct=emergency
    )
    message = notify.text(work, call.number, words, Purpose.RECEIPT, incident=incident)
    return message.state is not TextState.WITHHELD


def _was_texted(work: UnitOfWork, call: Call, incident: Incident) -> bool:
    return call.number in notify.callers(work.session, incident.id)


def _look_up(work: UnitOfWork, call: Call, number: str) -> LookedUp:
    """Only to the telephone that reported it, and only how far it is."""
    incident = find(work.session, number)
    if incident is None or incident.id not in {mine.id for mine in incidents_of(work, call.number)}:
        return LookedUp(number, None)
    return LookedUp(number, incident.status)


def _keep_recording(work: UnitOfWork, call: Call, url: str) -> None:
    known = work.session.scalar(select(Recording.id).where(Recording.url == url))
    if known is not None:
        return
    recording = Recording(call_id=call.id, url=url, heard_of_at=work.now)
    work.session.add(recording)
    work.session.flush()
    work.promise(Kind.FETCH_RECORDING, recording.id, rank=Rank.RECEIPT)


def _end(work: UnitOfWork, call: Call, ending: Ending) -> None:
    missed = ending is Ending.MISSED and call.incident_id is None and call.inbound
    call.ended_at = work.now
    call.end = "missed" if missed else "finished"
    if missed:
        call.call_back_at = work.now
    if call.incident_id is not None:
        incident = fetch(work, call.incident_id)
        log(work, incident, "call_ended", _actor(call), f"{call.duration_s or 0} s", call_id=call.id)
        touch(work, incident)


def close_silent(work: UnitOfWork, call_id: int, line: VoiceLine) -> None:
    """A call whose final callback never came is closed by the clock; what was told in it stays."""
    call = work.session.get_one(Call, call_id, with_for_update=True)
    if call.ended_at is not None:
        return
    where = At(call.pressed)
    for effect in step(line.menu, where.progress, HungUp()).effects:
        _do(work, call, effect)
    if call.end != "missed":
        call.end = "silent"


def _actor(call: Call) -> Actor:
    return Actor("caller", None, masked(call.number))
