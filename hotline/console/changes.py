"""Whether anything happened since a page was drawn: asked every two seconds, at one query and no body."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from hotline.console import queries
from hotline.console.pages import looking
from hotline.web import actor, needs, runtime, signed_in

bp = Blueprint("changes", __name__)


@bp.get("/changes")
@signed_in
def changes() -> Response:
    """204 while nothing is new; else the new mark, with which the page asks for its fragments again."""
    with runtime().reading() as session:
        present = queries.mark(session, runtime().clock.now())
    return make_response(("", 204) if present == request.args.get("since") else (present, 200))


@bp.get("/strip")
@needs()
def strip() -> Response:
    """The figures in the head of the page."""
    with looking() as session:
        found = queries.badges(session)
    return make_response(render_template("_strip.html", badges=found, visitor=actor()))


@bp.post("/here")
@signed_in
def here() -> Response:
    """Somebody touched keyboard, mouse or screen: the guard has written it down."""
    return make_response("", 204)
