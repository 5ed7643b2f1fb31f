"""A page and its fragment from one route: `x.html` around `_x.html`, chosen by who asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, g, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from hotline.console import queries
from hotline.incidents import remember_families
from hotline.web import runtime, visitor_or_none


def wants_fragment() -> bool:
    """Whether a script will put the answer into a page that is already there."""
    return request.headers.get("HX-Request") == "true"


@contextmanager
def looking() -> Iterator[Session]:
    """A session to read with. The mark is read first, so that no change after it can be missed."""
    now = runtime().clock.now()
    with runtime().reading() as session:
        remember_families(session)
        if not wants_fragment():
            g.mark = queries.mark(session, now)
            g.badges = queries.badges(session, now, visitor_or_none())
        yield session


def page(name: str, status: int = 200, **context: object) -> Response:
    """The page `name`, or only its fragment."""
    template = f"_{name}.html" if wants_fragment() else f"{name}.html"
    response = make_response(render_template(template, now=runtime().clock.now(), **context), status)
    response.headers.add("Vary", "HX-Request")
    return response


def seen(path: str) -> AnyResponse:
    """After an act: the page at `path`, fetched anew, so that reloading repeats nothing."""
    return redirect(path, 303)


def led_to(path: str) -> AnyResponse:
    """After an act that leaves its page: the whole of another one, also where a script asked."""
    if not wants_fragment():
        return seen(path)
    answer = make_response("", 200)
    answer.headers["HX-Redirect"] = path
    return answer
