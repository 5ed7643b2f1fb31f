"""Steps 3 to 6 on the screen: send units, enter what they said by telephone, stand them down."""

from flask import Blueprint, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import dispatch as use_cases
from hotline.alerting import dispatch_text, summary_of
from hotline.console import forms
from hotline.console.case import case_page, id_of, path_of, typed_form
from hotline.console.case_view import find_case, reading_work
from hotline.console.pages import looking, seen, wants_fragment
from hotline.domain.lifecycle import StatusCode
from hotline.domain.rights import Act
from hotline.domain.segments import measure
from hotline.incidents import NoSuchIncidentError, family
from hotline.unit_of_work import UnitOfWork
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("dispatching", __name__)


@bp.post("/incidents/<number>/preview")
@needs(Act.DISPATCH)
def preview(number: str) -> Response:
    """The text as units would get it, for the summary as typed so far. Changes nothing."""
    summary = forms.words("summary", limit=200)
    if not wants_fragment():
        return case_page(number, typed=typed_form())
    with looking() as session:
        incident = find_case(session, number, actor())
        work = reading_work(runtime(), session)
        alert = dispatch_text(work, incident, summary or summary_of(work, incident))
    return make_response(render_template("_alert.html", alert=alert, size=measure(alert)))


@bp.post("/incidents/<number>/dispatch")
@needs(Act.DISPATCH)
def dispatch(number: str) -> Response:
    """Alerts the chosen units."""
    units = forms.rows("unit")
    if not units:
        raise forms.FieldError(_("Pilih sedikitnya satu petugas."))
    summary = forms.words("summary", limit=200)
    asked = {role: forms.whole(f"need-{role}", 20) for role in runtime().playbook.roles}
    wanted = {role: count for role, count in asked.items() if count}
    with acting() as work:
        incident_id = id_of(work, number, actor())
        use_cases.dispatch(work, incident_id, units, summary, actor(), stamp=forms.stamp(), needs=wanted)
    return seen(path_of(number))


@bp.post("/incidents/<number>/assignments/<int:assignment>/status")
@needs(Act.SET_UNIT_STATUS)
def status(number: str, assignment: int) -> Response:
    """What a unit said by telephone or radio."""
    code = forms.choice("code", {each.value for each in StatusCode})
    if not code:
        raise forms.FieldError(_("Pilih jawaban petugas."))
    note, minutes = forms.words("note", limit=500), forms.whole("minutes", 600)
    said = use_cases.Answer(StatusCode(code), note, minutes, forms.whole("people", 999))
    with acting() as work:
        _must_belong(work, assignment, id_of(work, number, actor()))
        use_cases.set_status(work, assignment, said, actor())
    return seen(path_of(number))


@bp.post("/incidents/<number>/assignments/<int:assignment>/stand-down")
@needs(Act.DISPATCH)
def stand_down(number: str, assignment: int) -> Response:
    """Tells one unit that it need not come."""
    with acting() as work:
        _must_belong(work, assignment, id_of(work, number, actor()))
        use_cases.stand_down(work, assignment, actor())
    return seen(path_of(number))


def _must_belong(work: UnitOfWork, assignment: int, incident_id: int) -> None:
    """An assignment is reached through its own case, or through the one that its case was merged into."""
    found = use_cases.find_assignment(work, assignment)
    if found.incident_id not in family(work.session, incident_id):
        raise NoSuchIncidentError(f"assignment {assignment}")
