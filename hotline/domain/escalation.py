"""When an unanswered step is due, and what comes next: for one unit that was alerted, and for a whole case.

Nothing here remembers: each step is found from what has happened, so that a clock that jumps, a worker that
was away and a text that comes late lead to one next step, never to a heap of missed ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Generic, TypeVar

from hotline.domain.callout import Ladder
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import UnitStatus

Step = TypeVar("Step", bound=StrEnum)

MOST_DOUBLINGS: Final = 4
"""An unclaimed emergency goes round its officers ever more slowly, in the end sixteen times as slowly."""


class UnitStep(StrEnum):
    """What is done next about one unit."""

    CALL = "call"
    NEXT_PERSON = "next_person"
    ASK_ARRIVAL = "ask_arrival"
    TELL_DESK = "tell_desk"
    ASK_SAFE = "ask_safe"
    ALARM = "alarm"


class CaseStep(StrEnum):
    """What is done next about a case."""

    TAKE_UP = "take_up"
    """Nobody at the desk has taken it: the next officer's telephone."""
    SEND_SOMEBODY = "send_somebody"
    """Verified, and nobody was sent: a task at the desk."""
    WIDEN = "widen"
    """Places are open: the next people."""
    EXHAUSTED = "exhausted"
    """Of one kind nobody is left who could be asked: the desk is told."""
    COORDINATOR = "coordinator"
    HEAD = "head"
    RING = "ring"
    """All have been told, nobody comes, and nothing rings any more: the desk's task again."""


@dataclass(frozen=True, slots=True)
class Due(Generic[Step]):
    """A step and its moment."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What has happened to one unit's task. Times are aware; None: has not happened."""

    status: UnitStatus
    alerted_at: datetime
    text: TextState = TextState.QUEUED
    sent_at: datetime | None = None
    text_settled_at: datetime | None = None
    called_at: datetime | None = None
    passed_on_at: datetime | None = None
    accepted_at: datetime | None = None
    arrives_at: datetime | None = None
    arrival_asked_at: datetime | None = None
    arrival_told_at: datetime | None = None
    on_scene_at: datetime | None = None
    heard_at: datetime | None = None
    safety_asked_at: datetime | None = None
    alarmed_at: datetime | None = None
    call_first: bool = False
    """Whoever does not read texts in time is telephoned at once."""


UNREACHED: Final = frozenset(
    {
        TextState.EXPIRED, TextState.ABSENT, TextState.FAILED, TextState.REFUSED, TextState.WITHHELD,
        TextState.UNKNOWN,
    }
)  # fmt: skip
"""States of an alert that say, or leave to be feared, that the telephone did not show it."""


def next_unit_step(
    ladder: Ladder, facts: UnitFacts, *, arrive_minutes: int, receipts: bool = True
) -> Due[UnitStep] | None:
    """What is due about this unit, and when; None where nothing is.

    `arrive_minutes` is the playbook's target for whoever gave no time of arrival. `receipts` tells whether
    the line reports deliveries at all: where it does not, every text that was handed over counts as shown.
    """
    find = _UNIT_RULES.get(facts.status)
    return find(ladder, facts, arrive_minutes, receipts) if find else None


def _alerted(ladder: Ladder, facts: UnitFacts, _arrive: int, receipts: bool) -> Due[UnitStep] | None:
    if facts.passed_on_at is not None:
        return None
    if facts.called_at is not None:
        return Due(UnitStep.NEXT_PERSON, facts.called_at + _seconds(ladder.call_seconds))
    return Due(UnitStep.CALL, _call_at(ladder, facts, receipts=receipts))


def _call_at(ladder: Ladder, facts: UnitFacts, *, receipts: bool) -> datetime:
    if facts.call_first:
        return facts.alerted_at
    if facts.text in UNREACHED:
        return facts.text_settled_at or facts.alerted_at
    if facts.text is TextState.DELIVERED:
        return (facts.text_settled_at or facts.alerted_at) + _seconds(ladder.silent_seconds)
    if facts.sent_at is None:
        return facts.alerted_at + _seconds(ladder.unsent_seconds)
    return facts.sent_at + _seconds(ladder.receipt_seconds if receipts else ladder.silent_seconds)


def _coming(ladder: Ladder, facts: UnitFacts, arrive: int, _receipts: bool) -> Due[UnitStep] | None:
    if facts.arrival_told_at is not None:
        return None
    if facts.arrival_asked_at is not None:
        return Due(UnitStep.TELL_DESK, facts.arrival_asked_at + _seconds(ladder.arrival_seconds))
    expected = (facts.accepted_at or facts.alerted_at) + timedelta(minutes=arrive)
    return Due(UnitStep.ASK_ARRIVAL, facts.arrives_at or expected)


def _on_scene(ladder: Ladder, facts: UnitFacts, _arrive: int, _receipts: bool) -> Due[UnitStep] | None:
    last = max(at for at in (facts.on_scene_at, facts.heard_at, facts.alerted_at) if at is not None)
    asked = facts.safety_asked_at
    if asked is None or asked < last:
        return Due(UnitStep.ASK_SAFE, last + _seconds(ladder.on_scene_seconds))
    if facts.alarmed_at is not None and facts.alarmed_at >= asked:
        return None
    return Due(UnitStep.ALARM, asked + _seconds(ladder.safety_seconds))


_UnitRule = Callable[[Ladder, UnitFacts, int, bool], Due[UnitStep] | None]

_UNIT_RULES: Final[dict[UnitStatus, _UnitRule]] = {
    UnitStatus.ALERTED: _alerted,
    UnitStatus.ACCEPTED: _coming,
    UnitStatus.EN_ROUTE: _coming,
    UnitStatus.ON_SCENE: _on_scene,
}
"""Statuses in which something can be due; whoever has ended hears nothing more."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What has happened to a case."""

    received_at: datetime
    settled: bool = False
    claimed_until: datetime | None = None
    verified_at: datetime | None = None
    beat_at: datetime | None = None
    """When a page of the desk last said that it is open."""
    taken_to: int = 0
    """To how many officers an unclaimed case was taken, and when last."""
    taken_at: datetime | None = None
    reminded_at: datetime | None = None
    dispatched_at: datetime | None = None
    waved_at: datetime | None = None
    committed: int = 0
    open_places: int = 0
    missing: int = 0
    """Open places for which nobody who was asked may still answer, and somebody else could be asked."""
    reserve: bool = False
    """Whether for any open place somebody is left who could be asked."""
    lacking: bool = False
    """Whether of some kind people are missing, nobody is left to ask, and the desk does not know."""
    exhausted_at: datetime | None = None
    """When the desk was told so last."""
    coordinator_at: datetime | None = None
    head_at: datetime | None = None
    rings: bool = False
    """Whether a task of this case rings at the desk at this moment."""
    silenced_at: datetime | None = None
    """When the last such task was done, or settled."""
    released_at: datetime | None = None
    """When the last of those who were sent was given up, and nobody is on it now."""


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """How long the desk may be silent, how many officers can be asked, and when a case should be sent."""

    silent_seconds: int
    officers: int
    dispatch_minutes: int


def next_case_step(ladder: Ladder, desk: DeskLimits, facts: CaseFacts) -> Due[CaseStep] | None:
    """The earliest step that is due about this case; None where nothing is."""
    if facts.settled:
        return None
    if facts.verified_at is None:
        return _take_up(ladder, desk, facts)
    if facts.dispatched_at is None or facts.released_at is not None:
        return _send_somebody(desk, facts)
    steps = [step for rule in _CALL_OUT for step in [rule(ladder, facts)] if step is not None]
    return min(steps, key=lambda step: step.at, default=None)


def _send_somebody(desk: DeskLimits, facts: CaseFacts) -> Due[CaseStep] | None:
    """Verified, and nobody is on the way: the desk is reminded, and again whenever it silenced the task."""
    if facts.rings:
        return None
    known = (facts.verified_at, facts.released_at, facts.reminded_at, facts.silenced_at)
    last = max(at for at in known if at is not None)
    return Due(CaseStep.SEND_SOMEBODY, last + timedelta(minutes=desk.dispatch_minutes))


def _take_up(ladder: Ladder, desk: DeskLimits, facts: CaseFacts) -> Due[CaseStep] | None:
    """An unclaimed case goes to the duty officers: where the ladder says so in any case, else with an empty
    desk. What goes to them in any case goes round and round: each round twice as slow as the one before
    while the desk's task rings, without delay where somebody silenced that and did nothing.
    """
    rounds = facts.taken_to // desk.officers
    if not (ladder.claim_seconds or (ladder.desk_down and not rounds)):
        return None
    silent = desk_silent_at(facts.beat_at, facts.received_at, desk.silent_seconds)
    moments = [silent] if ladder.desk_down else []
    if ladder.claim_seconds:
        moments.append(facts.received_at + _seconds(ladder.claim_seconds))
    first = max(min(moments), facts.claimed_until or facts.received_at)
    if facts.taken_at is None:
        return Due(CaseStep.TAKE_UP, first)
    pause = _seconds(ladder.climb_seconds) * 2 ** (min(rounds, MOST_DOUBLINGS) if facts.rings else 0)
    return Due(CaseStep.TAKE_UP, max(first, facts.taken_at + pause))


def desk_silent_at(beat_at: datetime | None, received_at: datetime, silent_seconds: int) -> datetime:
    """From when on the desk counts as empty for a case: at once where it was empty when the case came."""
    if beat_at is None:
        return received_at
    return max(beat_at + _seconds(silent_seconds), received_at)


def _widen(ladder: Ladder, facts: CaseFacts) -> Due[CaseStep] | None:
    """Who dropped out is replaced at once; otherwise the next wave follows the last one in its time. That one
    kind of people is used up stops the search for no other.
    """
    last = facts.waved_at or facts.dispatched_at
    if last is None or not facts.open_places:
        return None
    if facts.lacking:
        return Due(CaseStep.EXHAUSTED, last)
    if not facts.reserve:
        return None
    return Due(CaseStep.WIDEN, last if facts.missing else last + _seconds(ladder.wave_seconds))


def _coordinator(ladder: Ladder, facts: CaseFacts) -> Due[CaseStep] | None:
    done = facts.coordinator_at is not None or facts.committed or not facts.open_places
    if done or facts.dispatched_at is None:
        return None
    due = facts.dispatched_at + _seconds(ladder.coordinator_seconds)
    used_up = None if facts.reserve else facts.exhausted_at
    return Due(CaseStep.COORDINATOR, min(due, used_up or due))


def _head(ladder: Ladder, facts: CaseFacts) -> Due[CaseStep] | None:
    done = facts.head_at is not None or facts.committed or not facts.open_places
    if done or facts.coordinator_at is None:
        return None
    return Due(CaseStep.HEAD, facts.coordinator_at + _seconds(ladder.head_seconds))


def _ring(ladder: Ladder, facts: CaseFacts) -> Due[CaseStep] | None:
    """All were told and nobody comes: whoever silences the desk's task without that hears it again."""
    if facts.rings or facts.head_at is None or facts.committed or not facts.open_places:
        return None
    last = max(facts.head_at, facts.silenced_at or facts.head_at)
    return Due(CaseStep.RING, last + _seconds(ladder.head_seconds))


_CALL_OUT: Final = (_widen, _coordinator, _head, _ring)


def _seconds(figure: int) -> timedelta:
    return timedelta(seconds=figure)
