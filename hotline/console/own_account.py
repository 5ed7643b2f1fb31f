"""What belongs to whoever is signed in: the own password, and the browsers in which it was given."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import accounts, sign_in
from hotline.console.pages import looking, page, seen
from hotline.web import acting, actor, cookie_name, runtime, signed_in

bp = Blueprint("own_account", __name__)


@bp.get("/account")
@signed_in
def index() -> Response:
    """The form for another password, and where this person is signed in."""
    return account_page()


def account_page(status: int = 200, *, problem: str = "") -> Response:
    """The page as it is now."""
    with looking() as session:
        open_ones = accounts.sessions_of(session, _own(), _token(), runtime().clock.now())
    return page("account", status, sessions=open_ones, problem=problem, shortest=accounts.SHORTEST_PASSWORD)


@bp.post("/account/password")
@signed_in
def change() -> Response:
    """Another password, for whoever knows the present one; wrong tries are slowed as at the door."""
    present, wanted = request.form.get("present", "")[:200], request.form.get("wanted", "")
    if wanted != request.form.get("again", "") or len(wanted) > 200:
        return account_page(422, problem=_("Kata sandi baru tidak sama di kedua isian."))
    with acting() as work:
        right = sign_in.is_still(work, _own(), present)
    if not right:
        return account_page(
            422, problem=_("Kata sandi sekarang tidak cocok. Setelah beberapa kali salah, tunggu.")
        )
    try:
        with runtime().work() as work:
            accounts.change_password(work, _own(), wanted, _token())
    except accounts.AccountError:
        return account_page(422, problem=_("Kata sandi baru terlalu pendek atau terlalu mudah ditebak."))
    return seen("/account")


@bp.post("/account/sessions/<int:browser>/end")
@signed_in
def end(browser: int) -> Response:
    """Signs this person out in one browser."""
    with acting() as work:
        accounts.end_session(work, _own(), browser)
    return seen("/account")


def _own() -> int:
    return actor().id or 0


def _token() -> str:
    return request.cookies[cookie_name()]
