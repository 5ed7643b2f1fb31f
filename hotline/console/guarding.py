"""Personal data on the screen: terms, what people ask for their own data, breaches, the nights' work."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.clocks import Clock
from hotline.console.language import read_field_time
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.evaluation.sheets import csv_of
from hotline.privacy import breaches, holds, requests
from hotline.privacy.breaches import Noticed
from hotline.privacy.forgetting import told
from hotline.privacy.keyed import key_of
from hotline.privacy.requests import Wish
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("guarding", __name__)


@bp.get("/privacy")
@needs(Act.GUARD_DATA, Act.SEE_AUDIT)
def index() -> Response:
    """Everything about personal data on one page."""
    return privacy_page()


def privacy_page(status: int = 200, *, problem: str = "") -> Response:
    """The page as it is now."""
    with looking() as session:
        asked = requests.open_requests(session)
        found = breaches.breaches(session)
        nights = told(session)
    return page(
        "privacy", status, asked=asked, breaches=found, nights=nights, problem=problem, wishes=list(Wish),
        due_of_request=requests.due_of, due_of_breach=lambda each: each.noticed_at + breaches.TERM,
        clock_of_request=lambda each: Clock(each.asked_at, requests.TERM, each.kind),
        clock_of_breach=lambda each: Clock(each.noticed_at, breaches.TERM, "told"),
    )  # fmt: skip


@bp.post("/privacy/requests")
@needs(Act.GUARD_DATA)
def ask() -> Response:
    """A wish that came at the counter, by letter or by telephone."""
    number = forms.telephone("number")
    if number is None:
        raise forms.FieldError(_("Isi nomor telepon yang bersangkutan."))
    wish = Wish(forms.choice("kind", list(Wish)) or Wish.ACCESS)
    words = forms.words("words", limit=1000)
    with acting() as work:
        requests.ask(work, number, wish, words, actor())
    return seen("/privacy#requests")


@bp.post("/privacy/requests/<int:wish>/settle")
@needs(Act.GUARD_DATA)
def settle(wish: int) -> Response:
    """It has been answered."""
    outcome = forms.needed("outcome", _("Tulis apa jawabannya."), limit=200)
    with acting() as work:
        requests.settle(work, wish, outcome, actor())
    return seen("/privacy#requests")


@bp.post("/privacy/requests/<int:wish>/erase")
@needs(Act.GUARD_DATA)
def erase(wish: int) -> Response:
    """Forgets the person now, once somebody has made sure that it is he who asks."""
    if forms.words("sure", limit=4) != "yes":
        raise forms.FieldError(_("Pastikan dulu nomor ini benar milik peminta."))
    with acting() as work:
        requests.erase(work, wish, key_of(runtime().settings.secret_key), actor())
    return seen("/privacy#requests")


@bp.post("/privacy/requests/<int:wish>/copy")
@needs(Act.GUARD_DATA)
def copy(wish: int) -> Response:
    """Everything that is kept about the person, as a sheet."""
    reason = forms.needed("reason", _("Tulis alasan mengunduh."), limit=300)
    with acting() as work:
        lines = requests.copy_of(work, wish, reason, actor())
    return _sheet(lines, f"salinan-data-{wish}.csv")


@bp.post("/privacy/breaches")
@needs(Act.GUARD_DATA)
def note_breach() -> Response:
    """Personal data was laid open."""
    noticed = Noticed(
        forms.needed("what", _("Tulis data apa yang terungkap."), limit=2000),
        forms.needed("how", _("Tulis kapan dan bagaimana terungkap."), limit=2000),
        forms.words("handling", limit=2000), _moment("since"), _moment("until"),
    )  # fmt: skip
    with acting() as work:
        breaches.note_breach(work, noticed, actor())
    return seen("/privacy#breaches")


def _moment(name: str) -> datetime:
    found = read_field_time(forms.words(name, limit=20))
    if found is None:
        raise forms.FieldError(_("Tanggal tidak dikenali."))
    return found


@bp.post("/privacy/breaches/<int:breach>/told")
@needs(Act.GUARD_DATA)
def breach_told(breach: int) -> Response:
    """Subjects and agency have been told."""
    with acting() as work:
        breaches.told(work, breach, actor())
    return seen("/privacy#breaches")


@bp.post("/privacy/breaches/<int:breach>/list")
@needs(Act.GUARD_DATA)
def breach_list(breach: int) -> Response:
    """The data laid open, as a sheet."""
    reason = forms.needed("reason", _("Tulis alasan mengunduh."), limit=300)
    with acting() as work:
        lines = breaches.list_of(work, breach, reason, actor())
    return _sheet(lines, f"data-terungkap-{breach}.csv")


@bp.post("/incidents/<number>/hold")
@needs(Act.GUARD_DATA)
def hold(number: str) -> Response:
    """Legal hold begins or ends."""
    reason = forms.needed("reason", _("Tulis alasan penahanan data."), limit=300)
    on = forms.words("hold", limit=5) == "on"
    with acting() as work:
        holds.hold(work, id_of(work, number, actor()), reason, actor(), on=on)
    return seen(path_of(number))


def _sheet(lines: Iterable[Iterable[str]], name: str) -> Response:
    response = make_response(csv_of(lines))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
