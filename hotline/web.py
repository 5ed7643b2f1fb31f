"""What blueprints share: the runtime, who is asking, policies that deny by default, one-time forms, headers.

Every route says who may use it (`@needs`, `@signed_in` or `@public`). `guard` refuses what says nothing, and
`refuse_unguarded` keeps an application with such a route from starting at all.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Semaphore
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import IntegrityError
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from hotline import accounts
from hotline.domain.rights import Act, Actor, NotAllowedError
from hotline.models import Token
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork

View = TypeVar("View", bound=Callable[..., Any])

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
MOST_OF_A_FORM: Final = 1024 * 1024
"""Bytes of a form without files."""
MOST_STRANGERS: Final = 8
"""Forms of people who are not signed in that may come in at once; there are 64 threads."""
_STRANGERS: Final = Semaphore(MOST_STRANGERS)
_WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OUR_OWN: Final = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may use a route: everybody, whoever is signed in (no acts), or whoever may do one of `acts`."""

    acts: tuple[Act, ...] = ()
    public: bool = False

    def admits(self, by: Actor) -> bool:
        """Whether this person passes."""
        return not self.acts or any(by.may(act) for act in self.acts)


class UnguardedRouteError(Exception):
    """A route says nothing about who may use it."""


class AlreadyDoneError(Exception):
    """This form was sent before: what it asks for has been done."""


def runtime() -> Runtime:
    """The process's runtime."""
    return cast(Runtime, current_app.extensions["hotline"])


def actor() -> Actor:
    """Who is signed in; 401 where nobody is."""
    visitor = visitor_or_none()
    if visitor is None:
        abort(401)
    return visitor


def visitor_or_none() -> Actor | None:
    """Who is signed in, if anybody is."""
    found: accounts.Visit | None = g.get("visit")
    return found.actor if found else None


def needs(*acts: Act) -> Callable[[View], View]:
    """The route is for whoever may do one of `acts`; without acts, for everybody who is signed in."""
    return lambda view: _marked(view, Policy(acts))


def signed_in(view: View) -> View:
    """The route is for everybody who is signed in."""
    return _marked(view, Policy())


def public(view: View) -> View:
    """The route is for everybody."""
    return _marked(view, Policy(public=True))


def _marked(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]
    return view


def while_locked(view: View) -> View:
    """The route serves a locked browser too: it shows nothing of any case."""
    view.while_locked = True  # type: ignore[attr-defined]
    return view


def locked() -> bool:
    """Whether this browser shows nothing until its password is given again."""
    found: accounts.Visit | None = g.get("visit")
    return found is not None and found.locked


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """The route's form brings files, of up to so many bytes together."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def bound_body() -> None:
    """Nobody fills the disk with a form: 413 for more than its route takes, before a byte is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "most_bytes", MOST_OF_A_FORM)


def admit_stranger() -> None:
    """Whoever is not signed in holds a thread while his form comes in, and may send it a byte a minute: 503
    for more of them at once than the desk and the carrier's callbacks can spare. After `guard`.
    """
    if request.method not in _WRITING or visitor_or_none() is not None:
        return
    if not _STRANGERS.acquire(blocking=False):
        abort(503)
    g.stranger = True


def part_with_stranger(_error: BaseException | None = None) -> None:
    """After each request: his place is free again."""
    if g.pop("stranger", False):
        _STRANGERS.release()


def policy_of(view: Callable[..., Any] | None) -> Policy | None:
    """What a view says about who may use it."""
    return getattr(view, "policy", None)


class RowNumber(IntegerConverter):
    """A row's number in an address: with more digits than these no database has one, and none is asked."""

    regex = r"[0-9]{1,18}"


def refuse_unguarded(app: Flask, blueprints: Iterable[str]) -> None:
    """Raises UnguardedRouteError if a route of one of these blueprints has no policy."""
    names = set(blueprints)
    for rule in app.url_map.iter_rules():
        ours = rule.endpoint.rpartition(".")[0] in names
        if ours and policy_of(app.view_functions[rule.endpoint]) is None:
            raise UnguardedRouteError(f"{rule.rule} ({rule.endpoint}) has no policy")


def guard() -> AnyResponse | None:
    """Before each request of the desk: knows the visitor, and lets pass whom the route's policy admits."""
    _find_visitor()
    view = current_app.view_functions.get(request.endpoint or "")
    policy = policy_of(view)
    if policy is None:
        abort(404)
    if policy.public:
        return None
    if locked() and not getattr(view, "while_locked", False):
        return _to_unlock()
    visitor = visitor_or_none()
    if visitor is None:
        return _to_sign_in()
    if not policy.admits(visitor):
        raise NotAllowedError(policy.acts[0])
    return None


def _find_visitor() -> None:
    """Looks the cookie up once a request, and writes its use down at most once a minute."""
    token = request.cookies.get(cookie_name())
    if not token:
        return
    parts, now = runtime(), runtime().clock.now()
    with parts.asking() as connection:
        g.visit = accounts.visit(connection, token, now)
    if g.visit is None or not counts_as_use() or now - g.visit.seen_at < accounts.SEEN_EVERY:
        return
    with parts.work() as work:
        accounts.mark_seen(work, token)


def counts_as_use() -> bool:
    """Whether a person did this: a screen that refreshes itself keeps nobody signed in."""
    return request.headers.get("X-Background") != "1"


def _to_sign_in() -> AnyResponse:
    """The sign-in page, which leads back here; scripts get a bare 401, so that nothing typed is torn away."""
    if request.headers.get("HX-Request") or request.method != "GET" or not counts_as_use():
        abort(401)
    return redirect(f"/login?next={quote(request.full_path.rstrip('?'))}", 303)


def _to_unlock() -> AnyResponse:
    """As `_to_sign_in`, for somebody who is signed in and went away."""
    if request.headers.get("HX-Request") or request.method != "GET" or not counts_as_use():
        abort(423)
    return redirect(f"/locked?next={quote(request.full_path.rstrip('?'))}", 303)


def cookie_name() -> str:
    """The session cookie: bound to this host and to TLS in production, plain in a demo over http."""
    return "__Host-sid" if runtime().settings.production else "sid"


def remember(response: AnyResponse, name: str, value: str, *, days: int | None = None) -> None:
    """Sets a cookie that scripts can't read."""
    response.set_cookie(
        name, value, max_age=None if days is None else days * 86_400, path="/", httponly=True, samesite="Lax",
        secure=runtime().settings.production,
    )  # fmt: skip


def local_path(wanted: str | None) -> str:
    """`wanted` if it is a path of our own, else the first page: no link can lead elsewhere through us."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(wanted)
    clean = not parts.scheme and not parts.netloc and all(char.isprintable() for char in wanted)
    return wanted if clean and "\\" not in wanted else "/"


def one_time_token() -> str:
    """A fresh token for one form."""
    return secrets.token_urlsafe(16)


def use_once(work: UnitOfWork, token: str) -> None:
    """Spends a form's token in the act's own transaction. Raises AlreadyDoneError if it was; 400 without."""
    if not (16 <= len(token) <= 64 and token.isprintable()):
        abort(400)
    if work.session.get(Token, token) is not None:
        raise AlreadyDoneError(token)
    work.session.add(Token(token=token, used_at=work.now))
    try:
        work.session.flush()
    except IntegrityError as error:  # the other click was a moment earlier
        raise AlreadyDoneError(token) from error


@contextmanager
def acting() -> Iterator[UnitOfWork]:
    """The transaction of one submitted form, which acts once however often it is sent."""
    with runtime().work() as work:
        use_once(work, request.form.get("token", ""))
        yield work
    runtime().snapshots.forget()


def refuse_foreign_posts() -> None:
    """A browser says where a request comes from: what another site wrote is refused, whatever its token."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method in _WRITING and site is not None and site not in _OUR_OWN:
        abort(403)


def protect(app: Flask) -> CSRFProtect:
    """Tokens against forged posts, checked where `guard` is: a carrier's callback brings none.

    No Referer is checked: our own policy keeps browsers from sending one.
    """
    production = app.extensions["hotline"].settings.production
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SESSION_COOKIE_NAME="__Host-form" if production else "form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=production,
    )
    return CSRFProtect(app)


def add_headers(response: Response) -> Response:
    """After each request: what browsers must not do with our pages; in earnest, never over plain http."""
    if runtime().settings.production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
