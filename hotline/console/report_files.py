"""The report as a file: asked for with a reason, seen while it is made, taken once it is there."""

from flask import Blueprint, make_response
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.console import forms
from hotline.console.pages import looking, page, seen
from hotline.console.periods import asked_period, title_of
from hotline.domain.rights import Act
from hotline.evaluation.files import (
    CONTENT_TYPES,
    FileKind,
    FileState,
    ask_again,
    ask_for_file,
    file_name,
    files_of,
    state_of,
    take_file,
)
from hotline.evaluation.mailing import mail_again
from hotline.evaluation.period import Period
from hotline.models import ReportFile
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("report_files", __name__)


def shown(session: Session, period: Period) -> list[tuple[ReportFile, FileState]]:
    """The period's files, and how it stands with each."""
    now = runtime().clock.now()
    return [(file, state_of(file, now)) for file in files_of(session, period)]


@bp.get("/evaluation/files")
@needs(Act.SEE_FIGURES)
def index() -> Response:
    """The files of a period, and how far each is."""
    period = asked_period()
    with looking() as session:
        files = shown(session, period)
    return page("report_files", period=period, files=files, title=title_of(period))


@bp.post("/evaluation/files")
@needs(Act.EXPORT)
def ask() -> Response:
    """Promises a file; who asked, and why, is in the audit."""
    reason = forms.needed("reason", _("Tulis alasan mengunduh."), limit=300)
    kind = forms.choice("kind", list(FileKind)) or FileKind.PDF
    period = asked_period()
    mail = forms.words("mail", limit=5) == "yes"
    with acting() as work:
        ask_for_file(work, period, FileKind(kind), actor(), reason=reason, mail=mail)
    return _beside(period.key)


@bp.post("/evaluation/files/<int:file>/again")
@needs(Act.EXPORT)
def again(file: int) -> Response:
    """A file that failed is begun anew."""
    with acting() as work:
        period = ask_again(work, file, actor()).period
    return _beside(period)


@bp.post("/evaluation/files/<int:file>/mail")
@needs(Act.EXPORT)
def mail(file: int) -> Response:
    """A letter that did not go is sent now."""
    with acting() as work:
        period = mail_again(work, file, actor()).period
    return _beside(period)


def _beside(period: str) -> Response:
    return seen(f"/evaluation?period={period}#report-files")


@bp.get("/evaluation/files/<int:file>")
@needs(Act.EXPORT)
def take(file: int) -> Response:
    """The file itself; who took it is in the audit."""
    with runtime().work() as work:
        found, body = take_file(work, file, actor())
    response = make_response(body)
    response.headers["Content-Type"] = CONTENT_TYPES[FileKind(found.kind)]
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(found)}"'
    return response
