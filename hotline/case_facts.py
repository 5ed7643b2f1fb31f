"""What has happened to a case and to a unit's task, as `hotline.domain.escalation` wants to know it."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select

from hotline import places
from hotline.climbing import climbs, officers
from hotline.domain.delivery import TextState
from hotline.domain.escalation import CaseFacts, CaseStep, DeskLimits, UnitFacts
from hotline.domain.lifecycle import ACTIVE
from hotline.domain.tasks import OF_NOBODY
from hotline.incidents import assignments, beat_for, family
from hotline.models import Assignment, Climb, Incident, LogEntry, Task
from hotline.notify import last_alert
from hotline.unit_of_work import UnitOfWork
from hotline.verification import CLAIM_LEASE
from hotline.waves import has_reserve, lacking

EVER: Final = datetime.min.replace(tzinfo=UTC)


def unit_facts(work: UnitOfWork, assignment: Assignment) -> UnitFacts:
    """The facts of one task; the last text of the alert counts, should it have been sent again."""
    text = last_alert(work.session, assignment)
    return UnitFacts(
        status=assignment.status, alerted_at=assignment.alerted_at,
        text=text.state if text else TextState.WITHHELD,
        sent_at=text.sent_at if text else None, text_settled_at=text.settled_at if text else None,
        called_at=assignment.called_at, passed_on_at=assignment.passed_on_at,
        accepted_at=assignment.accepted_at, arrives_at=assignment.arrives_at,
        arrival_asked_at=assignment.arrival_asked_at, arrival_told_at=assignment.arrival_told_at,
        on_scene_at=assignment.on_scene_at, heard_at=assignment.heard_at,
        safety_asked_at=assignment.safety_asked_at, alarmed_at=assignment.alarmed_at,
        call_first=assignment.unit.call_first,
    )  # fmt: skip


def case_facts(work: UnitOfWork, incident: Incident) -> CaseFacts:
    """The facts of one case and of what was merged into it, since it was last opened."""
    members = family(work.session, incident.id)
    reopened = work.session.scalar(
        select(func.max(LogEntry.at)).where(LogEntry.incident_id.in_(members), LogEntry.kind == "reopened")
    )
    # Without a reopening all of it counts, also what a clock that was put back wrote before the case came.
    begin = reopened if reopened and reopened <= work.now else EVER
    sent = [each for each in assignments(work.session, members) if each.alerted_at >= begin]
    known = [climb for climb in climbs(work, incident) if climb.at >= begin]
    held = {role: each for role, each in places.places(work, incident).items() if each.open}
    ready = {role for role in held if has_reserve(work, incident, role)}
    taken = [climb for climb in known if climb.step is CaseStep.TAKE_UP]
    told = _tasks_since(work, members, begin)
    return CaseFacts(
        received_at=incident.received_at,
        settled=incident.disposition is not None,
        claimed_until=_held_until(work, incident),
        verified_at=max(incident.verified_at, begin) if incident.verified_at else None,
        beat_at=beat_for(incident)(work.session),
        taken_to=len(taken),
        taken_at=taken[-1].at if taken else None,
        reminded_at=_last(known, CaseStep.SEND_SOMEBODY),
        dispatched_at=min((each.alerted_at for each in sent), default=None),
        waved_at=incident.waved_at,
        committed=sum(each.status in places.FILLING for each in sent),
        open_places=sum(each.open for each in held.values()),
        missing=sum(held[role].missing for role in ready),
        reserve=bool(ready),
        lacking=bool(lacking(work, incident)),
        exhausted_at=_last(known, CaseStep.EXHAUSTED),
        coordinator_at=_last(known, CaseStep.COORDINATOR),
        head_at=_last(known, CaseStep.HEAD),
        rings=any(task.done_at is None for task in told),
        silenced_at=max((task.done_at for task in told if task.done_at), default=None),
        released_at=_given_up(sent) if not held else None,
    )


def _held_until(work: UnitOfWork, incident: Incident) -> datetime | None:
    """Until when somebody at the desk has it in hand; none claims it longer than a lease from now, unless the
    clock was put back since.
    """
    until = incident.claimed_until
    return None if until is None or until > work.now + CLAIM_LEASE else until


def _given_up(sent: list[Assignment]) -> datetime | None:
    """When the last of them was released or gave up; None while somebody is on it, or has finished."""
    if any(each.status in ACTIVE or each.status in places.FILLING for each in sent):
        return None
    return max((each.ended_at for each in sent if each.ended_at), default=None)


def _tasks_since(work: UnitOfWork, members: list[int], begin: datetime) -> list[Task]:
    query = select(Task).where(
        Task.incident_id.in_(members), Task.kind.in_(OF_NOBODY), Task.raised_at >= begin
    )
    return list(work.session.scalars(query.execution_options(populate_existing=True)))


def _last(known: list[Climb], step: CaseStep) -> datetime | None:
    return max((climb.at for climb in known if climb.step is step), default=None)


def desk_limits(work: UnitOfWork, incident: Incident) -> DeskLimits:
    """The playbook's figures that bear on this case."""
    return DeskLimits(
        silent_seconds=work.playbook.desk.silent_seconds,
        officers=max(len(officers(work, incident)), 1),
        dispatch_minutes=work.playbook.targets[incident.priority].dispatch,
    )
