"""The sheet between two shifts: open cases, what the desk owes, silent units, legs nobody took, and notes."""

from dataclasses import dataclass

from flask import Blueprint, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from hotline import changing_shifts
from hotline import tasks as use_cases
from hotline.console import queries
from hotline.console.bands import Row, queue
from hotline.console.pages import looking, page, seen
from hotline.console.tasks import TaskView, views_of
from hotline.domain.handoff import RED, LegState
from hotline.domain.lifecycle import Disposition, UnitStatus
from hotline.domain.rights import Act
from hotline.incidents import may_see
from hotline.models import Assignment, Incident, Leg, Operator
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("handover", __name__)
SHOWN = 5
_IS_ANOTHERS = Incident.disposition == Disposition.OUT_OF_AREA
"""Closed here, and not dropped: a partner must have taken it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the next shift finds."""

    rows: tuple[Row, ...]
    tasks: tuple[TaskView, ...]
    silent: tuple[Assignment, ...]
    """Alerted, and not answered yet."""
    legs: tuple[tuple[Leg, Incident], ...]
    """Offered to a partner, or back from him."""


@bp.get("/handover")
@needs(Act.CLAIM)
def index() -> Response:
    """What is open now, and what was handed over last."""
    return handover_page()


def handover_page(status: int = 200, *, problem: str = "") -> Response:
    """The sheet as it is now."""
    with looking() as session:
        given = changing_shifts.newest(session, SHOWN)
        names = {each.id: each.name for each in session.scalars(select(Operator))}
        cases = {row.id: _visible(session, row.cases.split()) for row in given}
        sheet = _sheet(session)
    return page("handover", status, sheet=sheet, given=given, cases=cases, names=names, problem=problem)


def _visible(session: Session, numbers: list[str]) -> list[str]:
    """Of these the numbers that are not hidden from whoever looks."""
    query = select(Incident.number).where(Incident.number.in_(numbers), queries.visible_to(actor()))
    known = set(session.scalars(query))
    return [number for number in numbers if number in known]


def _sheet(session: Session) -> Sheet:
    rows = queue(session, actor(), runtime().clock.now())
    silent = (
        select(Assignment)
        .where(Assignment.status == UnitStatus.ALERTED)
        .options(joinedload(Assignment.unit), joinedload(Assignment.incident))
        .order_by(Assignment.id)
    )
    legs = (
        select(Leg, Incident)
        .join(Incident, Incident.id == Leg.incident_id)
        .where(Leg.state.in_([LegState.OFFERED, *RED]), or_(Incident.disposition.is_(None), _IS_ANOTHERS))
        .order_by(Leg.id)
    )
    return Sheet(
        rows=tuple(rows),
        tasks=tuple(views_of(session, use_cases.open_tasks(session, actor()))),
        silent=tuple(each for each in session.scalars(silent) if may_see(actor(), each.incident)),
        legs=tuple((leg, case) for leg, case in session.execute(legs) if may_see(actor(), case)),
    )


@bp.post("/handover")
@needs(Act.CLAIM)
def give() -> Response:
    """This shift ends: the note for the next one."""
    with acting() as work:
        changing_shifts.hand_over(work, request.form.get("note", ""), actor())
    return seen("/handover")


@bp.post("/handover/<int:given>/take")
@needs(Act.CLAIM)
def take(given: int) -> Response:
    """The next shift has read it."""
    with acting() as work:
        changing_shifts.take_over(work, given, actor())
    return seen("/handover")
