"""The units: who is on duty and how we know, what each is at, when it was last heard of."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline import roster
from hotline.console.pages import looking, page, seen
from hotline.domain.duty import Duty
from hotline.domain.lifecycle import ACTIVE, UnitStatus
from hotline.domain.playbook import Area
from hotline.domain.rights import Act
from hotline.incidents import may_see
from hotline.models import Assignment, Audit, Incident, Unit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("units", __name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One open assignment; the number is empty where the case is not for this reader."""

    status: UnitStatus
    since: datetime
    number: str


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit on the board."""

    unit: Unit
    duty: Duty
    tasks: tuple[Task, ...]


@bp.get("/units")
@needs(Act.SEE_QUEUE, Act.MANAGE_UNITS)
def index() -> Response:
    """All active units under their kelurahan; those who serve the whole city first."""
    return units_page()


def units_page(status: int = 200, *, problem: str = "") -> Response:
    """The board as it is now."""
    with looking() as session:
        found = board(session)
        retired = list(session.scalars(select(Unit).where(Unit.active.is_(False)).order_by(Unit.name)))
    areas: list[Area | None] = [None, *runtime().playbook.areas.values()]
    groups = [(area, _of(found, area)) for area in areas]
    shown = [group for group in groups if group[1]]
    return page("units", status, groups=shown, problem=problem, total=len(found), retired=retired)


def _of(found: list[UnitView], area: Area | None) -> list[UnitView]:
    return [view for view in found if view.unit.area_code == (area.code if area else None)]


def board(session: Session) -> list[UnitView]:
    """All active units with their duty and their open assignments."""
    parts = runtime()
    on_duty = roster.duties(session, parts.playbook, parts.clock.now())
    tasks = _tasks(session)
    units = session.scalars(select(Unit).where(Unit.active).order_by(Unit.agency, Unit.name))
    return [UnitView(unit, on_duty[unit.id], tuple(tasks.get(unit.id, ()))) for unit in units]


def _tasks(session: Session) -> dict[int, list[Task]]:
    query = (
        select(Assignment, Incident)
        .join(Incident, Incident.id == Assignment.incident_id)
        .where(Assignment.status.in_(ACTIVE))
        .order_by(Assignment.id)
    )
    tasks: dict[int, list[Task]] = {}
    for assignment, incident in session.execute(query):
        number = (incident.number or "") if actor().may(Act.SEE_QUEUE) and may_see(actor(), incident) else ""
        task = Task(assignment.status, _since(assignment), number)
        tasks.setdefault(assignment.unit_id, []).append(task)
    return tasks


def _since(assignment: Assignment) -> datetime:
    """When it reached the status that it has."""
    reached = {
        UnitStatus.ACCEPTED: assignment.accepted_at, UnitStatus.EN_ROUTE: assignment.en_route_at,
        UnitStatus.ON_SCENE: assignment.on_scene_at,
    }  # fmt: skip
    return reached.get(assignment.status) or assignment.alerted_at


@bp.post("/units/<int:unit>/duty")
@needs(Act.SET_UNIT_STATUS, Act.MANAGE_UNITS)
def duty(unit: int) -> Response:
    """The desk notes that somebody is on duty, or is not."""
    on = request.form.get("duty") == "on"
    with acting() as work:
        found = work.session.get(Unit, unit)
        if found is None:
            raise NotFound
        roster.report_for_duty(found, on=on)
        act = "duty_on" if on else "duty_off"
        work.session.add(Audit(at=work.now, operator_id=actor().id, act=act, subject=f"unit {unit}"))
    return seen("/units")
