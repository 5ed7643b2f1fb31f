"""The administrator's list of the people at the desk: accounts, roles, passwords."""

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline import staffing
from hotline.console import forms
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act, Role
from hotline.models import Operator
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs

bp = Blueprint("staff", __name__)


@bp.get("/operators")
@needs(Act.MANAGE_OPERATORS)
def index() -> Response:
    """Everybody with an account, those who may sign in first."""
    return staff_page()


def staff_page(status: int = 200, *, problem: str = "", given: tuple[str, str] | None = None) -> Response:
    """The list as it is now; `given` is a name and the password that is shown this once."""
    with looking() as session:
        people = list(session.scalars(select(Operator).order_by(Operator.active.desc(), Operator.name)))
    return page("staff", status, people=people, roles=list(Role), problem=problem, given=given)


@bp.post("/operators")
@needs(Act.MANAGE_OPERATORS)
def add() -> Response:
    """A new account, and its first password."""
    username = forms.needed("username", _("Isi nama pengguna."), limit=60)
    name = forms.needed("name", _("Isi namanya."), limit=80)
    with acting() as work:
        password = staffing.engage(work, username, name, _role(), actor())
    return staff_page(given=(name, password))


@bp.post("/operators/<int:person>/password")
@needs(Act.MANAGE_OPERATORS)
def password(person: int) -> Response:
    """A new password, and a second factor that is set up anew: for whoever lost either."""
    new = staffing.new_password()
    with acting() as work:
        found = _person(work, person)
        staffing.give_password(work, found, new, actor())
        staffing.forget_factor(work, found, actor())
    return staff_page(given=(found.name, new))


@bp.post("/operators/<int:person>/role")
@needs(Act.MANAGE_OPERATORS)
def role(person: int) -> Response:
    """Another role."""
    with acting() as work:
        staffing.give_role(work, _person(work, person), _role(), actor())
    return seen("/operators")


@bp.post("/operators/<int:person>/active")
@needs(Act.MANAGE_OPERATORS)
def active(person: int) -> Response:
    """May sign in, or not any more."""
    wanted = forms.choice("active", ("on", "off")) == "on"
    with acting() as work:
        staffing.set_active(work, _person(work, person), actor(), active=wanted)
    return seen("/operators")


def _person(work: UnitOfWork, person: int) -> Operator:
    found = work.session.get(Operator, person, with_for_update={"key_share": True})
    if found is None:
        raise NotFound
    return found


def _role() -> Role:
    chosen = forms.choice("role", {each.value for each in Role})
    if not chosen:
        raise forms.FieldError(_("Pilih perannya."))
    return Role(chosen)
