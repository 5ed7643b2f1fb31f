"""What the desk has to do itself, the loud first: telephone somebody, look after a unit, find more people."""

from dataclasses import dataclass

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import tasks as use_cases
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.domain.tasks import LOUD, TaskKind
from hotline.models import Incident, Task, Unit
from hotline.web import acting, actor, needs

bp = Blueprint("tasks", __name__)


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task with the case and the unit that it is about."""

    task: Task
    incident: Incident | None
    unit: Unit | None

    @property
    def loud(self) -> bool:
        """Whether it rings until it is done."""
        return self.task.kind in LOUD


@bp.get("/tasks")
@needs(Act.CLAIM)
def index() -> Response:
    """All open tasks; calls that somebody owes have a screen of their own."""
    return tasks_page()


def tasks_page(status: int = 200, *, problem: str = "") -> Response:
    """The tasks as they are now."""
    with looking() as session:
        views = views_of(session, use_cases.open_tasks(session, actor()))
    return page("tasks", status, views=views, problem=problem)


def views_of(session: Session, found: list[Task]) -> list[TaskView]:
    """The tasks with what they are about."""
    mine = [task for task in found if task.kind is not TaskKind.CALL_BACK]
    if not mine:
        return []
    cases = {
        each.id: each
        for each in session.scalars(select(Incident).where(Incident.id.in_({t.incident_id for t in mine})))
    }
    units = {
        each.id: each for each in session.scalars(select(Unit).where(Unit.id.in_({t.unit_id for t in mine})))
    }
    return [TaskView(task, cases.get(task.incident_id or 0), units.get(task.unit_id or 0)) for task in mine]


@bp.post("/tasks/<int:task>/done")
@needs(Act.CLAIM)
def done(task: int) -> Response:
    """Somebody has done it."""
    with acting() as work:
        use_cases.done(work, task, actor())
    return seen("/tasks")
