"""What the desk writes: to callers, to a unit, to itself; and sending again what may be lost."""

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import conversation
from hotline.console import forms
from hotline.console.case import id_of, path_of
from hotline.console.pages import seen
from hotline.domain.rights import Act
from hotline.domain.segments import measure, plain
from hotline.incidents import NoSuchIncidentError, may_see
from hotline.models import Incident, TextMessage
from hotline.web import acting, actor, local_path, needs

bp = Blueprint("conversing", __name__)


@bp.post("/measure")
@needs(Act.WRITE)
def size() -> Response:
    """How many texts the words typed so far take. Changes nothing."""
    typed = request.form.get("words", "").strip()[: forms.LONGEST_TEXT]
    return make_response(render_template("_size.html", size=measure(plain(typed))))


@bp.post("/incidents/<number>/reply")
@needs(Act.WRITE)
def reply(number: str) -> Response:
    """Texts the callers, or one unit of the case."""
    said = forms.needed("words", _("Tulis dulu pesannya."), limit=forms.LONGEST_TEXT)
    to = forms.words("to", limit=forms.LONGEST_ROW)
    with acting() as work:
        incident_id = id_of(work, number, actor())
        if to.isascii() and to.isdigit():
            conversation.write_to_unit(work, incident_id, int(to), said, actor())
        else:
            conversation.write_to_callers(work, incident_id, said, actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/note")
@needs(Act.NOTE)
def note(number: str) -> Response:
    """Stands in the log and goes to nobody."""
    said = forms.needed("words", _("Tulis dulu catatannya."))
    with acting() as work:
        conversation.note(work, id_of(work, number, actor()), said, actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/quiet")
@needs(Act.WRITE)
def quiet(number: str) -> Response:
    """Callers are neither texted nor called from now on, or may be again."""
    wanted = forms.words("quiet", limit=3) == "on"
    with acting() as work:
        conversation.keep_quiet(work, id_of(work, number, actor()), actor(), quiet=wanted)
    return seen(path_of(number))


@bp.post("/texts/<int:text>/resend")
@needs(Act.RESEND)
def resend(text: int) -> Response:
    """Sends once more what may not have gone out."""
    with acting() as work:
        message = work.session.get(TextMessage, text)
        if message is None or not _may_see(work.session.get(Incident, message.incident_id or 0)):
            raise NoSuchIncidentError
        conversation.send_again(work, text, actor())
    return seen(local_path(forms.words("back", limit=40)))


def _may_see(incident: Incident | None) -> bool:
    return incident is None or may_see(actor(), incident)
