"""A case is marked as one about somebody in office, or that mark is taken back."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import confiding
from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.pages import seen
from hotline.domain.rights import Act
from hotline.incidents import may_see
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("confiding", __name__)


@bp.post("/incidents/<number>/confide")
@needs(Act.CORRECT)
def confide(number: str) -> Response:
    """The case becomes the coordinator's; who may not see it any more is back at the queue."""
    with acting() as work:
        incident = confiding.confide(work, id_of(work, number, actor()), _sign(), actor())
        still = may_see(actor(), incident)
    return seen(path_of(number) if still else "/")


@bp.post("/incidents/<number>/open-up")
@needs(Act.SEE_CONFIDENTIAL)
def open_up(number: str) -> Response:
    """The case is everybody's again, unless its type hides it."""
    with acting() as work:
        confiding.open_up(work, id_of(work, number, actor()), _sign(), actor())
    return seen(path_of(number))


def _sign() -> str:
    sign = forms.choice("sign", runtime().playbook.confidential_signs)
    if not sign:
        raise forms.FieldError(_("Pilih alasannya."))
    return sign
