"""Step 2 on the screen: take a case, verify it, correct what is known, or reject it with a reason."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import verification
from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.pages import seen
from hotline.domain.rights import Act
from hotline.web import acting, actor, local_path, needs, runtime

bp = Blueprint("verifying", __name__)


@bp.post("/incidents/<number>/claim")
@needs(Act.CLAIM)
def claim(number: str) -> Response:
    """Takes the case, or takes it over."""
    with acting() as work:
        verification.claim(work, id_of(work, number, actor()), actor())
    return _onward(number)


def _onward(number: str) -> Response:
    """To the page that the form stood on."""
    back = forms.words("back", limit=40)
    return seen(local_path(back) if back else path_of(number))


@bp.post("/incidents/<number>/later")
@needs(Act.CLAIM)
def later(number: str) -> Response:
    """Puts the case off for a few minutes, or takes it up again."""
    with acting() as work:
        verification.put_off(work, id_of(work, number, actor()), actor())
    return _onward(number)


@bp.post("/incidents/<number>/verify")
@needs(Act.VERIFY)
def verify(number: str) -> Response:
    """The report is true as far as the desk can tell."""
    found = forms.findings()
    with acting() as work:
        verification.verify(work, id_of(work, number, actor()), found, actor(), stamp=forms.stamp())
    return _onward(number)


@bp.post("/incidents/<number>/correct")
@needs(Act.CORRECT)
def correct(number: str) -> Response:
    """Changes what is known of the event."""
    found = forms.findings()
    with acting() as work:
        verification.correct(work, id_of(work, number, actor()), found, actor(), stamp=forms.stamp())
    return seen(path_of(number))


@bp.post("/incidents/<number>/reject")
@needs(Act.REJECT)
def reject(number: str) -> Response:
    """Ends it before anybody is sent."""
    reason = forms.choice("reason", runtime().playbook.rejections)
    if not reason:
        raise forms.FieldError(_("Pilih alasan penolakan."))
    note = forms.words("note", limit=500)
    with acting() as work:
        incident_id = id_of(work, number, actor())
        verification.reject(work, incident_id, reason, note, actor(), stamp=forms.stamp())
    return seen(path_of(number))
