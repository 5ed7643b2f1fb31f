"""The case: one incident from the first word to the last."""

from collections.abc import Mapping

from flask import Blueprint, request
from werkzeug.wrappers import Response

from hotline.console.case_view import find_case, read_case
from hotline.console.pages import looking, page, seen, wants_fragment
from hotline.console.queue import board
from hotline.domain.rights import Act, Actor
from hotline.incidents import NoSuchIncidentError, find, may_see
from hotline.unit_of_work import UnitOfWork
from hotline.web import actor, needs, runtime

bp = Blueprint("case", __name__)


def path_of(number: str | None) -> str:
    """Where a case is shown."""
    return f"/incidents/{number}"


@bp.get("/incidents/<number>")
@needs(Act.SEE_QUEUE)
def show(number: str) -> Response:
    """The case; one that was merged is shown where it went."""
    return case_page(number)


def case_page(
    number: str, status: int = 200, *, problem: str = "", typed: Mapping[str, str] | None = None
) -> Response:
    """The case as it is now, with a problem in words and what was typed where an act did not succeed."""
    by = actor()
    with looking() as session:
        incident = find_case(session, number, by)
        if incident.number != number:
            return seen(path_of(incident.number))
        case = read_case(runtime(), session, incident, by, (typed or {}).get("summary"))
    beside = "" if wants_fragment() else board(at=number)
    return page("case", status, case=case, board=beside, problem=problem, typed=typed or {})


def typed_form() -> dict[str, str]:
    """What was typed, to be shown again."""
    hidden = ("csrf_token", "token", "stamp")
    return {name: value for name, value in request.form.items() if name not in hidden}


def id_of(work: UnitOfWork, number: str, by: Actor) -> int:
    """The row behind a number for an act; NoSuchIncidentError as for the page."""
    found = find(work.session, number)
    if found is None or not may_see(by, found):
        raise NoSuchIncidentError(number)
    return found.id
