"""A case goes beyond our own units: to a partner, to a neighbour who is asked, or into an exercise."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import drilling, handoff, inquiring
from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.pages import seen
from hotline.domain.handoff import LegState
from hotline.domain.rights import Act
from hotline.incidents import NoSuchIncidentError, family
from hotline.models import Leg
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("handing", __name__)
_BY_HAND = (LegState.ACCEPTED, LegState.REFUSED, LegState.ANSWERED)


@bp.post("/incidents/<number>/legs")
@needs(Act.DISPATCH)
def offer(number: str) -> Response:
    """Offers the case to a partner."""
    partner = forms.choice("partner", runtime().playbook.partners)
    if not partner:
        raise forms.FieldError(_("Pilih instansinya."))
    with acting() as work:
        handoff.offer(work, id_of(work, number, actor()), partner, actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/legs/<int:leg>")
@needs(Act.DISPATCH)
def move(number: str, leg: int) -> Response:
    """What the partner said by telephone."""
    wanted = forms.choice("state", {each.value for each in _BY_HAND})
    if not wanted:
        raise forms.FieldError(_("Pilih jawaban instansi."))
    who, words = forms.words("who", limit=80), forms.words("words", limit=500)
    with acting() as work:
        known = work.session.get(Leg, leg)
        incident_id = id_of(work, number, actor())
        if known is None or known.incident_id not in family(work.session, incident_id):
            raise NoSuchIncidentError(f"leg {leg}")
        handoff.move_leg(work, leg, LegState(wanted), actor(), who=who, words=words)
    return seen(path_of(number))


@bp.post("/incidents/<number>/neighbours")
@needs(Act.VERIFY)
def neighbours(number: str) -> Response:
    """Asks those who live nearest whether it is true."""
    with acting() as work:
        inquiring.ask_neighbours(work, id_of(work, number, actor()), actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/exercise")
@needs(Act.CLOSE)
def exercise(number: str) -> Response:
    """Makes the case an exercise."""
    with acting() as work:
        drilling.mark_exercise(work, id_of(work, number, actor()), actor())
    return seen(path_of(number))
