"""Where it happens: a card for each kelurahan with its open cases and who is on duty; also for the wall."""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response

from hotline.console.bands import Row, queue
from hotline.console.pages import looking, page
from hotline.console.units import UnitView, board
from hotline.domain.playbook import Area, Priority
from hotline.domain.rights import Act
from hotline.web import actor, needs, runtime

bp = Blueprint("areas", __name__)


@dataclass(frozen=True, slots=True)
class AreaView:
    """One kelurahan (None: not known yet) with its open cases, the most urgent first, and its units."""

    area: Area | None
    rows: tuple[Row, ...]
    counts: dict[Priority, int]
    on_duty: int
    busy: int


@bp.get("/areas")
@needs(Act.SEE_QUEUE)
def index() -> Response:
    """The board as a screen of the desk."""
    return _page(wall=False)


@bp.get("/wall")
@needs(Act.SEE_QUEUE)
def wall() -> Response:
    """The same for a screen on the wall: large, and nothing to press."""
    return _page(wall=True)


def _page(*, wall: bool) -> Response:
    with looking() as session:
        rows = queue(session, actor(), runtime().clock.now())
        units = board(session)
    areas: list[Area | None] = [*runtime().playbook.areas.values(), None]
    views = [_view(area, rows, units) for area in areas]
    shown = [view for view in views if view.area is not None or view.rows]
    return page("areas", views=shown, wall=wall, total=len(rows))


def _view(area: Area | None, rows: list[Row], units: list[UnitView]) -> AreaView:
    code = area.code if area else None
    here = tuple(row for row in rows if row.incident.area_code == code)
    own = [view for view in units if view.unit.area_code == code and area is not None]
    return AreaView(
        area, here, dict(Counter(row.incident.priority for row in here)),
        sum(view.duty.on for view in own), sum(bool(view.tasks) for view in own),
    )  # fmt: skip
