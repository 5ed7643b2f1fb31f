"""Calls out the next people for open places: the nearest ring first, then the next, until nobody is left."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from hotline import places, tasks
from hotline.alerting import alert, dispatch_text, summary_of
from hotline.domain.lifecycle import UnitStatus
from hotline.domain.plans import Plan, plan_for
from hotline.domain.rights import SYSTEM, Actor
from hotline.domain.routing import Suggestion
from hotline.domain.tasks import TaskKind
from hotline.incidents import assignments, family, log, signs_of
from hotline.models import Incident, Task, Unit
from hotline.roster import suggestions
from hotline.unit_of_work import UnitOfWork


def plan_of(work: UnitOfWork, incident: Incident) -> Plan:
    """What the routes say for this incident now."""
    playbook = work.playbook
    local = work.now.astimezone(playbook.programme.zone)
    kind = playbook.types[incident.type_code]
    signs = signs_of(work.session, incident)
    return plan_for(kind, incident.priority, incident.area_code, local, playbook.routes, signs=signs)


def send_by_plan(work: UnitOfWork, incident: Incident, by: Actor) -> bool:
    """Sends whom the routes want, or one of who leads, without a person choosing: the duty officer's way.

    The incident must be locked and verified. False where nobody could be asked.
    """
    plan = plan_of(work, incident)
    lead = work.playbook.role_of(plan.leads[0])
    places.ask_for(work, incident, {}, plan.needs or {lead: 1})
    incident.summary = incident.summary or summary_of(work, incident)
    log(work, incident, "dispatched", by, ", ".join(plan.reasons))
    return call_out(work, incident, widen=True)


def call_out(work: UnitOfWork, incident: Incident, *, widen: bool) -> bool:
    """Alerts the next people for each open place.

    `widen` is the playbook's next wave, which asks several for each place; without it only as many are asked
    as dropped out. False where nobody at all could be asked. The incident must be locked.
    """
    asked = False
    for role, held in places.places(work, incident).items():
        wanted = held.open * work.playbook.ladders[incident.priority].per_place if widen else held.missing
        if wanted <= 0:
            continue
        chosen = _next_ring(work, incident, role)[:wanted]
        _alert_all(work, incident, role, chosen)
        asked = asked or bool(chosen)
    if asked:
        incident.waves += 1
        incident.waved_at = work.now
    return asked


def has_reserve(work: UnitOfWork, incident: Incident, role: str) -> bool:
    """Whether somebody is left who could be asked to take such a place."""
    return bool(_next_ring(work, incident, role))


def lacking(work: UnitOfWork, incident: Incident) -> list[str]:
    """The roles in which people are missing and nobody is left to ask, unless the desk was told since the
    last of them was alerted.
    """
    members = family(work.session, incident.id)
    told = select(Task.words, func.max(Task.raised_at).label("at")).where(
        Task.incident_id.in_(members), Task.kind == TaskKind.NOBODY_LEFT
    )
    known = {row.words: row.at for row in work.session.execute(told.group_by(Task.words))}
    newest: dict[str, datetime] = {}
    for each in assignments(work.session, members):
        told_at = known.get(each.role)
        if told_at is not None and told_at <= work.now < each.alerted_at:
            continue  # alerted before the clock was put back, told since
        newest[each.role] = max(each.alerted_at, newest.get(each.role, each.alerted_at))
    return [
        role
        for role, held in places.places(work, incident).items()
        if held.missing
        and (role not in known or known[role] < newest.get(role, known[role]))
        and not has_reserve(work, incident, role)
    ]


def tell_lacking(work: UnitOfWork, incident: Incident) -> None:
    """The desk must find somebody itself. The incident must be locked."""
    for role in lacking(work, incident):
        tasks.ask_desk(work, TaskKind.NOBODY_LEFT, incident, words=role)


def _next_ring(work: UnitOfWork, incident: Incident, role: str) -> list[Suggestion]:
    """The nearest ring in which somebody is left who was not asked yet; those who were released come last."""
    asked = _asked(work, incident)
    reserve = [each for each in _willing(work, incident, role) if asked.get(each.candidate.unit_id, 0) < 2]
    fresh = [each for each in reserve if each.candidate.unit_id not in asked]
    first = (fresh or reserve)[:1]
    return [
        each
        for each in fresh or reserve
        if first and (each.ring, each.candidate.duty.on) == (first[0].ring, first[0].candidate.duty.on)
    ]


def _willing(work: UnitOfWork, incident: Incident, role: str) -> list[Suggestion]:
    """Whoever could fill such a place and has no other task, on duty before off duty, the nearest first.

    Nobody where the routes leave the choice to a person: who drops out is replaced by whom the desk names.
    """
    if plan_of(work, incident).by_hand:
        return []
    ladder = work.playbook.ladders[incident.priority]
    found = suggestions(work.session, work.playbook, incident, work.now)
    willing = [
        each
        for each in found
        if work.playbook.role_of(each.candidate.agency) == role
        and not each.candidate.load
        and (each.candidate.duty.on or ladder.off_duty)
    ]
    return sorted(willing, key=lambda each: (not each.candidate.duty.on, each.ring))


def _asked(work: UnitOfWork, incident: Incident) -> Mapping[int, int]:
    """Unit id to how often it was asked; 2 and more for whoever has answered, whom nobody asks again."""
    asked: dict[int, int] = {}
    for each in assignments(work.session, family(work.session, incident.id)):
        weight = 1 if each.status is UnitStatus.STOOD_DOWN else 2
        asked[each.unit_id] = asked.get(each.unit_id, 0) + weight
    return asked


def _alert_all(work: UnitOfWork, incident: Incident, role: str, chosen: list[Suggestion]) -> None:
    if not chosen:
        return
    units = {
        unit.id: unit
        for unit in work.session.scalars(
            select(Unit).where(Unit.id.in_([each.candidate.unit_id for each in chosen]))
        )
    }
    words = dispatch_text(work, incident, incident.summary or summary_of(work, incident))
    ring = ("", "", "lingkar 2: ", "lingkar 3: ")[chosen[0].ring]
    names = ", ".join(units[each.candidate.unit_id].name for each in chosen)
    log(work, incident, "called_out", SYSTEM, f"{ring}{names}")
    for each in chosen:
        alert(work, incident, units[each.candidate.unit_id], words, SYSTEM, role=role)
