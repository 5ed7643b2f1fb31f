"""Communication tests: who was reached, who answered how fast, whose number is dead."""

from flask import Blueprint, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from hotline import drilling
from hotline.console import forms
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.models import Drill, Unit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("drills", __name__)
SHOWN = 10


@bp.get("/drills")
@needs(Act.SEE_QUEUE, Act.MANAGE_UNITS)
def index() -> Response:
    """The last tests with their outcomes."""
    return drills_page()


def drills_page(status: int = 200, *, problem: str = "") -> Response:
    """The tests as they are now."""
    with looking() as session:
        drills = session.scalars(select(Drill).order_by(Drill.id.desc()).limit(SHOWN))
        found = [drilling.outcome(session, drill) for drill in drills]
    return page("drills", status, outcomes=found, problem=problem)


@bp.post("/drills")
@needs(Act.MANAGE_UNITS)
def start() -> Response:
    """Texts all units, or those of one kelurahan or one agency."""
    playbook = runtime().playbook
    area, agency = forms.choice("area", playbook.areas), forms.choice("agency", playbook.agencies)
    query = select(Unit).where(Unit.active).order_by(Unit.id)
    if area:
        query = query.where(Unit.area_code == area)
    if agency:
        query = query.where(Unit.agency == agency)
    with acting() as work:
        units = list(work.session.scalars(query))
        drilling.start(work, units, request.form.get("note", "").strip(), actor())
    return seen("/drills")
