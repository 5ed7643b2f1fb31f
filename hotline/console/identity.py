"""Who reported: shown on request, for a reason, and written down."""

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline.console import forms
from hotline.console.case import id_of
from hotline.console.pages import page
from hotline.domain.rights import Act
from hotline.incidents import NoSuchIncidentError, family
from hotline.models import Audit, Caller, Report
from hotline.web import acting, actor, needs

bp = Blueprint("identity", __name__)


@bp.post("/incidents/<number>/reports/<int:report>/reveal")
@needs(Act.SEE_IDENTITY)
def reveal(number: str, report: int) -> Response:
    """The caller of one report, once the reason is in the audit. Reloading asks again."""
    reason = forms.needed("reason", _("Tulis alasan membuka identitas pelapor."), limit=300)
    with acting() as work:
        found = work.session.get(Report, report)
        if found is None or found.incident_id not in family(work.session, id_of(work, number, actor())):
            raise NoSuchIncidentError(number)
        caller = work.session.get(Caller, found.caller_id) if found.caller_id else None
        subject = f"report {report}"
        work.session.add(
            Audit(at=work.now, operator_id=actor().id, act="reveal", subject=subject, reason=reason)
        )
    return page("identity", number=number, report=found, caller=caller, reason=reason)
