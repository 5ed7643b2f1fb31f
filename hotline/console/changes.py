"""Whether anything happened since a page was drawn: asked every two seconds, at one query and no body."""

from flask import Blueprint, g, make_response, render_template, request
from werkzeug.wrappers import Response

from hotline import heartbeat
from hotline.console import queries
from hotline.console.pages import looking
from hotline.domain.rights import Act
from hotline.web import actor, needs, runtime, signed_in

bp = Blueprint("changes", __name__)


@bp.get("/changes")
@signed_in
def changes() -> Response:
    """204 while nothing is new; else the new mark, with which the page asks for its fragments again.

    Being asked is the desk's heartbeat, written down now and then.
    """
    with runtime().reading() as session:
        present = queries.mark(session, runtime().clock.now())
    _beat()
    return make_response(("", 204) if present == request.args.get("since") else (present, 200))


def _beat() -> None:
    by, written = actor(), g.visit.beat_at
    if by.id is None or not by.may(Act.VERIFY) or not heartbeat.is_stale(written, runtime().clock.now()):
        return
    with runtime().work() as work:
        heartbeat.beat(work, by.id)


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
