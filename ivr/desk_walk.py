"""An operator's or a unit's telephone that we rang: joined to the caller who waits, or to the reporter."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from hotline import notify
from hotline.calls import finish, held, move
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.models import Call
from hotline.unit_of_work import UnitOfWork
from hotline.waiting import QUEUE, give_back
from ivr.line_prompts import BRIDGE_REFUSED, BRIDGE_WAIT, CALLER_GONE, DESK_WAIT
from ivr.moment import Moment
from ivr.speech import Ask, Dequeue, Dial, HangUp, Play, Speech, Step

MOST_ROUNDS: Final = 30
JOINING: Final = timedelta(seconds=1)
"""How long a caller has been in the carrier's queue before he is taken out of it: an empty one hangs up."""

_SEGMENT: Final = re.compile(r"desk-(?P<round>\d{1,2})")


def walk_desk(now: Moment) -> Sequence[Speech]:
    """The operator waits until the caller is in the queue, and takes him out of it."""
    work, line, call, at = now.work, now.line, now.call, now.at
    found = _SEGMENT.fullmatch(at.segment)
    waited = int(found["round"]) if found else 0
    caller = held(work, call.for_call_id or 0)
    if caller.state is CallState.QUEUED and caller.queued_at and work.now - caller.queued_at >= JOINING:
        move(work, call, CallState.TALKING)
        return (Dequeue(line.runtime.settings.number, QUEUE),)
    if caller.state not in (CallState.TAKEN, CallState.QUEUED) or waited >= MOST_ROUNDS:
        return Play(CALLER_GONE), HangUp()
    segment = f"desk-{waited + 1}"
    return (Ask(Play(DESK_WAIT), Step(segment), Step(segment, silent=True), 1, digits=1),)


def desk_over(work: UnitOfWork, call: Call, cause: str) -> None:
    """The operator's telephone is down again; a caller whom he did not reach waits on."""
    caller = held(work, call.for_call_id or 0)
    if caller.talked_at is None and caller.state in (CallState.TAKEN, CallState.QUEUED):
        give_back(work, caller)
    finish(work, call, CallEnd.DONE if caller.talked_at is not None else CallEnd.UNANSWERED, cause)


def walk_bridge(now: Moment) -> Sequence[Speech]:
    """Rings the reporter, showing our number to both; whoever turned quiet meanwhile is not rung."""
    work, call = now.work, now.call
    if now.at.segment or call.state is CallState.TALKING:
        return (HangUp(),)
    if notify.may_not_call(work, call.joins, Errand.BRIDGE, is_ours=False) is not None:
        return Play(BRIDGE_REFUSED), HangUp()
    talk = Dial((call.joins,), work.playbook.voice.longest_talk_s)
    return Play(BRIDGE_WAIT), talk, HangUp()


def bridge_over(work: UnitOfWork, call: Call, cause: str) -> None:
    """A bridge is done if they talked."""
    finish(work, call, CallEnd.DONE if call.talked_at is not None else CallEnd.UNANSWERED, cause)
