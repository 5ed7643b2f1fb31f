"""Answers one callback, in one transaction: the caller waits, so nothing here asks anybody else.

Every callback is remembered with its answer, so that a repeated one gets the same answer and has no second
effect. Whatever was pressed or said before the line dropped is a report; a call that said nothing is a
missed call. Only a callback that says so ends a call, or the clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select

from hotline.calling_back import reached, refuse_and_call, rung_back
from hotline.calls import finish, held, move, settle
from hotline.domain.calls import TELLING, CallEnd, CallState, Errand
from hotline.domain.phone import Sender, SenderKind
from hotline.domain.rights import SYSTEM
from hotline.incidents import fetch, log, touch
from hotline.models import Call
from hotline.models import CallEvent as KeptEvent
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from ivr.alarm_walk import alarm_over, walk_alarm
from ivr.caller_walk import hung_up, keep_recording, walk
from ivr.desk_walk import bridge_over, desk_over, walk_bridge, walk_desk
from ivr.gateway import CallEvent, Direction
from ivr.hearing import At
from ivr.line import VoiceLine
from ivr.menu_events import HungUp
from ivr.moment import Moment
from ivr.progress import Progress
from ivr.sessions import answered_before, call_of, keep_answer, mark_of, picked_up
from ivr.speech import HangUp, Reject, Speech
from ivr.unit_walk import dispatch_over, rang, walk_dispatch, walk_unit

NOTHING: Final[tuple[Speech, ...]] = ()
BY_THE_CLOCK: Final = "clock"
_SILENCE: Final = CallEvent(
    carrier="", session="", caller_raw="", caller=Sender("", SenderKind.INVALID), called="", active=False,
    direction=Direction.INBOUND, digits=None, recording_url=None, duration_s=None, cost=None, status=None,
    hangup_cause=None, started_at=None, bridge=None, client_request_id=None, raw=MappingProxyType({}),
)  # fmt: skip
"""The final callback that never came."""

Walk = Callable[[Moment], Sequence[Speech]]


def answer(work: UnitOfWork, line: VoiceLine, at: At, event: CallEvent) -> bytes:
    """The body that answers the callback, with all its effects in `work`."""
    met = call_of(work, event, at)
    call, mark = met.call, mark_of(at, event)
    said = answered_before(work, met, mark)
    if said is None:
        said = line.render(_speech(Moment(work, line, call, at, event)))
        keep_answer(work, call, mark, said)
    return said


def _speech(now: Moment) -> Sequence[Speech]:
    work, call, event = now.work, now.call, now.event
    call.duration_s = event.duration_s or call.duration_s
    if call.state is CallState.OVER:
        return _late(now)
    if not event.active:
        _over(now, HungUp(event.recording_url), event.hangup_cause or event.status or "")
        return (HangUp(),)
    if picked_up(work, call) and call.errand is Errand.CALL_BACK:
        rung_back(work, call)
    if event.says_bridged:
        _talk(work, call)
        return NOTHING
    if event.says_unanswered:
        # The carrier asks on where the ringing began; the way on is in our own memory.
        return walk(replace(now, at=At(call.pressed, silent=True)))
    if not now.at.segment and call.inbound and refuse_and_call(work, call):
        return (Reject(),)
    return _WALKS[call.errand](now)


_WALKS: Final[Mapping[Errand, Walk]] = {
    Errand.CALLER: walk,
    Errand.CALL_BACK: walk,
    Errand.UNIT: walk_unit,
    Errand.DISPATCH: walk_dispatch,
    Errand.DESK: walk_desk,
    Errand.BRIDGE: walk_bridge,
    Errand.ALARM: walk_alarm,
}


def _late(now: Moment) -> Sequence[Speech]:
    """What was overtaken by the end of its call may bring a key or a recording: then it is a report."""
    call, event = now.call, now.event
    if call.errand in TELLING:
        if event.active and not event.bridge and event.digits:
            walk(now)
        hung_up(now, HungUp(event.recording_url))
    elif event.recording_url:
        keep_recording(now.work, call, event.recording_url)
    return (HangUp(),)


def _talk(work: UnitOfWork, call: Call) -> None:
    """Two people are joined."""
    if not move(work, call, CallState.TALKING):
        return
    if call.joins and call.for_call_id is not None:
        settle(work, held(work, call.for_call_id))
    settle(work, call)
    reached(work, call)
    if call.incident_id is not None:
        incident = fetch(work, call.incident_id)
        log(work, incident, "call_joined", SYSTEM, call_id=call.id, assignment_id=call.assignment_id)
        touch(work, incident)


def _over(now: Moment, event: HungUp, cause: str) -> None:
    """The line dropped."""
    work, call = now.work, now.call
    match call.errand:
        case Errand.DESK:
            desk_over(work, call, cause)
        case Errand.BRIDGE:
            bridge_over(work, call, cause)
        case Errand.ALARM:
            alarm_over(work, call, cause)
        case Errand.DISPATCH:
            dispatch_over(work, call, cause)
        case Errand.UNIT if call.proved:
            finish(work, call, CallEnd.FROM_UNIT, cause)
        case _ if not event.url and _said_nothing(call, now.at) and rang(work, call):
            finish(work, call, CallEnd.FROM_UNIT, cause)
        case _:
            hung_up(now, event, cause)


def _said_nothing(call: Call, at: At) -> bool:
    """Whether no key was pressed: a unit that only rang."""
    known = Progress.from_segment(call.pressed)
    return not (known.has_answers or at.progress.has_answers or call.waiting_since or call.incident_id)


def close_silent(work: UnitOfWork, call_id: int, line: VoiceLine) -> None:
    """A call whose final callback never came is closed by the clock; what was told in it stays.

    One that still speaks to us, or in which people talk, is left alone and looked at again.
    """
    call = held(work, call_id)
    if call.state is CallState.OVER:
        return
    patience = timedelta(minutes=work.playbook.limits.call_silent_minutes)
    last = work.session.scalar(select(func.max(KeptEvent.at)).where(KeptEvent.call_id == call.id))
    due_at = (last or call.started_at) + patience
    if call.state is CallState.TALKING and call.talked_at is not None:
        due_at = max(
            due_at, call.talked_at + timedelta(seconds=work.playbook.voice.longest_talk_s) + patience
        )
    if due_at > work.now:
        work.promise(Kind.CLOSE_SILENT_CALL, call.id, rank=Rank.LATER, due_at=due_at)
        return
    _over(Moment(work, line, call, At(call.pressed), _SILENCE), HungUp(), BY_THE_CLOCK)
