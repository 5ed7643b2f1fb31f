"""Keeps the promises of the ladder: looks at a unit's task or at a case, does the one step that is due, and
promises to look again.

One step a look, found from the facts under the incident's lock: whatever was settled meanwhile is silent, and
an hour that a clock or a worker lost costs one step, not sixty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hotline import bundling, climbing, notify, tasks, watching
from hotline.case_facts import case_facts, desk_limits, unit_facts
from hotline.domain.calls import CallState, Errand
from hotline.domain.clock_back import seen_from
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.escalation import (
    CaseFacts,
    CaseStep,
    UnitFacts,
    UnitStep,
    next_case_step,
    next_unit_step,
)
from hotline.domain.rights import SYSTEM
from hotline.domain.tasks import TaskKind
from hotline.incidents import fetch, log, recompute, touch
from hotline.models import Assignment, Incident
from hotline.outbox import Kind
from hotline.unit_of_work import UnitOfWork
from hotline.waves import call_out, tell_lacking


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines can do at all; a rung that they can't do becomes a task at the desk."""

    receipts: bool
    dial: Callable[[UnitOfWork, Assignment], bool]
    """Promises a call that a key answers; False where there is no voice line."""


def no_voice_line(_work: UnitOfWork, _assignment: Assignment) -> bool:
    """Where nobody can be telephoned by machine."""
    return False


def ring(work: UnitOfWork, assignment: Assignment) -> bool:
    """Promises a call that reads the task to the unit; False where its number must not be called."""
    about = notify.About(
        incident=fetch(work, assignment.incident_id), unit=assignment.unit, assignment=assignment
    )
    placed = notify.call(work, assignment.unit.number, Errand.DISPATCH, about)
    return placed.state is not CallState.OVER


def keep_unit(work: UnitOfWork, assignment_id: int, lines: Lines) -> None:
    """Looks at one unit's task."""
    known = work.session.get_one(Assignment, assignment_id)
    incident = fetch(work, known.incident_id)
    work.session.refresh(known)
    if incident.disposition is not None:
        return
    facts = seen_from(work.now, unit_facts(work, known))
    ladder, target = work.playbook.ladders[incident.priority], work.playbook.targets[incident.priority]
    due = next_unit_step(ladder, facts, arrive_minutes=target.arrive, receipts=lines.receipts)
    if due is None:
        return
    if due.at > work.now:
        watching.again(work, Kind.WATCH_UNIT, known.id, due.at)
        return
    _UNIT_ACTS[due.step](work, incident, known, facts, lines)
    touch(work, incident)
    watching.again(work, Kind.WATCH_UNIT, known.id, work.now)


def _call(
    work: UnitOfWork, incident: Incident, assignment: Assignment, facts: UnitFacts, lines: Lines
) -> None:
    assignment.called_at = work.now
    _repeat(work, incident, assignment, facts)
    if not lines.dial(work, assignment):
        tasks.ask_desk(work, TaskKind.CALL_UNIT, incident, unit=assignment.unit, assignment=assignment)
    log(work, incident, "step_call", SYSTEM, assignment.unit.name, assignment_id=assignment.id)


def _repeat(work: UnitOfWork, incident: Incident, assignment: Assignment, facts: UnitFacts) -> None:
    """An emergency's alert that may not have arrived goes out once more: two are better than none. Whoever is
    telephoned at once was given no time for a receipt: that there is none says nothing.
    """
    silent = facts.text is TextState.ACCEPTED and not facts.call_first
    doubtful = silent or facts.text is TextState.UNKNOWN
    if not (doubtful and work.playbook.ladders[incident.priority].parallel):
        return
    text = notify.last_alert(work.session, assignment)
    if text is not None and text.resend_of is None:
        again = notify.text(
            work, text.number, text.words, Purpose.DISPATCH, incident=incident, unit=assignment.unit,
            assignment=assignment,
        )  # fmt: skip
        again.resend_of = text.id


def _next_person(
    work: UnitOfWork, incident: Incident, assignment: Assignment, _facts: UnitFacts, _lines: Lines
) -> None:
    assignment.passed_on_at = work.now
    log(work, incident, "step_next", SYSTEM, assignment.unit.name, assignment_id=assignment.id)
    watching.watch_case(work, incident)


def _ask_arrival(
    work: UnitOfWork, incident: Incident, assignment: Assignment, _facts: UnitFacts, _lines: Lines
) -> None:
    assignment.arrival_asked_at = work.now
    _ask(work, incident, assignment, work.playbook.say("ask_arrival", number=incident.number or ""))


def _tell_desk(
    work: UnitOfWork, incident: Incident, assignment: Assignment, _facts: UnitFacts, _lines: Lines
) -> None:
    assignment.arrival_told_at = work.now
    tasks.ask_desk(work, TaskKind.ASK_ARRIVAL, incident, unit=assignment.unit, assignment=assignment)


def _ask_safe(
    work: UnitOfWork, incident: Incident, assignment: Assignment, _facts: UnitFacts, _lines: Lines
) -> None:
    assignment.safety_asked_at = work.now
    _ask(work, incident, assignment, work.playbook.say("ask_safe", number=incident.number or ""))


def _alarm(
    work: UnitOfWork, incident: Incident, assignment: Assignment, _facts: UnitFacts, lines: Lines
) -> None:
    assignment.alarmed_at = work.now
    tasks.ask_desk(work, TaskKind.UNIT_SAFETY, incident, unit=assignment.unit, assignment=assignment)
    lines.dial(work, assignment)


def _ask(work: UnitOfWork, incident: Incident, assignment: Assignment, words: str) -> None:
    notify.text(
        work, assignment.unit.number, words, Purpose.QUESTION, incident=incident, unit=assignment.unit,
        assignment=assignment,
    )  # fmt: skip


_UnitAct = Callable[[UnitOfWork, Incident, Assignment, UnitFacts, Lines], None]

_UNIT_ACTS: Final[dict[UnitStep, _UnitAct]] = {
    UnitStep.CALL: _call,
    UnitStep.NEXT_PERSON: _next_person,
    UnitStep.ASK_ARRIVAL: _ask_arrival,
    UnitStep.TELL_DESK: _tell_desk,
    UnitStep.ASK_SAFE: _ask_safe,
    UnitStep.ALARM: _alarm,
}


def keep_case(work: UnitOfWork, incident_id: int) -> None:
    """Looks at one case; of a merged one its root is looked at by its own promise."""
    incident = fetch(work, incident_id)
    if incident.id != incident_id:
        return
    facts = seen_from(work.now, case_facts(work, incident))
    ladder = work.playbook.ladders[incident.priority]
    due = next_case_step(ladder, desk_limits(work, incident), facts)
    if due is None:
        return
    if due.at > work.now:
        watching.again(work, Kind.WATCH_CASE, incident.id, due.at)
        return
    if due.step is CaseStep.TAKE_UP and (told_at := bundling.wait_for_others(work, incident)) is not None:
        watching.again(work, Kind.WATCH_CASE, incident.id, told_at)
        return
    _do_case_step(work, incident, due.step, facts)
    recompute(work, incident)


def _do_case_step(work: UnitOfWork, incident: Incident, step: CaseStep, facts: CaseFacts) -> None:
    match step:
        case CaseStep.TAKE_UP:
            climbing.take_up(work, incident, climbing.next_officer(work, incident))
        case CaseStep.SEND_SOMEBODY:
            climbing.note_step(work, incident, step)
            tasks.ask_desk(work, TaskKind.SEND_SOMEBODY, incident)
        case CaseStep.WIDEN:
            last = facts.waved_at or facts.dispatched_at or work.now
            wave = timedelta(seconds=work.playbook.ladders[incident.priority].wave_seconds)
            call_out(work, incident, widen=last + wave <= work.now)
        case CaseStep.EXHAUSTED:
            climbing.note_step(work, incident, step)
            tell_lacking(work, incident)
        case CaseStep.COORDINATOR | CaseStep.HEAD:
            climbing.escalate(work, incident, step)
        case CaseStep.RING:
            climbing.note_step(work, incident, step)
            if not call_out(work, incident, widen=True):
                tasks.ask_desk(work, TaskKind.ESCALATED, incident, words=step)
