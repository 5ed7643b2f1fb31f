"""A unit on the telephone: it gives its PIN, hears its open tasks and presses status digits; or is rung, and
hears one.

Neither a machine nor silence accepts anything: only a key that was pressed counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from hotline import notify
from hotline.calls import finish
from hotline.dispatch import Answer, answer
from hotline.domain.calls import CallEnd, Errand
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import (
    ACTIVE,
    STATUS_OF_CODE,
    UNIT_TRANSITIONS,
    IllegalTransitionError,
    StatusCode,
    UnitStatus,
)
from hotline.incidents import ConflictError, fetch, find
from hotline.models import Assignment, Call, Unit
from hotline.pins import PinAnswer, try_pin
from hotline.roster import actor_of, open_assignments, report_for_duty
from hotline.unit_of_work import UnitOfWork
from ivr import line_prompts as prompts
from ivr.caller_walk import enter
from ivr.menu_events import Called, Silence
from ivr.moment import Moment
from ivr.progress import Progress
from ivr.speech import Ask, HangUp, Play, Prompt, Speech, Step

TRIES: Final = 2
"""Silences and wrong keys at one question before the line goes on."""
PIN_TIMEOUT_S: Final = 10
KEY_TIMEOUT_S: Final = 8
FINISH: Final = "#"
RING_S: Final = 20
"""A longer call in which nothing was pressed was no ring."""
MOST_REPEATS: Final = 5
MOST_TURNS: Final = 90
"""Answers of a unit in one call: the number of each stands in its address."""

_SEGMENT: Final = re.compile(
    r"unit-(?P<place>pin|task|duty)-(?P<task>\d{1,12})-(?P<tries>\d)-(?P<turn>\d{1,2})"
)


@dataclass(frozen=True, slots=True)
class UnitAt:
    """Where a unit is: at its PIN, at a task, by the assignment's row, or, having none, at its duty; `turn`
    numbers its answers.
    """

    place: str = ""
    task: int = 0
    tries: int = 0
    turn: int = 0

    def to_segment(self) -> str:
        """As it stands in an address."""
        return f"unit-{self.place}-{self.task}-{self.tries}-{self.turn % 100}"

    @classmethod
    def from_segment(cls, segment: str) -> Self:
        """Back from an address; the start for anything else."""
        found = _SEGMENT.fullmatch(segment)
        if not found:
            return cls()
        return cls(found["place"], int(found["task"]), int(found["tries"]), int(found["turn"]))


def walk_unit(now: Moment) -> Sequence[Speech]:
    """A unit that called."""
    here, keys = UnitAt.from_segment(now.at.segment), now.event.digits or ""
    unit = now.work.session.get_one(Unit, now.call.unit_id)
    if not now.call.proved:
        return _prove(now, unit, here, keys)
    if keys == prompts.PERSON:
        return to_menu(now, Progress(node=now.line.menu.operator), Silence())
    tasks = open_assignments(now.work.session, unit)
    if here.place == "duty" and keys in prompts.DUTY_KEYS:
        return _on_or_off_duty(unit, on=prompts.DUTY_KEYS[keys])
    present = next((each for each in tasks if each.id == here.task), None)
    onward = replace(here, tries=0, turn=here.turn + 1)
    if keys == prompts.NEXT:
        return _offer(now.work, _after(tasks, here.task), onward, tasks)
    if present is not None and keys in {code.value for code in codes_for(present)}:
        return _note(now.work, unit, present, StatusCode(keys), onward)
    tries = here.tries + (keys != prompts.REPEAT)
    if tries > TRIES or here.turn > MOST_TURNS:
        return Play(prompts.GOODBYE), HangUp()
    return _offer(now.work, present or _after(tasks, here.task), replace(onward, tries=tries), tasks)


def _prove(now: Moment, unit: Unit, here: UnitAt, keys: str) -> Sequence[Speech]:
    """Asks for the PIN. Who does not give it is a caller like any other, so that nobody is shut out."""
    if not here.place:
        return _ask_pin(now.work, UnitAt("pin"), prompts.ASK_PIN)
    secret = now.line.runtime.settings.secret_key
    answered = try_pin(now.work, unit.id, keys, secret) if keys else PinAnswer.WRONG
    if answered is PinAnswer.RIGHT:
        now.call.proved = True
        tasks = open_assignments(now.work.session, unit)
        return _offer(now.work, tasks[0] if tasks else None, UnitAt("task"), tasks)
    if answered is PinAnswer.LOCKED or here.tries >= TRIES:
        return to_menu(now, Progress(), Called())
    again = replace(here, tries=here.tries + 1)
    return _ask_pin(now.work, again, prompts.PIN_WRONG if keys else prompts.ASK_PIN)


def to_menu(now: Moment, progress: Progress, event: Called | Silence) -> Sequence[Speech]:
    """The unit goes on as a caller."""
    now.call.errand = Errand.CALLER
    return enter(now, progress, event)


def _ask_pin(work: UnitOfWork, here: UnitAt, prompt: Prompt) -> Sequence[Speech]:
    digits = work.playbook.voice.pin_digits + 1
    return _ask(here, prompt, PIN_TIMEOUT_S, digits=digits, finish=FINISH)


def _ask(
    here: UnitAt, prompt: Prompt, timeout_s: int, *, digits: int, finish: str | None = None
) -> Sequence[Speech]:
    segment = here.to_segment()
    return (Ask(Play(prompt), Step(segment), Step(segment, silent=True), timeout_s, digits, finish),)


def _after(tasks: Sequence[Assignment], task: int) -> Assignment | None:
    """The next task, the first one after the last."""
    later = [each for each in tasks if each.id > task]
    return next(iter(later or tasks), None)


def _offer(
    work: UnitOfWork,
    assignment: Assignment | None,
    here: UnitAt,
    tasks: Sequence[Assignment],
    noted: StatusCode | None = None,
) -> Sequence[Speech]:
    if assignment is None and noted:
        return Play(prompts.noted_and_goodbye(noted)), HangUp()
    if assignment is None:
        return _ask(replace(here, place="duty", task=0), prompts.offer_duty(), KEY_TIMEOUT_S, digits=1)
    prompt = prompts.offer_task(
        task_of(work, assignment), codes_for(assignment), noted=noted, more=len(tasks) > 1
    )
    return _ask(replace(here, place="task", task=assignment.id), prompt, KEY_TIMEOUT_S, digits=1)


def _on_or_off_duty(unit: Unit, *, on: bool) -> Sequence[Speech]:
    """A key says what PIKET and LIBUR say by text; a task that came in between is offered by its own call."""
    report_for_duty(unit, on=on)
    return Play(prompts.duty_noted(on=on)), HangUp()


def _note(
    work: UnitOfWork, unit: Unit, assignment: Assignment, code: StatusCode, onward: UnitAt
) -> Sequence[Speech]:
    moved = _said(work, unit, assignment, code)
    tasks = open_assignments(work.session, unit)
    same = next((each for each in tasks if each.id == assignment.id), None)
    return _offer(work, same or _after(tasks, assignment.id), onward, tasks, noted=code if moved else None)


def _said(work: UnitOfWork, unit: Unit, assignment: Assignment, code: StatusCode) -> bool:
    """Whether the unit's key was taken; a case that was closed meanwhile takes none."""
    try:
        answer(work, assignment, Answer(code), actor_of(unit))
    except (IllegalTransitionError, ConflictError):
        return False
    return True


def codes_for(assignment: Assignment) -> tuple[StatusCode, ...]:
    """What the transition table lets this unit say now."""
    ahead = UNIT_TRANSITIONS[assignment.status]
    backup = assignment.status in ACTIVE and not assignment.needs_backup
    return tuple(
        code
        for code in StatusCode
        if (wanted := STATUS_OF_CODE[code]) in ahead or (wanted is None and backup)
    )


def task_of(work: UnitOfWork, assignment: Assignment) -> prompts.Task:
    """What is read of a task; of an incident that was merged, what it became."""
    incident = find(work.session, assignment.incident.number or "") or assignment.incident
    return prompts.Task(
        incident.number or "", incident.priority, incident.type_code, incident.area_code, incident.rt,
        incident.drill,
    )  # fmt: skip


_DISPATCH: Final = re.compile(r"dispatch-(?P<tries>\d)-(?P<repeats>\d)")


def walk_dispatch(now: Moment) -> Sequence[Speech]:
    """A unit that was rung: 1 accepts, 2 declines, 9 repeats; anything else is no answer."""
    work, call, at, event = now.work, now.call, now.at, now.event
    found = _DISPATCH.fullmatch(at.segment)
    tries, repeats = (int(found["tries"]), int(found["repeats"])) if found else (0, 0)
    assignment = work.session.get_one(Assignment, call.assignment_id)
    incident = fetch(work, assignment.incident_id)
    if assignment.status is not UnitStatus.ALERTED or incident.disposition is not None:
        return Play(prompts.TASK_CLOSED), HangUp()
    keys = event.digits or ""
    if found and keys in (StatusCode.ACCEPT, StatusCode.DECLINE):
        code = StatusCode(keys)
        _said(work, assignment.unit, assignment, code)
        return Play(prompts.noted_and_goodbye(code)), HangUp()
    if found and keys == prompts.REPEAT and repeats < MOST_REPEATS:
        repeats += 1
    elif found:
        tries += 1
    if tries > TRIES:
        return Play(prompts.UNANSWERED), HangUp()
    segment = f"dispatch-{tries}-{repeats}"
    said = Play(prompts.read_task(task_of(work, assignment)))
    return (Ask(said, Step(segment), Step(segment, silent=True), KEY_TIMEOUT_S, digits=1),)


def dispatch_over(work: UnitOfWork, call: Call, cause: str) -> None:
    """A dispatch that was read counts as done once the unit answered; otherwise as not answered."""
    assignment = work.session.get_one(Assignment, call.assignment_id)
    answered = call.answered_at is not None and assignment.status is not UnitStatus.ALERTED
    finish(work, call, CallEnd.DONE if answered else CallEnd.UNANSWERED, cause)


def rang(work: UnitOfWork, call: Call) -> bool:
    """Whether this was a unit that rang and hung up, and has thereby accepted its one open alert."""
    if call.unit_id is None or not work.playbook.voice.ring_accepts or (call.duration_s or 0) > RING_S:
        return False
    unit = work.session.get_one(Unit, call.unit_id)
    tasks = open_assignments(work.session, unit)
    alerts = [each for each in tasks if each.status is UnitStatus.ALERTED]
    if len(alerts) != 1 or not _said(work, unit, alerts[0], StatusCode.ACCEPT):
        return False
    incident = fetch(work, alerts[0].incident_id)
    words = work.playbook.say("ring_accepted", number=incident.number or "")
    notify.text(
        work, unit.number, words, Purpose.DISPATCH, incident=incident, unit=unit, assignment=alerts[0]
    )
    return True
