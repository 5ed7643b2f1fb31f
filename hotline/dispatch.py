"""Steps 3 to 6 of the procedure: units are alerted, answer with status codes, and report."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import (
    ACTIVE,
    COMMITTED,
    STATUS_OF_CODE,
    IllegalTransitionError,
    StatusCode,
    UnitStatus,
    advance,
)
from hotline.domain.rights import Act, Actor
from hotline.domain.segments import measure
from hotline.incidents import ConflictError, family, fetch, fetch_for, log, recompute
from hotline.intake import place_words
from hotline.models import Assignment, Incident, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit said: its code, and what stood behind it."""

    code: StatusCode
    note: str = ""
    minutes: int | None = None
    people: int | None = None


def summary_of(work: UnitOfWork, incident: Incident) -> str:
    """A neutral line for the units, made of type, place and counts; never the caller's own words."""
    parts = [work.playbook.types[incident.type_code].name, place_words(work, incident), incident.place]
    if incident.people:
        parts.append(f"{incident.people} org")
    return ", ".join(part for part in parts if part)


def dispatch_text(work: UnitOfWork, incident: Incident, summary: str) -> str:
    """Exactly what the units get; the safety hint is left out where it would take a second part."""
    values = {
        "number": incident.number or "",
        "priority": work.playbook.targets[incident.priority].name,
        "summary": summary.rstrip(". "),
    }
    hint = work.playbook.types[incident.type_code].dispatch_hint
    full = work.playbook.say("dispatch", hint=hint, **values)
    if hint and measure(full).parts == 1:
        return full
    return work.playbook.say("dispatch", hint="", **values).replace(". . ", ". ")


def dispatch(
    work: UnitOfWork, incident_id: int, unit_ids: Sequence[int], summary: str, by: Actor, *, version: int | None = None
) -> list[TextMessage]:
    """Alerts the units by text. Whoever is already on the incident is not alerted twice.

    Raises ConflictError where the incident is closed, not verified yet, or nobody is named.
    """
    incident = fetch_for(work, incident_id, by, Act.DISPATCH, version=version)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    if incident.verified_at is None:
        raise ConflictError("verify the incident first")
    units = _to_alert(work, incident, unit_ids)
    if not units:
        raise ConflictError("choose at least one unit that is not on it yet")
    incident.summary = summary.strip() or summary_of(work, incident)
    words = dispatch_text(work, incident, incident.summary)
    log(work, incident, "dispatched", by, ", ".join(unit.name for unit in units))
    sent = [_alert(work, incident, unit, words, by) for unit in units]
    recompute(work, incident)
    return sent


def _to_alert(work: UnitOfWork, incident: Incident, unit_ids: Sequence[int]) -> list[Unit]:
    busy_here = select(Assignment.unit_id).where(
        Assignment.incident_id.in_(family(work.session, incident.id)), Assignment.status.in_(ACTIVE)
    )
    query = select(Unit).where(Unit.id.in_(unit_ids), Unit.active, Unit.id.not_in(busy_here)).order_by(Unit.id)
    return list(work.session.scalars(query))


def _alert(work: UnitOfWork, incident: Incident, unit: Unit, words: str, by: Actor) -> TextMessage:
    last = select(func.max(Assignment.wave)).where(
        Assignment.incident_id == incident.id, Assignment.unit_id == unit.id
    )
    assignment = Assignment(
        incident_id=incident.id, unit_id=unit.id, wave=(work.session.scalar(last) or 0) + 1,
        status=UnitStatus.ALERTED, challenge=f"{secrets.randbelow(10_000):04d}", alerted_at=work.now, version=1,
    )  # fmt: skip
    work.session.add(assignment)
    work.session.flush()
    return notify.text(
        work, unit.number, words, Purpose.DISPATCH, incident=incident, unit=unit, assignment=assignment, by=by
    )


def answer(work: UnitOfWork, assignment: Assignment, said: Answer, by: Actor) -> bool:
    """Moves an assignment by a unit's answer; False where the answer says again what is known.

    Raises IllegalTransitionError where the present status does not lead there.
    """
    incident = fetch(work, assignment.incident_id)
    work.session.refresh(assignment, with_for_update=True)
    wanted = STATUS_OF_CODE[said.code]
    changed = _call_for_backup(assignment) if wanted is None else advance(assignment.status, wanted)
    if wanted is not None and changed:
        _move(work, assignment, wanted)
    _note(work, assignment, said)
    log(work, incident, f"unit_{said.code.name.lower()}", by, said.note, assignment_id=assignment.id)
    recompute(work, incident)
    if changed and wanted is not None:
        _tell_callers(work, incident, wanted)
    return changed


def _call_for_backup(assignment: Assignment) -> bool:
    if assignment.status not in ACTIVE:
        raise IllegalTransitionError(assignment.status, assignment.status)
    changed = not assignment.needs_backup
    assignment.needs_backup = True
    return changed


def _move(work: UnitOfWork, assignment: Assignment, wanted: UnitStatus) -> None:
    now = work.now
    assignment.status = wanted
    assignment.version += 1
    assignment.answered_at = assignment.answered_at or now
    if wanted in COMMITTED:
        assignment.accepted_at = assignment.accepted_at or now
    match wanted:
        case UnitStatus.EN_ROUTE:
            assignment.en_route_at = now
        case UnitStatus.ON_SCENE:
            assignment.on_scene_at = now
    if wanted not in ACTIVE:
        assignment.ended_at = now
        assignment.needs_backup = False


def _note(work: UnitOfWork, assignment: Assignment, said: Answer) -> None:
    if said.minutes is not None:
        assignment.arrives_at = work.now + timedelta(minutes=said.minutes)
    if said.people is not None:
        assignment.people = said.people
    if said.note and said.code in (StatusCode.CLEAR, StatusCode.UNABLE):
        assignment.report = "\n".join(part for part in (assignment.report, said.note) if part)


def _tell_callers(work: UnitOfWork, incident: Incident, reached: UnitStatus) -> None:
    """Progress by text, each stage once, however many units reach it."""
    key = {UnitStatus.EN_ROUTE: "on_the_way", UnitStatus.ON_SCENE: "on_scene"}.get(reached)
    if key is None or incident.disposition is not None:
        return
    words = work.playbook.say(key, number=incident.number or "")
    already = select(TextMessage.id).where(
        TextMessage.incident_id == incident.id, TextMessage.inbound.is_(False), TextMessage.words == words
    )
    if work.session.scalar(already.limit(1)) is None:
        notify.text_callers(work, incident, words, Purpose.PROGRESS)


def set_status(work: UnitOfWork, assignment_id: int, said: Answer, by: Actor) -> Incident:
    """The desk enters what a unit said by telephone or radio. Raises NotAllowedError, IllegalTransitionError."""
    assignment = work.session.get_one(Assignment, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.SET_UNIT_STATUS)
    answer(work, assignment, said, by)
    return incident


def stand_down(work: UnitOfWork, assignment_id: int, by: Actor) -> Incident:
    """Tells one unit that it is not needed any more. Raises NotAllowedError, IllegalTransitionError."""
    assignment = work.session.get_one(Assignment, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.DISPATCH)
    release(work, incident, assignment, by)
    recompute(work, incident)
    return incident


def release(work: UnitOfWork, incident: Incident, assignment: Assignment, by: Actor) -> None:
    """Stands a unit down and says so by text."""
    if not advance(assignment.status, UnitStatus.STOOD_DOWN):
        return
    _move(work, assignment, UnitStatus.STOOD_DOWN)
    log(work, incident, "stood_down", by, assignment.unit.name, assignment_id=assignment.id)
    words = work.playbook.say("stood_down", number=incident.number or "")
    notify.text(
        work, assignment.unit.number, words, Purpose.DISPATCH,
        incident=incident, unit=assignment.unit, assignment=assignment, by=by,
    )  # fmt: skip
