"""The tray: texts that nothing could be done with by itself. A person files each, or sets it aside."""

from typing import Final

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import tray as use_cases
from hotline.console import forms
from hotline.console.case import path_of
from hotline.console.case_view import reading_work
from hotline.console.pages import looking, page, seen
from hotline.domain.rights import Act
from hotline.incidents import find, may_see
from hotline.intake import Reading
from hotline.models import TextMessage, Unit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("tray", __name__)
MOST_OFFERED: Final = 3
"""Cases that a text can be filed to with one click; all others by their number."""


@bp.get("/tray")
@needs(Act.FILE_TEXT)
def index() -> Response:
    """All unread texts, the oldest first."""
    return tray_page()


def tray_page(status: int = 200, *, problem: str = "") -> Response:
    """The tray as it is now."""
    with looking() as session:
        found = use_cases.unread(session, by=actor())
        units = _senders(session, found)
        work = reading_work(runtime(), session)
        own = {text.id: use_cases.own_cases(work, text, actor())[:MOST_OFFERED] for text in found}
    lines = [(text, units.get(text.unit_id or 0), _read(text), own[text.id]) for text in found]
    return page("tray", status, lines=lines, problem=problem)


def _read(text: TextMessage) -> Reading:
    return runtime().read_words(text.words)


def _senders(session: Session, found: list[TextMessage]) -> dict[int, Unit]:
    wanted = [text.unit_id for text in found if text.unit_id is not None]
    return {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(wanted)))}


@bp.post("/tray/<int:text>/file")
@needs(Act.FILE_TEXT)
def file(text: int) -> Response:
    """Adds the text to a case."""
    number = forms.needed("number", _("Tulis nomor kasusnya."), limit=12)
    with acting() as work:
        known = find(work.session, number)
        if known is None or not may_see(actor(), known):
            raise forms.FieldError(_("Tidak ada kasus dengan nomor %(number)s.", number=number))
        use_cases.file_to_incident(work, text, number, actor())
    return seen("/tray")


@bp.post("/tray/<int:text>/report")
@needs(Act.FILE_TEXT)
def report(text: int) -> Response:
    """Opens a case from the text."""
    with acting() as work:
        message = work.session.get(TextMessage, text)
        reading = runtime().read_words(message.words if message else "")
        incident = use_cases.file_as_report(work, text, reading, actor())
    return seen(path_of(incident.number))


@bp.post("/tray/<int:text>/aside")
@needs(Act.FILE_TEXT)
def aside(text: int) -> Response:
    """Takes the text out of the tray; it stays in the archive."""
    with acting() as work:
        use_cases.set_aside(work, text, actor())
    return seen("/tray")
