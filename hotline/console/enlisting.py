"""The administrator's form for a unit: who it is, its telephone, when it can't, and whether it serves."""

from datetime import time

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline import enlisting as use_cases
from hotline import pins, roster, weekly_rota
from hotline.console import forms
from hotline.console.pages import looking, page, seen
from hotline.domain.duty import DAY, Stretch
from hotline.domain.rights import Act
from hotline.enlisting import Particulars
from hotline.models import Unit
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("enlisting", __name__)


@bp.get("/units/new")
@needs(Act.MANAGE_UNITS)
def new() -> Response:
    """An empty form."""
    return unit_page()


@bp.get("/units/<int:unit>")
@needs(Act.MANAGE_UNITS)
def form(unit: int) -> Response:  # noqa: ARG001  the page reads it from the address, as after a refusal
    """What is known of this unit."""
    return unit_page()


def unit_page(status: int = 200, *, problem: str = "") -> Response:
    """The form of the unit in the address, as it is now or as it was typed."""
    wanted = (request.view_args or {}).get("unit")
    with looking() as session:
        found = session.get(Unit, wanted) if wanted is not None else None
        if wanted is not None and found is None:
            raise NotFound
        hours = [each for each in roster.rotas(session)[found.id] if each.off] if found else []
    typed = request.form if request.form.get("name") is not None else None
    return page("unit", status, unit=found, hours=hours, typed=typed, problem=problem)


@bp.post("/units/new")
@needs(Act.MANAGE_UNITS)
def add() -> Response:
    """A new unit, and its PIN, which is shown this once."""
    about = _particulars()
    with acting() as work:
        unit = use_cases.enlist(work, about, actor())
        pin = pins.give_pin(work, unit.id, runtime().settings.secret_key, actor())
    return page("pin", unit_name=about.name, pin=pin)


@bp.post("/units/<int:unit>")
@needs(Act.MANAGE_UNITS)
def change(unit: int) -> Response:
    """Another name, number, place, note."""
    about = _particulars()
    with acting() as work:
        use_cases.amend(work, _unit(work, unit), about, actor())
    return seen("/units")


@bp.post("/units/<int:unit>/retire")
@needs(Act.MANAGE_UNITS)
def retire(unit: int) -> Response:
    """Out of service."""
    with acting() as work:
        use_cases.retire(work, _unit(work, unit), actor())
    return seen("/units")


@bp.post("/units/<int:unit>/restore")
@needs(Act.MANAGE_UNITS)
def restore(unit: int) -> Response:
    """Back in service."""
    with acting() as work:
        use_cases.restore(work, _unit(work, unit), actor())
    return seen("/units")


@bp.post("/units/<int:unit>/hours")
@needs(Act.MANAGE_UNITS)
def hours(unit: int) -> Response:
    """Hours of the week at which it can't: one stretch more, or none any more."""
    with acting() as work:
        found = _unit(work, unit)
        if request.form.get("clear"):
            weekly_rota.clear(work, found, actor(), off=True)
        else:
            weekly_rota.cannot(work, found, _stretch(), actor())
    return seen(f"/units/{unit}")


def _unit(work: UnitOfWork, unit: int) -> Unit:
    found = work.session.get(Unit, unit, with_for_update={"key_share": True})
    if found is None:
        raise NotFound
    return found


def _particulars() -> Particulars:
    playbook = runtime().playbook
    name = forms.needed("name", _("Isi nama petugasnya."), limit=80)
    number = forms.telephone("telephone")
    if number is None:
        raise forms.FieldError(_("Isi nomor teleponnya. Contoh: 0812 3456 7890."))
    agency = forms.choice("agency", playbook.agencies)
    if not agency:
        raise forms.FieldError(_("Pilih unsurnya."))
    area = forms.choice("area", playbook.areas) or None
    if area is None and not playbook.agencies[agency].citywide:
        raise forms.FieldError(_("Pilih kelurahannya: unsur ini bertugas per kelurahan."))
    return Particulars(
        name=name, number=number, agency=agency, area_code=area, rt=forms.whole("rt", 99),
        note=forms.words("note", limit=200), call_first=bool(request.form.get("call_first")),
    )  # fmt: skip


def _stretch() -> Stretch:
    weekday = forms.choice("weekday", set("0123456"))
    starts, ends = _minutes("starts"), _minutes("ends")
    if not weekday:
        raise forms.FieldError(_("Pilih harinya."))
    return Stretch(int(weekday), starts, ends if ends > starts else ends + DAY, off=True)


def _minutes(field: str) -> int:
    try:
        at = time.fromisoformat(forms.words(field, limit=8))
    except ValueError:
        raise forms.FieldError(_("Isi jam mulai dan jam selesainya.")) from None
    return at.hour * 60 + at.minute
