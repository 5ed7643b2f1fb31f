"""Step 8 on the screen: the month's agenda, its decisions, what came of earlier ones, and the minutes."""

from decimal import Decimal

from flask import Blueprint
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline.console import forms
from hotline.console.language import language, local
from hotline.console.pages import looking, page, seen
from hotline.console.periods import asked_month, title_of
from hotline.domain.rights import Act
from hotline.evaluation import meeting
from hotline.evaluation.counting import written
from hotline.evaluation.figures import count_period
from hotline.evaluation.naming import name_of
from hotline.evaluation.report import day_of
from hotline.evaluation.young_garbage import collecting_little
from hotline.models import Unit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("meetings", __name__)


@bp.get("/evaluation/meeting")
@needs(Act.SEE_FIGURES)
def index() -> Response:
    """The meeting of a month: the one that ended last where none is named."""
    return meeting_page()


@collecting_little()
def meeting_page(status: int = 200, *, problem: str = "") -> Response:
    """The meeting as it is now."""
    period = asked_month()
    parts = runtime()
    with looking() as session:
        found = meeting.evaluation_of(session, period)
        counted = count_period(session, period, parts.playbook, parts.clock.now())
        followed = meeting.followed(session, period, counted.by_key)
        names = unit_names(session)
        items = list(found.items) if found else []
        decisions = list(found.decisions) if found else []

    def figure_name(key: str) -> str:
        return name_of(key, parts.playbook, language(), names)

    held = found.held_on if found and found.held_on else local(parts.clock.now()).date()
    return page(
        "meeting", status, period=period, title=title_of(period), found=found, items=items,
        decisions=decisions, followed=followed, figure_name=figure_name, number=_number, problem=problem,
        day=day_of(held, parts.playbook, language()), today=local(parts.clock.now()).date(),
        over=parts.clock.now() >= period.end,
    )  # fmt: skip


def _number(value: Decimal | str | None) -> str:
    """A figure as the page's language writes it, also as it was stored with a decision."""
    known = None if value in (None, "") else Decimal(value or 0)
    return written(known, language()) or runtime().playbook.report.word("unknown", language())


def unit_names(session: Session) -> dict[int, str]:
    """Unit id to name, for figures that belong to one."""
    return {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}


@bp.post("/evaluation/meeting/draft")
@needs(Act.EVALUATE)
def draft() -> Response:
    """Puts the software's points on the table, anew where they stand there already."""
    with acting() as work:
        meeting.draft_agenda(work, asked_month(), actor())
    return _seen()


@bp.post("/evaluation/meeting/decide")
@needs(Act.EVALUATE)
def decide() -> Response:
    """One decision, its owner, its date and the figure that will show whether it helped."""
    words = forms.needed("words", _("Tulis keputusannya."), limit=1000)
    owner = forms.needed("owner", _("Tulis penanggung jawabnya."), limit=80)
    due = forms.day("due")
    if due is None:
        raise forms.FieldError(_("Isi tanggal selesainya."))
    decided = meeting.Decided(words, owner, due, forms.words("figure", limit=60))
    with acting() as work:
        meeting.decide(work, asked_month(), decided, actor())
    return _seen()


@bp.post("/evaluation/meeting/decisions/<int:decision>/done")
@needs(Act.EVALUATE)
def done(decision: int) -> Response:
    """What was decided has been done."""
    with acting() as work:
        meeting.decision_done(work, decision, actor())
    return _seen()


@bp.post("/evaluation/meeting/minutes")
@needs(Act.EVALUATE)
def minutes() -> Response:
    """When they met, who was there, what was said."""
    held_on = forms.day("held_on")
    if held_on is None:
        raise forms.FieldError(_("Isi tanggal rapatnya."))
    told = meeting.Minutes(held_on, forms.words("present", limit=1000), forms.words("minutes"))
    with acting() as work:
        meeting.write_minutes(work, asked_month(), told, actor())
    return _seen()


@bp.post("/evaluation/meeting/close")
@needs(Act.EVALUATE)
def close() -> Response:
    """Ends the meeting: step eight of the month's cases."""
    with acting() as work:
        meeting.close_evaluation(work, asked_month(), actor())
    return _seen()


def _seen() -> Response:
    return seen(f"/evaluation/meeting?period={asked_month().key}")
