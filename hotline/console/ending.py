"""Step 7 on the screen, and the end of what was told twice: report, close, confirm, reopen, merge, part."""

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline import closing, field_report, merging
from hotline.console import forms
from hotline.console.bands import queue
from hotline.console.case import id_of, path_of
from hotline.console.pages import led_to, seen
from hotline.domain.lifecycle import Disposition
from hotline.domain.rights import Act
from hotline.incidents import NoSuchIncidentError, find, may_see
from hotline.models import Incident
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("ending", __name__)


@bp.post("/incidents/<number>/field-report")
@needs(Act.SET_UNIT_STATUS)
def report_field(number: str) -> Response:
    """What the team found and did, as it told the desk."""
    codes = [code for code in runtime().playbook.field_questions if f"q-{code}" in request.form]
    answers = {code: forms.words(f"q-{code}", limit=2000) for code in codes}
    with acting() as work:
        incident_id = id_of(work, number, actor())
        field_report.answer_questions(work, incident_id, answers, actor(), stamp=forms.stamp())
    return seen(path_of(number))


@bp.post("/incidents/<number>/close")
@needs(Act.CLOSE)
def close(number: str) -> Response:
    """The coordinator says how it ended and what should follow; every caller hears of it."""
    ended = _ended()
    with acting() as work:
        closing.close(work, id_of(work, number, actor()), ended, actor(), stamp=forms.stamp())
    return _onward(number)


@bp.post("/incidents/<number>/propose")
@needs(Act.PROPOSE_CLOSE)
def propose(number: str) -> Response:
    """Writes an end down for somebody else to confirm."""
    ended = _ended()
    with acting() as work:
        closing.propose(work, id_of(work, number, actor()), ended, actor(), stamp=forms.stamp())
    return _onward(number)


def _onward(number: str) -> Response:
    """To the case as it is now, or to the one that is most urgent of all others."""
    if not request.form.get("onward"):
        return seen(path_of(number))
    with runtime().reading() as session:
        rows = queue(session, actor(), runtime().clock.now())
    others = [row.incident.number for row in rows if row.incident.number != number]
    return led_to(path_of(others[0]) if others else "/")


@bp.post("/incidents/<number>/confirm")
@needs(Act.PROPOSE_CLOSE)
def confirm(number: str) -> Response:
    """The second pair of eyes."""
    with acting() as work:
        closing.confirm(work, id_of(work, number, actor()), actor(), stamp=forms.stamp())
    return seen(path_of(number))


def _ended() -> closing.Closing:
    disposition = forms.choice("disposition", runtime().playbook.dispositions)
    if not disposition:
        raise forms.FieldError(_("Pilih hasil akhirnya."))
    advice, owner, due = forms.words("recommendation"), forms.words("owner", limit=80), forms.day("due")
    if advice and not (owner and due):
        raise forms.FieldError(_("Isi siapa penanggung jawab rekomendasi ini, dan sampai tanggal berapa."))
    return closing.Closing(Disposition(disposition), forms.words("field_report"), advice, owner, due)


@bp.post("/incidents/<number>/follow-ups/<int:follow_up>/done")
@needs(Act.CLOSE)
def advice_done(number: str, follow_up: int) -> Response:
    """A recommendation was carried out."""
    with acting() as work:
        if closing.follow_up_done(work, follow_up, actor()).id != id_of(work, number, actor()):
            raise NoSuchIncidentError(number)
    return seen(path_of(number))


@bp.post("/incidents/<number>/reopen")
@needs(Act.REOPEN)
def reopen(number: str) -> Response:
    """Takes a closing back, with a reason."""
    reason = forms.needed("reason", _("Tulis alasan membuka lagi."), limit=500)
    with acting() as work:
        closing.reopen(work, id_of(work, number, actor()), reason, actor(), stamp=forms.stamp())
    return seen(path_of(number))


@bp.post("/incidents/<number>/merge")
@needs(Act.MERGE)
def merge(number: str) -> Response:
    """Tells this case together with another one."""
    into = forms.needed("into", _("Tulis nomor kasus tujuan."), limit=12)
    with acting() as work:
        incident_id = id_of(work, number, actor())
        target = find(work.session, into)
        if target is None or not may_see(actor(), target):
            raise forms.FieldError(_("Tidak ada kasus dengan nomor %(number)s.", number=into))
        target = merging.merge(work, incident_id, into, actor(), stamp=forms.stamp())
    return seen(path_of(target.number))


@bp.post("/incidents/<number>/unmerge/<int:member>")
@needs(Act.MERGE)
def unmerge(number: str, member: int) -> Response:
    """Makes a merged case stand alone again."""
    with acting() as work:
        incident_id, merged = id_of(work, number, actor()), work.session.get(Incident, member)
        if merged is None or merged.merged_into_id != incident_id:
            raise NoSuchIncidentError(number)
        alone = merging.unmerge(work, member, actor())
    return seen(path_of(alone.number))
