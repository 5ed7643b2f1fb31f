"""A page and its fragment from one route: `x.html` around `_x.html`, chosen by who asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, g, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from hotline.asked_once import remember
from hotline.console import queries
from hotline.domain.rights import Act
from hotline.snapshots import Snapshot
from hotline.web import runtime, visitor_or_none


def wants_fragment() -> bool:
    """Whether a script will put the answer into a page that is already there."""
    return request.headers.get("HX-Request") == "true"


@contextmanager
def looking() -> Iterator[Session]:
    """A session to read with. The mark is read first, so that no change after it can be missed."""
    if not wants_fragment():
        g.mark, g.badges = snapshot().mark, badges()
    with runtime().reading() as session:
        remember(session, snapshot().once("asked of all", dict))
        yield session


def snapshot() -> Snapshot:
    """Where the desk stands, the same for the whole of this request."""
    if "snapshot" not in g:
        g.snapshot = runtime().snapshots.take(runtime().clock.now(), _mark)
    found: Snapshot = g.snapshot
    return found


def _mark() -> str:
    with runtime().asking() as connection:
        return queries.mark(connection, runtime().clock.now())


def badges() -> queries.Badges:
    """The figures in the head, the same for all who see the same cases."""
    by = visitor_or_none()

    def read() -> queries.Badges:
        with runtime().asking() as connection:
            return queries.badges(connection, runtime().clock.now(), by)

    return snapshot().once(("badges", by is not None and by.may(Act.SEE_CONFIDENTIAL)), read)


def page(name: str, status: int = 200, **context: object) -> Response:
    """The page `name`, or only its fragment."""
    template = f"_{name}.html" if wants_fragment() else f"{name}.html"
    return drawn(render_template(template, now=runtime().clock.now(), **context), status)


def drawn(words: str, status: int = 200) -> Response:
    """A page or its fragment, as it was asked for."""
    response = make_response(words, status)
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
