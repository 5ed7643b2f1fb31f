"""Steps 3 to 6 of the procedure: units are alerted, answer with status codes, and report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from hotline import notify, places, tasks
from hotline.alerting import alert, dispatch_text, move, release, summary_of
from hotline.distress import call_for_help
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import (
    ACTIVE,
    COMMITTED,
    STATUS_OF_CODE,
    UNIT_TRANSITIONS,
    StatusCode,
    UnitStatus,
    advance,
)
from hotline.domain.rights import Act, Actor
from hotline.domain.tasks import OF_SILENCE, TaskKind
from hotline.field_report import take_words
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
from hotline.models import Assignment, Incident, LogEntry, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork
from hotline.watching import unwatch_units, watch_unit

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


def dispatch(
    work: UnitOfWork,
    incident_id: int,
    unit_ids: Sequence[int],
    summary: str,
    by: Actor,
    *,
    stamp: str | None = None,
    needs: Mapping[str, int] | None = None,
) -> list[TextMessage]:
    """Alerts the units by text. Whoever is already on the incident is not alerted twice.

    `needs` are places by role ("2 guards, 1 police"): who accepts first fills them, the others are released,
    and what the chosen units leave open is called out from the reserve. Without it each unit has its own
    place. Raises ConflictError where the incident is closed, not verified yet, or nobody is named.
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
    roles = {unit.id: work.playbook.role_of(unit.agency) for unit in units}
    places.ask_for(work, incident, Counter(roles.values()), needs)
    sent = [alert(work, incident, unit, words, by, role=roles[unit.id]) for unit in units]
    incident.waves += 1
    incident.waved_at = work.now
    _remind_of_emergency_numbers(work, incident)
    tasks.settle(work, incident, TaskKind.SEND_SOMEBODY, TaskKind.NOBODY_LEFT)
    recompute(work, incident)
    return sent


def _remind_of_emergency_numbers(work: UnitOfWork, incident: Incident) -> None:
    numbers = work.playbook.types[incident.type_code].direct_numbers
    first_time = incident.dispatched_at is None
    if first_time and work.playbook.ladders[incident.priority].parallel:
        words = ", ".join(numbers) or work.playbook.programme.emergency_number
        tasks.ask_desk(work, TaskKind.CALL_EMERGENCY, incident, words=words)


def _to_alert(work: UnitOfWork, incident: Incident, unit_ids: Sequence[int]) -> list[Unit]:
    busy_here = select(Assignment.unit_id).where(
        Assignment.incident_id.in_(family(work.session, incident.id)), Assignment.status.in_(ACTIVE)
    )
    query = (
        select(Unit).where(Unit.id.in_(unit_ids), Unit.active, Unit.id.not_in(busy_here)).order_by(Unit.id)
    )
    return list(work.session.scalars(query))


def answer(work: UnitOfWork, assignment: Assignment, said: Answer, by: Actor) -> bool:
    """Moves an assignment by a unit's answer; False where it tells nothing new.

    Nothing new is what is known already, and an earlier stage in a text that was overtaken on its way. A
    unit that was sent twice to what is one event by now answers for both. The incident's lock decides who
    fills a place. Raises IllegalTransitionError where the present status does not lead there, EnoughError
    where others have filled all places, ConflictError once the incident is closed.
    """
    incident = fetch(work, assignment.incident_id)
    work.session.refresh(assignment)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")
    _take_place(work, incident, assignment, said, by)
    changed = _apply(work, incident, assignment, said)
    for twin in _twins(work, incident, assignment):
        twin.needs_backup = assignment.needs_backup
        if STATUS_OF_CODE[said.code] in UNIT_TRANSITIONS[twin.status]:
            _apply(work, incident, twin, said)
    log(work, incident, f"unit_{said.code.name.lower()}", by, said.note, assignment_id=assignment.id)
    tasks.settle(work, incident, *OF_SILENCE, assignment=assignment)
    if changed:
        _follow(work, incident, assignment, said, by)
    if assignment.status in ACTIVE:
        watch_unit(work, assignment)
    else:
        unwatch_units(work, [assignment])
    recompute(work, incident)
    if changed:
        _tell_callers(work, incident, STATUS_OF_CODE[said.code])
    return changed


def _take_place(
    work: UnitOfWork, incident: Incident, assignment: Assignment, said: Answer, by: Actor
) -> None:
    """Somebody who comes now needs a place; whoever stands there already, or is entered by the desk, does
    not. Raises EnoughError.
    """
    wanted = STATUS_OF_CODE[said.code]
    if wanted not in COMMITTED or assignment.status in COMMITTED:
        return
    if wanted in UNIT_TRANSITIONS[assignment.status] and not places.has_room(work, incident, assignment):
        if wanted is not UnitStatus.ON_SCENE and by.kind == "unit":
            raise places.EnoughError("all places are filled")
        assignment.role = ""


def _follow(work: UnitOfWork, incident: Incident, assignment: Assignment, said: Answer, by: Actor) -> None:
    """What an answer means for the others: places filled, open again, or not needed any more."""
    match said.code:
        case StatusCode.CLEAR if not places.somebody_needs_help(work, incident):
            places.close_open(work, incident)
        case StatusCode.UNABLE if places.was_done(work, incident, assignment):
            places.give_up(work, incident, assignment)
    release(work, incident, places.superfluous(work, incident), by)


def _twins(work: UnitOfWork, incident: Incident, assignment: Assignment) -> list[Assignment]:
    """Other open tasks of the same unit on the same event, as a merge can leave them."""
    sent = assignments(work.session, family(work.session, incident.id))
    return [
        each
        for each in sent
        if each.unit_id == assignment.unit_id and each.id != assignment.id and each.status in ACTIVE
    ]


def _apply(work: UnitOfWork, incident: Incident, assignment: Assignment, said: Answer) -> bool:
    wanted = STATUS_OF_CODE[said.code]
    if wanted is None:
        changed = call_for_help(work, incident, assignment)
    else:
        changed = not _overtaken(assignment.status, wanted) and advance(assignment.status, wanted)
        if changed:
            move(work, assignment, wanted)
    _note(work, assignment, said)
    return changed


def _overtaken(present: UnitStatus, wanted: UnitStatus) -> bool:
    return present in _STAGES and wanted in _STAGES and _STAGES.index(wanted) < _STAGES.index(present)


def _note(work: UnitOfWork, assignment: Assignment, said: Answer) -> None:
    assignment.heard_at = work.now
    if said.code in _COMING and said.minutes is not None:
        assignment.arrives_at = work.now + timedelta(minutes=said.minutes)
        assignment.arrival_asked_at = assignment.arrival_told_at = None
    if said.code in _COMING and said.people is not None:
        assignment.people = said.people
    ends = said.code in (StatusCode.CLEAR, StatusCode.UNABLE)
    if ends and said.note and said.note not in assignment.report.splitlines():
        assignment.report = "\n".join(part for part in (assignment.report, said.note) if part)
        take_words(work, fetch(work, assignment.incident_id), said.note)


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


def find_assignment(work: UnitOfWork, assignment_id: int) -> Assignment:
    """The assignment, not locked: that is done by way of its incident. Raises NoSuchIncidentError."""
    found = work.session.get(Assignment, assignment_id)
    if found is None:
        raise NoSuchIncidentError(f"assignment {assignment_id}")
    return found


def stand_down(work: UnitOfWork, assignment_id: int, by: Actor) -> Incident:
    """Tells one unit that it is not needed any more; nobody is called out instead of it.

    Raises NotAllowedError, NoSuchIncidentError, IllegalTransitionError where the unit is done already.
    """
    assignment = find_assignment(work, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.DISPATCH)
    work.session.refresh(assignment)
    release(work, incident, [assignment], by)
    places.give_up(work, incident, assignment)
    recompute(work, incident)
    return incident
