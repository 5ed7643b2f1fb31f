"""Who there is, who is on duty, and who should go."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.asked_once import once
from hotline.domain.callout import Role
from hotline.domain.coverage import Change, changed
from hotline.domain.duty import Duty, Stretch, duty
from hotline.domain.lifecycle import ACTIVE
from hotline.domain.plans import plan_for
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Actor
from hotline.domain.routing import Candidate, Suggestion, suggest
from hotline.incidents import signs_of
from hotline.models import Assignment, DutyChange, Incident, Shift, Unit


def unit_by_number(session: Session, number: str) -> Unit | None:
    """The unit with this telephone, if there is an active one."""
    return session.scalars(select(Unit).where(Unit.number == number, Unit.active)).one_or_none()


def actor_of(unit: Unit) -> Actor:
    """The unit as somebody who does something."""
    return Actor("unit", unit.id, unit.name)


def duties(session: Session, playbook: Playbook, now: datetime) -> dict[int, Duty]:
    """Unit id to whether it is on duty at `now`."""
    return once(session, "duties", lambda: _duties(session, playbook, now), of_all=True)


def _duties(session: Session, playbook: Playbook, now: datetime) -> dict[int, Duty]:
    local = now.astimezone(playbook.programme.zone)
    rota = rotas(session)
    changes = changes_at(session, now, now)
    return {
        unit.id: duty(unit.on_duty, unit.on_duty_until, rota[unit.id], local, changed(changes[unit.id], now))
        for unit in active_units(session)
    }


def active_units(session: Session) -> Sequence[Unit]:
    """Everybody who could be sent, on duty or not."""
    query = select(Unit).where(Unit.active)
    return once(session, "units", lambda: session.scalars(query).all(), of_all=True)


def rotas(session: Session) -> dict[int, list[Stretch]]:
    """Unit id to its weekly rota."""
    rota: dict[int, list[Stretch]] = defaultdict(list)
    columns = (Shift.unit_id, Shift.weekday, Shift.starts, Shift.ends, Shift.off)
    for unit_id, weekday, starts, ends, off in session.execute(select(*columns).order_by(Shift.id)):
        rota[unit_id].append(Stretch(weekday, starts, ends, off))
    return rota


def changes_at(session: Session, begin: datetime, end: datetime) -> dict[int, list[Change]]:
    """Unit id to what differs from its rota between these moments, the latest decision last."""
    found: dict[int, list[Change]] = defaultdict(list)
    query = select(DutyChange).where(DutyChange.starts_at <= end, DutyChange.ends_at > begin)
    for row in session.scalars(query.order_by(DutyChange.id)):
        found[row.unit_id].append(Change(row.starts_at, row.ends_at, row.on_duty))
    return found


def loads(session: Session) -> dict[int, int]:
    """Unit id to how many open assignments it has."""
    # Counted here: asked to group, SQLite goes through all that there ever was in the order of the units.
    query = select(Assignment.unit_id).where(Assignment.status.in_(ACTIVE))
    return once(session, "loads", lambda: Counter(session.scalars(query)), of_all=True)


def suggestions(
    session: Session,
    playbook: Playbook,
    incident: Incident,
    now: datetime,
    still: Mapping[str, int] | None = None,
) -> list[Suggestion]:
    """The units that routing puts forward for this incident, best first.

    `still` is how many of each role are still wanted, once somebody was sent; None: what the routes say.
    """
    on_duty, load = duties(session, playbook, now), loads(session)
    candidates = [
        Candidate(unit.id, unit.agency, unit.area_code, unit.rt, on_duty[unit.id], load.get(unit.id, 0))
        for unit in active_units(session)
    ]
    area = playbook.areas[incident.area_code] if incident.area_code else None
    kind = playbook.types[incident.type_code]
    local = now.astimezone(playbook.programme.zone)
    signs = signs_of(session, incident)
    plan = plan_for(kind, incident.priority, incident.area_code, local, playbook.routes, signs=signs)
    kind = replace(kind, leads=plan.leads, supports=plan.supports)
    wanted = {} if plan.by_hand else still if still is not None else plan.needs or None
    quota = None if wanted is None else {_role(playbook, code): count for code, count in wanted.items()}
    return suggest(kind, incident.priority, area, incident.rt, candidates, dict(playbook.agencies), quota)


def _role(playbook: Playbook, code: str) -> Role:
    """An agency that stands under no role is a role of its own."""
    return playbook.roles.get(code) or Role(code, code, (code,))


def report_for_duty(unit: Unit, *, on: bool) -> None:
    """The unit says that it is on duty, or off; its word holds until it says otherwise."""
    unit.on_duty = on
    unit.on_duty_until = None


def open_assignments(session: Session, unit: Unit) -> list[Assignment]:
    """What the unit still has to do, oldest first."""
    query = (
        select(Assignment)
        .where(Assignment.unit_id == unit.id, Assignment.status.in_(ACTIVE))
        .order_by(Assignment.id)
    )
    return list(session.scalars(query))


def duty_officer(session: Session, playbook: Playbook, now: datetime) -> Unit | None:
    """The unit on duty of the first of the programme's officer agencies that has one."""
    on_duty = duties(session, playbook, now)
    officers = playbook.desk.officers
    query = select(Unit).where(Unit.active, Unit.agency.in_(officers)).order_by(Unit.id)
    ready = [unit for unit in session.scalars(query) if on_duty[unit.id].on]
    return min(ready, key=lambda unit: officers.index(unit.agency), default=None)
