"""Steps 3 to 6 of the procedure: units are alerted, answer with status codes, and report."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Final

from sqlalchemy import func, select

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import (
    ACTIVE,
    COMMITTED,
    STATUS_OF_CODE,
    UNIT_TRANSITIONS,
    IllegalTransitionError,
    StatusCode,
    UnitStatus,
    advance,
)
from hotline.domain.rights import Act, Actor
from hotline.domain.segments import measure
from hotline.incidents import (
    ConflictError,
    NoSuchIncidentError,
    assignments,
    family,
    fetch,
    fetch_for,
    log,
    recompute,
)
from hotline.intake import place_words
from hotline.models import Assignment, Incident, LogEntry, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork

LONGEST_SUMMARY: Final = 200

_COMING: Final = (StatusCode.ACCEPT, StatusCode.EN_ROUTE)
"""The answers whose minutes and people are the unit's own; elsewhere they are somebody else's."""

_STAGES: Final = (UnitStatus.ALERTED, UnitStatus.ACCEPTED, UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit said: its code, and what stood behind it."""

    code: StatusCode
    note: str = ""
    minutes: int | None = None
    people: int | None = None


def summary_of(work: UnitOfWork, incident: Incident) -> str:
    """A neutral line for the units, made of type, place and counts; never the caller's own words.

    Where it would not fit one text, the landmark is cut, then left out, then the counts, and last the
    by-names of the type.
    """
    kind = work.playbook.types[incident.type_code].name
    people = f"{incident.people} org" if incident.people else ""
    where = place_words(work, incident)
    landmarks = (incident.place[:length].rstrip(" ,") for length in range(len(incident.place), -1, -1))
    shorter = [_joined(kind, where), _joined(kind.split(",")[0], where)]
    lines = chain((_joined(kind, where, landmark, people) for landmark in landmarks), shorter)
    return next(
        (line for line in lines if measure(dispatch_text(work, incident, line)).parts == 1), shorter[-1]
    )


def _joined(*parts: str) -> str:
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
    work: UnitOfWork,
    incident_id: int,
    unit_ids: Sequence[int],
    summary: str,
    by: Actor,
    *,
    stamp: str | None = None,
) -> list[TextMessage]:
    """Alerts the units by text. Whoever is already on the incident is not alerted twice.

    Raises ConflictError where the incident is closed, not verified yet, or nobody is named.
    """
    incident = fetch_for(work, incident_id, by, Act.DISPATCH, stamp=stamp)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    if incident.verified_at is None:
        raise ConflictError("verify the incident first")
    units = _to_alert(work, incident, unit_ids)
    if not units:
        raise ConflictError("choose at least one unit that is not on it yet")
    incident.summary = (summary.strip() or summary_of(work, incident))[:LONGEST_SUMMARY]
    words = dispatch_text(work, incident, incident.summary)
    log(work, incident, "dispatched", by, ", ".join(unit.name for unit in units))
    sent = [_alert(work, incident, unit, words, by) for unit in units]
    recompute(work, incident)
    return sent


def _to_alert(work: UnitOfWork, incident: Incident, unit_ids: Sequence[int]) -> list[Unit]:
    busy_here = select(Assignment.unit_id).where(
        Assignment.incident_id.in_(family(work.session, incident.id)), Assignment.status.in_(ACTIVE)
    )
    query = (
        select(Unit).where(Unit.id.in_(unit_ids), Unit.active, Unit.id.not_in(busy_here)).order_by(Unit.id)
    )
    return list(work.session.scalars(query))


def _alert(work: UnitOfWork, incident: Incident, unit: Unit, words: str, by: Actor) -> TextMessage:
    last = select(func.max(Assignment.wave)).where(
        Assignment.incident_id == incident.id, Assignment.unit_id == unit.id
    )
    assignment = Assignment(
        incident_id=incident.id,
        unit_id=unit.id,
        wave=(work.session.scalar(last) or 0) + 1,
        status=UnitStatus.ALERTED,
        challenge=f"{secrets.randbelow(10_000):04d}",
        alerted_at=work.now,
        version=1,
    )
    work.session.add(assignment)
    work.session.flush()
    return notify.text(
        work, unit.number, words, Purpose.DISPATCH, incident=incident, unit=unit, assignment=assignment, by=by
    )


def answer(work: UnitOfWork, assignment: Assignment, said: Answer, by: Actor) -> bool:
    """Moves an assignment by a unit's answer; False where it tells nothing new.

    Nothing new is what is known already, and an earlier stage in a text that was overtaken on its way. A
    unit that
    was sent twice to what is one event by now answers for both. Raises IllegalTransitionError where the
    present status does not lead there, ConflictError once the incident is closed.
    """
    incident = fetch(work, assignment.incident_id)
    work.session.refresh(assignment)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    changed = _apply(work, assignment, said)
    for twin in _twins(work, incident, assignment):
        wanted = STATUS_OF_CODE[said.code]
        if wanted is None or wanted in UNIT_TRANSITIONS[twin.status]:
            _apply(work, twin, said)
    log(work, incident, f"unit_{said.code.name.lower()}", by, said.note, assignment_id=assignment.id)
    recompute(work, incident)
    if changed:
        _tell_callers(work, incident, STATUS_OF_CODE[said.code])
    return changed


def _twins(work: UnitOfWork, incident: Incident, assignment: Assignment) -> list[Assignment]:
    """Other open tasks of the same unit on the same event, as a merge can leave them."""
    sent = assignments(work.session, family(work.session, incident.id))
    return [
        each
        for each in sent
        if each.unit_id == assignment.unit_id and each.id != assignment.id and each.status in ACTIVE
    ]


def _apply(work: UnitOfWork, assignment: Assignment, said: Answer) -> bool:
    wanted = STATUS_OF_CODE[said.code]
    if wanted is None:
        changed = _call_for_backup(assignment)
    else:
        changed = not _overtaken(assignment.status, wanted) and advance(assignment.status, wanted)
        if changed:
            move(work, assignment, wanted)
    _note(work, assignment, said)
    return changed


def _overtaken(present: UnitStatus, wanted: UnitStatus) -> bool:
    return present in _STAGES and wanted in _STAGES and _STAGES.index(wanted) < _STAGES.index(present)


def _call_for_backup(assignment: Assignment) -> bool:
    if assignment.status not in ACTIVE:
        raise IllegalTransitionError(assignment.status, assignment.status)
    changed = not assignment.needs_backup
    assignment.needs_backup = True
    return changed


def _note(work: UnitOfWork, assignment: Assignment, said: Answer) -> None:
    if said.code in _COMING and said.minutes is not None:
        assignment.arrives_at = work.now + timedelta(minutes=said.minutes)
    if said.code in _COMING and said.people is not None:
        assignment.people = said.people
    ends = said.code in (StatusCode.CLEAR, StatusCode.UNABLE)
    if ends and said.note and said.note not in assignment.report.splitlines():
        assignment.report = "\n".join(part for part in (assignment.report, said.note) if part)


def _tell_callers(work: UnitOfWork, incident: Incident, reached: UnitStatus | None) -> None:
    """Progress by text, each stage once, however many units reach it; once more after a reopening."""
    key = {UnitStatus.EN_ROUTE: "on_the_way", UnitStatus.ON_SCENE: "on_scene"}.get(
        reached or UnitStatus.ALERTED
    )
    if key is None:
        return
    words = work.playbook.say(key, number=incident.number or "")
    reopened = select(func.max(LogEntry.id)).where(
        LogEntry.incident_id == incident.id, LogEntry.kind == "reopened"
    )
    since = work.session.scalar(reopened) or 0
    already = select(LogEntry.id).where(
        LogEntry.incident_id == incident.id, LogEntry.id > since, LogEntry.words == words
    )
    if work.session.scalar(already.limit(1)) is None:
        notify.text_callers(work, incident, words, Purpose.PROGRESS)


def set_status(work: UnitOfWork, assignment_id: int, said: Answer, by: Actor) -> Incident:
    """The desk enters what a unit said by telephone or radio.

    Raises NotAllowedError, NoSuchIncidentError, IllegalTransitionError, ConflictError once the incident
    is closed.
    """
    assignment = find_assignment(work, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.SET_UNIT_STATUS)
    answer(work, assignment, said, by)
    return incident


def move(work: UnitOfWork, assignment: Assignment, wanted: UnitStatus) -> None:
    """Writes a status that the transition table allows, and when it was reached."""
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


def find_assignment(work: UnitOfWork, assignment_id: int) -> Assignment:
    """The assignment, not locked: that is done by way of its incident. Raises NoSuchIncidentError."""
    found = work.session.get(Assignment, assignment_id)
    if found is None:
        raise NoSuchIncidentError(f"assignment {assignment_id}")
    return found


def stand_down(work: UnitOfWork, assignment_id: int, by: Actor) -> Incident:
    """Tells one unit that it is not needed any more.

    Raises NotAllowedError, NoSuchIncidentError, IllegalTransitionError where the unit is done already.
    """
    assignment = find_assignment(work, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.DISPATCH)
    work.session.refresh(assignment)
    release(work, incident, assignment, by)
    recompute(work, incident)
    return incident


def release(work: UnitOfWork, incident: Incident, assignment: Assignment, by: Actor) -> None:
    """Stands a unit down and says so by text. The incident must be locked."""
    if not advance(assignment.status, UnitStatus.STOOD_DOWN):
        return
    move(work, assignment, UnitStatus.STOOD_DOWN)
    log(work, incident, "stood_down", by, assignment.unit.name, assignment_id=assignment.id)
    words = work.playbook.say("stood_down", number=incident.number or "")
    notify.text(
        work,
        assignment.unit.number,
        words,
        Purpose.DISPATCH,
        incident=incident,
        unit=assignment.unit,
        assignment=assignment,
        by=by,
    )
