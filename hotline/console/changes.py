"""Whether anything happened since a page was drawn: asked every second, at one query for all and no body."""

from flask import Blueprint, g, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from hotline import heartbeat, presence
from hotline.console import forms
from hotline.console.pages import badges, snapshot
from hotline.domain.rights import Act
from hotline.web import actor, cookie_name, locked, needs, runtime, signed_in, while_locked

bp = Blueprint("changes", __name__)


@bp.get("/changes")
@signed_in
@while_locked
def changes() -> Response:
    """204 while nothing is new; else the new mark, with which the page asks for its fragments again.

    Being asked is the desk's heartbeat, written down now and then; `at` is the incident that is open in the
    window in which somebody works, 0 where there is none. `X-Locked` says that the screen must show nothing.
    With `form`, `X-Form` is the token that forms carry: a new one for whoever signed in again elsewhere.
    """
    present = snapshot().mark
    at = request.args.get("at", "")
    _beat(int(at) if at.isascii() and at.isdigit() and len(at) <= forms.LONGEST_ROW else None)
    answer = make_response(("", 204) if present == request.args.get("since") else (present, 200))
    answer.headers["X-Locked"] = "1" if locked() else "0"
    if "form" in request.args:
        answer.headers["X-Form"] = generate_csrf()
    return answer


def _beat(at: int | None) -> None:
    by, visit = actor(), g.visit
    moved = at is not None and not visit.locked and (visit.looking_at or 0) != at
    stale = heartbeat.is_stale(visit.beat_at, runtime().clock.now())
    if by.id is None or not by.may(Act.VERIFY) or not (stale or moved):
        return
    with runtime().work() as work:
        heartbeat.beat(work, by.id)
        if at is not None and not visit.locked:
            presence.look_at(work, request.cookies[cookie_name()], at, by)


@bp.get("/strip")
@needs()
@while_locked
def strip() -> Response:
    """The figures in the head of the page."""
    return make_response(render_template("_strip.html", badges=badges(), visitor=actor()))


@bp.post("/here")
@signed_in
def here() -> Response:
    """Somebody touched keyboard, mouse or screen: the guard has written it down."""
    return make_response("", 204)
