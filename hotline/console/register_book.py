"""The daily register (buku) to print: what the desk has on paper when the power is out (SOP step 2)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline.console import queries
from hotline.console.days import read_day
from hotline.console.language import local
from hotline.console.pages import looking, page
from hotline.domain.rights import Act
from hotline.evaluation.period import Period
from hotline.models import Assignment, Incident, Unit
from hotline.web import actor, needs, runtime

bp = Blueprint("register_book", __name__)

BLANK_LINES = 10
"""Left for the hand of whoever has no screen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case as it stands in the book: no caller's name or number."""

    incident: Incident
    units: tuple[str, ...]
    into: str
    """The number of the case that it was merged into."""


@bp.get("/register")
@needs(Act.SEE_QUEUE)
def index() -> Response:
    """The cases of one day, today's where none is named."""
    day = _day()
    zone = runtime().playbook.programme.zone
    whole = Period(day, day, zone)
    with looking() as session:
        lines = _lines(session, whole)
        all_of_them = queries.count(session, Incident, _during(whole))
    return page(
        "register", day=day, lines=lines, hidden=all_of_them - len(lines), blank=BLANK_LINES,
        before=day.fromordinal(day.toordinal() - 1), after=day.fromordinal(day.toordinal() + 1),
    )  # fmt: skip


def _day() -> date:
    wanted = request.args.get("day", "")
    if not wanted:
        return local(runtime().clock.now()).date()
    try:
        return read_day(wanted)
    except ValueError as error:
        raise NotFound from error


def _during(day: Period) -> ColumnElement[bool]:
    return and_(Incident.received_at >= day.start, Incident.received_at < day.end)


def _lines(session: Session, day: Period) -> list[Line]:
    query = select(Incident).where(_during(day), queries.visible_to(actor()))
    found = list(session.scalars(query.order_by(Incident.received_at, Incident.id)))
    sent = (
        select(Assignment.incident_id, Unit.name)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.incident_id.in_([each.id for each in found]))
        .order_by(Assignment.id)
    )
    units: dict[int, list[str]] = defaultdict(list)
    for incident_id, name in session.execute(sent):
        units[incident_id].append(name)
    roots = {each.merged_into_id for each in found if each.merged_into_id is not None}
    numbers = select(Incident.id, Incident.number).where(Incident.id.in_(roots))
    into = {row.id: row.number or "" for row in session.execute(numbers)}
    return [
        Line(each, tuple(dict.fromkeys(units[each.id])), into.get(each.merged_into_id or 0, ""))
        for each in found
    ]
