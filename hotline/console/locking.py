"""The locked screen: shows nothing, rings on, counts as present, and opens again with the password."""

from flask import Blueprint, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import accounts, sign_in
from hotline.console import forms
from hotline.console.pages import looking, page, seen, wants_fragment
from hotline.models import Audit
from hotline.web import acting, actor, cookie_name, local_path, locked, runtime, signed_in, while_locked

bp = Blueprint("locking", __name__)


@bp.post("/lock")
@signed_in
@while_locked
def lock() -> Response:
    """By hand, or because nobody touched the screen for the playbook's minutes."""
    with runtime().work() as work:
        accounts.lock(work, request.cookies[cookie_name()])
    return _answer("/locked")


@bp.get("/locked")
@signed_in
@while_locked
def form() -> Response:
    """Where a locked browser is led; whoever is not locked is led on."""
    wanted = local_path(request.args.get("next"))
    return locked_page(wanted) if locked() else seen(wanted)


def locked_page(wanted: str, status: int = 200, *, problem: str = "") -> Response:
    """The password, and nothing else."""
    with looking():
        pass
    return page("locked", status, next=wanted, problem=problem)


@bp.post("/unlock")
@signed_in
@while_locked
def unlock() -> Response:
    """The same person is back. A wrong password is answered with 401, and slowed as at the door."""
    password, wanted = request.form.get("password", "")[:200], local_path(request.form.get("next"))
    with runtime().work() as work:
        right = sign_in.is_still(work, actor().id or 0, password)
        if right:
            accounts.unlock(work, request.cookies[cookie_name()])
    if right:
        return _answer(wanted)
    problem = _("Tidak cocok. Periksa lagi; setelah beberapa kali salah, tunggu sebentar.")
    return make_response(problem, 401) if wants_fragment() else locked_page(wanted, 401, problem=problem)


@bp.post("/watch")
@signed_in
def begin() -> Response:
    """A shift begins at this screen: from now on it sounds."""
    with acting() as work:
        work.session.add(Audit(at=work.now, operator_id=actor().id, act="shift_begun"))
    return _answer(local_path(forms.words("back", limit=80)))


def _answer(path: str) -> Response:
    """A script needs no page: it has one."""
    return make_response("", 204) if wants_fragment() else seen(path)
