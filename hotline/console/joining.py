"""Calls out of a case: the operator or a unit is joined to the reporter, a task is read to a unit."""

from flask import Blueprint
from werkzeug.wrappers import Response

from hotline import bridging
from hotline.console.case import id_of, path_of
from hotline.console.pages import seen
from hotline.dispatch import find_assignment
from hotline.domain.rights import Act
from hotline.incidents import NoSuchIncidentError, family
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs

bp = Blueprint("joining", __name__)


@bp.post("/incidents/<number>/call")
@needs(Act.ANSWER_CALLS)
def reporter(number: str) -> Response:
    """Rings the operator's telephone, then the reporter's."""
    with acting() as work:
        bridging.join_operator(work, id_of(work, number, actor()), actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/assignments/<int:assignment>/join")
@needs(Act.DISPATCH)
def unit(number: str, assignment: int) -> Response:
    """Rings the unit, then the reporter."""
    with acting() as work:
        _must_belong(work, number, assignment)
        bridging.join_unit(work, assignment, actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/assignments/<int:assignment>/read")
@needs(Act.DISPATCH)
def read(number: str, assignment: int) -> Response:
    """Rings the unit and reads the task to it."""
    with acting() as work:
        _must_belong(work, number, assignment)
        bridging.read_to_unit(work, assignment, actor())
    return seen(path_of(number))


def _must_belong(work: UnitOfWork, number: str, assignment: int) -> None:
    """An assignment is reached through its own case, or through the one that its case was merged into."""
    found = find_assignment(work, assignment)
    if found.incident_id not in family(work.session, id_of(work, number, actor())):
        raise NoSuchIncidentError(f"assignment {assignment}")
