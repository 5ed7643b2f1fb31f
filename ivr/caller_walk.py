"""A caller in the menu: one step, with what it does in the desk's books.

Effects that have an answer (file the report, look a number up, wait for a person) are the next event.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from hotline import notify
from hotline.callers import incidents_of
from hotline.calling_back import reached
from hotline.calls import ask_to_call_back, finish, move
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.phone import masked
from hotline.domain.playbook import UNCLEAR, Priority
from hotline.domain.rights import Actor
from hotline.incidents import fetch, find
from hotline.intake import Reading, Told, open_incident, set_place
from hotline.models import Call, Incident, Operator, Recording
from hotline.outbox import Kind, Rank
from hotline.roster import duty_officer
from hotline.unit_of_work import UnitOfWork
from hotline.waiting import QUEUE, desk_leg, give_back, is_coming, position
from ivr.hearing import heard
from ivr.menu_events import (
    Connect,
    End,
    Ending,
    Event,
    Filed,
    FileReport,
    FindOfficer,
    HungUp,
    KeepRecording,
    Leave,
    LookedUp,
    LookUp,
    Nobody,
    Ready,
    Wait,
    Waiting,
)
from ivr.menu_step import step
from ivr.moment import Moment
from ivr.progress import Progress
from ivr.speech import Speech

_ENDS = {
    Ending.REPORT: CallEnd.REPORTED,
    Ending.ENQUIRY: CallEnd.ENQUIRED,
    Ending.MISSED: CallEnd.MISSED,
}


def walk(now: Moment) -> Sequence[Speech]:
    """What the caller hears next."""
    return enter(now, now.at.progress, heard(now.line.menu, now.at, now.event))


def enter(now: Moment, progress: Progress, event: Event) -> Sequence[Speech]:
    """Steps from `progress` until there is something to say."""
    turn = step(now.line.menu, progress, event)
    while True:
        answers = [found for effect in turn.effects if (found := _do(now.work, now.call, effect)) is not None]
        if turn.speech or not answers:
            _remember(now.call, turn.progress)
            return turn.speech
        turn = step(now.line.menu, turn.progress, answers[0])


def _remember(call: Call, progress: Progress) -> None:
    """How far the caller is, with all that was ever answered: callbacks overtake each other."""
    call.pressed = _with_answers(progress, Progress.from_segment(call.pressed)).to_segment()


def _with_answers(progress: Progress, before: Progress) -> Progress:
    return replace(
        progress,
        group=before.group if progress.group is None else progress.group,
        area=progress.area or before.area,
        rt=progress.rt or before.rt,
    )


def hung_up(now: Moment, event: HungUp, cause: str = "") -> None:
    """The line dropped: what was told so far counts, from the URL and from our own memory."""
    work, call, menu = now.work, now.call, now.line.menu
    known = Progress.from_segment(call.pressed)
    where = _with_answers(known if known.node else now.at.progress, now.at.progress)
    if call.talked_at is not None:
        if event.url:
            keep_recording(work, call, event.url)
        finish(work, call, CallEnd.REPORTED if call.incident_id else CallEnd.ANSWERED, cause)
        return
    for effect in step(menu, where, event).effects:
        if isinstance(effect, End):
            finish(work, call, _end_of(call, effect.ending), cause)
        else:
            _do(work, call, effect)


def _end_of(call: Call, ending: Ending) -> CallEnd:
    if call.incident_id is not None:
        return CallEnd.REPORTED
    if call.errand is Errand.CALL_BACK and call.answered_at is None:
        return CallEnd.UNANSWERED
    return _ENDS[ending]


def _do(work: UnitOfWork, call: Call, effect: object) -> Event | None:
    match effect:
        case FileReport():
            return _file(work, call, effect)
        case KeepRecording(url):
            keep_recording(work, call, url)
        case LookUp(number):
            return _look_up(work, call, number)
        case Wait():
            return _wait(work, call)
        case Leave():
            _leave(work, call)
        case FindOfficer(told):
            return _find_officer(work, call, told)
    return None


def _file(work: UnitOfWork, call: Call, told: FileReport) -> Filed:
    """The call's one report: made the first time, completed after that."""
    area = work.playbook.area_by_key(told.area) if told.area else None
    area_code = area.code if area else None
    if call.incident_id is not None:
        incident = fetch(work, call.incident_id)
        if (area_code and not incident.area_code) or (told.rt and not incident.rt):
            set_place(work, incident, actor_of(call), area_code=area_code, rt=told.rt)
        return Filed(incident.number, texted=_was_texted(work, call, incident))
    kind = work.playbook.types[UNCLEAR]
    priority = work.playbook.group_priority.get(told.group or 0, kind.priority)
    reading = Reading(type_code=UNCLEAR, priority=priority, area_code=area_code, rt=told.rt)
    report = Told(
        channel=Channel.VOICE, words="", made_at=call.started_at, number=_textable(call), call_id=call.id,
        reading=reading,
    )  # fmt: skip
    incident = open_incident(work, report, actor_of(call))
    call.incident_id = incident.id
    reached(work, call)
    return Filed(incident.number, texted=_text_number(work, call, incident))


def _textable(call: Call) -> str | None:
    return call.number if call.number.startswith("+") else None


def _text_number(work: UnitOfWork, call: Call, incident: Incident) -> bool:
    if _textable(call) is None:
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
    reached_at = {
        IncidentStatus.RECEIVED: incident.received_at,
        IncidentStatus.VERIFIED: incident.verified_at,
        IncidentStatus.DISPATCHED: incident.dispatched_at,
        IncidentStatus.UNDER_WAY: incident.responded_at,
        IncidentStatus.ON_SCENE: incident.on_scene_at,
        IncidentStatus.REPORTED: incident.reported_at,
        IncidentStatus.CLOSED: incident.closed_at,
    }[incident.status]
    local = reached_at.astimezone(work.playbook.programme.zone) if reached_at else None
    today = local is not None and local.date() == work.now.astimezone(work.playbook.programme.zone).date()
    return LookedUp(number, incident.status, local.time() if local and today else None)


def keep_recording(work: UnitOfWork, call: Call, url: str) -> None:
    """Promises to fetch what the carrier recorded; the same address once."""
    known = work.session.scalar(select(Recording.id).where(Recording.url == url))
    if known is not None:
        return
    recording = Recording(call_id=call.id, url=url, heard_of_at=work.now)
    work.session.add(recording)
    work.session.flush()
    work.promise(Kind.FETCH_RECORDING, recording.id, rank=Rank.RECEIPT)


def _wait(work: UnitOfWork, call: Call) -> Event:
    voice = work.playbook.voice
    if call.state is CallState.OVER:
        # The wish was overtaken by the end of the call.
        return Nobody()
    if call.state is CallState.LIVE:
        move(work, call, CallState.WAITING)
    if call.state is CallState.TAKEN and not is_coming(work, call):
        give_back(work, call)
    if call.state is CallState.TAKEN:
        return _taken(work, call)
    if call.state in (CallState.QUEUED, CallState.TALKING):
        return Ready(QUEUE)
    waited = work.now - (call.waiting_since or work.now)
    if waited >= timedelta(seconds=voice.wait_s):
        return Nobody()
    return Waiting(position(work.session, call))


def _taken(work: UnitOfWork, call: Call) -> Event:
    """An operator is on the way: the caller is handed over once his telephone was picked up."""
    voice = work.playbook.voice
    if voice.record_talks:
        return _dial_operator(work, call, voice.longest_talk_s)
    leg = desk_leg(work.session, call)
    if leg is not None and leg.state is CallState.LIVE:
        move(work, call, CallState.QUEUED)
        return Ready(QUEUE)
    return Waiting(position(work.session, call))


def _dial_operator(work: UnitOfWork, call: Call, longest_s: int) -> Event:
    """The carrier records only what it dials, so the operator's telephone is rung from the call itself."""
    operator = work.session.get(Operator, call.operator_id)
    if call.queued_at is not None or operator is None:
        # He was rung and did not answer.
        call.queued_at = None
        give_back(work, call)
        return Waiting(position(work.session, call))
    call.queued_at = work.now
    return Connect(operator.telephone, longest_s)


def _leave(work: UnitOfWork, call: Call) -> None:
    if call.state in (CallState.WAITING, CallState.TAKEN):
        move(work, call, CallState.LIVE)


def _find_officer(work: UnitOfWork, call: Call, told: FileReport) -> Event:
    """The report is filed, somebody must call back, and the duty officer is rung at once."""
    _file(work, call, told)
    ask_to_call_back(work, call)
    officer = duty_officer(work.session, work.playbook, work.now)
    if officer is None or notify.may_not_call(work, officer.number, Errand.DESK, is_ours=True) is not None:
        return Nobody()
    return Connect(officer.number, work.playbook.voice.longest_talk_s)


def actor_of(call: Call) -> Actor:
    """The caller as somebody who does something."""
    return Actor("caller", None, masked(call.number))
