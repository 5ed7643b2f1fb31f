"""Where it happens: a card for each kelurahan with its open cases and who is on duty; also for the wall."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response

from hotline.console.bands import Row, queue
from hotline.console.pages import looking, page
from hotline.console.queries import open_by_area
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
    counts: Mapping[Priority, int]
    on_duty: int
    busy: int

    @property
    def many(self) -> int:
        """How many are open, also of those that are too many to be read as rows."""
        return sum(self.counts.values())


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
        counts = open_by_area(session, actor())
        units = board(session)
    areas: list[Area | None] = [*runtime().playbook.areas.values(), None]
    views = [_view(area, rows, counts, units) for area in areas]
    shown = [view for view in views if view.area is not None or view.many]
    return page("areas", views=shown, wall=wall, total=sum(view.many for view in shown))


def _view(
    area: Area | None, rows: list[Row], counts: Mapping[str | None, Mapping[Priority, int]],
    units: list[UnitView],
) -> AreaView:  # fmt: skip
    code = area.code if area else None
    here = tuple(row for row in rows if row.incident.area_code == code)
    own = [view for view in units if view.unit.area_code == code and area is not None]
    return AreaView(
        area, here, counts.get(code, {}),
        sum(view.duty.on for view in own), sum(bool(view.tasks) for view in own),
    )  # fmt: skip
