"""Failures of the hotline that only people see: noted on the system's screen, counted in the evaluation."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import outages
from hotline.console import forms
from hotline.console.language import read_field_time
from hotline.console.pages import seen
from hotline.domain.rights import Act
from hotline.models import Outage
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("failures", __name__)


@bp.post("/system/outages")
@needs(Act.NOTE)
def note() -> Response:
    """Since when, until when, and what."""
    kind = forms.choice("kind", runtime().playbook.evaluation.outages)
    since = read_field_time(forms.words("since", limit=20))
    until = forms.words("until", limit=20)
    if not kind or since is None or (until and read_field_time(until) is None):
        raise forms.FieldError(_("Pilih jenis gangguan dan isi waktunya."))
    ended = read_field_time(until) if until else None
    noted = outages.Noted(kind, since, ended, forms.words("words", limit=200))
    with acting() as work:
        outages.note(work, noted, actor())
    return seen("/system")


@bp.post("/system/outages/<int:outage>/over")
@needs(Act.NOTE)
def over(outage: int) -> Response:
    """It works again."""
    with acting() as work:
        outages.over(work, outage, actor())
    return seen("/system")


def lasting() -> list[Outage]:
    """What does not work now, for the system's screen."""
    with runtime().reading() as session:
        return outages.lasting(session)
