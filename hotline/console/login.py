"""Sign in, sign out, and what a person sets for the own browser: language, look, shortcuts."""

from datetime import timedelta
from typing import Final, TypedDict

import segno
from flask import Blueprint, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import accounts
from hotline import sign_in as entrance
from hotline.console import known_browsers, language
from hotline.console.pages import page, seen
from hotline.models import Operator
from hotline.web import cookie_name, local_path, public, remember, runtime, visitor_or_none

bp = Blueprint("login", __name__)

PENDING_FOR: Final = timedelta(minutes=5)
"""How long a right password waits for its code."""
THEMES: Final = ("auto", "light", "dark")
_YEAR: Final = 365


class Pending(TypedDict):
    """Somebody whose password was right and whose code is awaited, in the browser's signed cookie."""

    id: int
    until: float
    secret: str
    username: str


@bp.get("/login")
@public
def form() -> Response:
    """The door. Whoever is inside already is led on."""
    if visitor_or_none() is not None:
        return seen(local_path(request.args.get("next")))
    session.pop("pending", None)
    return page("login", step="password", next=local_path(request.args.get("next")), problem="")


@bp.post("/login")
@public
def enter() -> Response:
    """Name and password, then the code: together or one after the other."""
    code = request.form.get("code", "").strip()
    pending, here = _pending(), known_browsers.seen_here()
    with runtime().work() as work:
        if "username" in request.form or pending is None:
            name, password = request.form.get("username", ""), request.form.get("password", "")
            demanded = runtime().settings.production
            outcome = entrance.sign_in(
                work, name[:60], password[:200], code, second_factor=demanded, seen_here=here
            )
        elif pending["secret"]:
            outcome = entrance.enrol(work, pending["id"], pending["secret"], code, here)
        else:
            outcome = entrance.confirm(work, pending["id"], code, here)
    return _answer(outcome, pending)


def _pending() -> Pending | None:
    """Whose password was right a moment ago, in this browser."""
    found: Pending | None = session.get("pending")
    if found is None or found["until"] < runtime().clock.now().timestamp():
        return None
    return found


def _answer(outcome: entrance.Outcome, pending: Pending | None) -> Response:
    match outcome:
        case entrance.SignedIn():
            return _inside(outcome)
        case entrance.CodeNeeded(operator_id):
            _wait_for_code(operator_id, "", "")
            return _ask("code")
        case entrance.EnrolmentNeeded(operator_id, username):
            _wait_for_code(operator_id, entrance.new_secret(), username)
            return _ask("enrol")
        case entrance.WrongCredentials() | entrance.SlowDown():
            # One answer for all: neither a name nor a delay tells a stranger that the account exists.
            step = "password" if pending is None or "username" in request.form else "code"
            return _ask("enrol" if step == "code" and pending and pending["secret"] else step, refused=True)


def _wait_for_code(operator_id: int, secret: str, username: str) -> None:
    until = (runtime().clock.now() + PENDING_FOR).timestamp()
    session["pending"] = Pending(id=operator_id, until=until, secret=secret, username=username)


def _ask(step: str, *, refused: bool = False) -> Response:
    problem = _("Tidak cocok. Periksa lagi; setelah beberapa kali salah, tunggu sebentar.") if refused else ""
    pending = session.get("pending") or {}
    secret = pending.get("secret", "") if step == "enrol" else ""
    return page(
        "login", 401 if refused else 200, step=step, problem=problem, secret=secret,
        qr=_qr(secret, pending.get("username", "")) if secret else "",
        next=local_path(request.form.get("next")), username=request.form.get("username", ""),
    )  # fmt: skip


def _qr(secret: str, username: str) -> str:
    uri = entrance.provisioning_uri(secret, username, runtime().playbook.programme)
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")


def _inside(welcome: entrance.SignedIn) -> Response:
    session.clear()
    response = seen(local_path(request.form.get("next")))
    remember(response, cookie_name(), welcome.token)
    known_browsers.note(response, welcome.operator_id)
    if language.COOKIE not in request.cookies:
        remember(response, language.COOKIE, welcome.language, days=_YEAR)
    return response


@bp.post("/logout")
@public
def leave() -> Response:
    """Ends the session on the server, whatever becomes of the cookie."""
    token = request.cookies.get(cookie_name(), "")
    with runtime().work() as work:
        accounts.sign_out(work, token)
    session.clear()
    response = seen("/login")
    response.delete_cookie(cookie_name(), path="/", secure=runtime().settings.production, httponly=True)
    return response


@bp.post("/language")
@public
def speak() -> Response:
    """Another language for this browser, and for this person wherever he signs in next."""
    wanted = request.form.get("language", "")
    response = _back()
    if wanted in language.LANGUAGES:
        remember(response, language.COOKIE, wanted, days=_YEAR)
        _note_language(wanted)
    return response


def _note_language(wanted: str) -> None:
    visitor = visitor_or_none()
    if visitor is not None:
        with runtime().work() as work:
            work.session.get_one(Operator, visitor.id).language = wanted


@bp.post("/theme")
@public
def dress() -> Response:
    """Light, dark, or as the machine says."""
    response = _back()
    if (wanted := request.form.get("theme", "")) in THEMES:
        remember(response, "theme", wanted, days=_YEAR)
    return response


@bp.post("/keys")
@public
def shortcuts() -> Response:
    """Single-key shortcuts on or off (WCAG 2.1.4)."""
    response = _back()
    remember(response, "keys", "off" if request.form.get("keys") == "off" else "on", days=_YEAR)
    return response


@bp.get("/help")
@public
def show_help() -> Response:
    """The keys and the signs of the screen."""
    return page("help")


def _back() -> Response:
    return seen(local_path(request.form.get("next")))
