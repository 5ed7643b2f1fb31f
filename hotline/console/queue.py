"""The queue: everything open, in three bands, the most urgent first."""

from flask import Blueprint
from werkzeug.wrappers import Response

from hotline.console import queries
from hotline.console.clocks import running_clock
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.web import actor, needs, runtime

bp = Blueprint("queue", __name__)


@bp.get("/")
@needs(Act.SEE_QUEUE, Act.MANAGE_UNITS)
def index() -> Response:
    """The first page: the queue, or the units for those who don't work with incidents."""
    if not actor().may(Act.SEE_QUEUE):
        return seen("/units")
    with looking() as session:
        rows = queries.queue(session, actor(), runtime().clock.now())
    return page("queue", rows=rows)


def bands(rows: list[queries.Row]) -> list[tuple[queries.Band, list[queries.Row]]]:
    """The rows under their bands, in the order of the screen."""
    return [(band, [row for row in rows if row.band is band]) for band in queries.Band]


def clock_of(row: queries.Row) -> object:
    """The running clock of a row."""
    return running_clock(row.incident, runtime().playbook.targets[row.incident.priority])
