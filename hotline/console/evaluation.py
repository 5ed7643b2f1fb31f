"""Step 8 on the screen: the figures of any period, the cases behind each of them, and the sheet."""

from dataclasses import dataclass

from flask import Blueprint, make_response, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline.console import forms, queries
from hotline.console.language import language
from hotline.console.pages import looking, page
from hotline.console.periods import asked_period, title_of
from hotline.domain.rights import Act
from hotline.evaluation.figures import Compared, compare, count_period
from hotline.evaluation.naming import name_of
from hotline.evaluation.places import NOWHERE
from hotline.evaluation.sheets import csv_of
from hotline.evaluation.tables import Tables, flat
from hotline.models import Audit, Incident, Unit
from hotline.web import acting, actor, needs, runtime

bp = Blueprint("evaluation", __name__)

SHOWN = 500
"""Cases that one figure opens; the rest is said."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is drawn: cases by weekday and hour, by day, by kelurahan (name, cases, share of the largest)."""

    heat: tuple[tuple[int, ...], ...]
    hottest: int
    days: tuple[tuple[str, int], ...]
    busiest: int
    areas: tuple[tuple[str, int], ...]
    largest: int


@bp.get("/evaluation")
@needs(Act.SEE_FIGURES)
def index() -> Response:
    """The report of a period: the present month where none is named."""
    period = asked_period()
    parts = runtime()
    with looking() as session:
        compared = compare(session, period, parts.playbook, parts.clock.now())
    tables = Tables(compared, parts.playbook, language())
    return page(
        "evaluation", period=period, tables=tables.all(), words=tables.word, pictures=_pictures(compared),
        title=title_of(period),
    )  # fmt: skip


@bp.get("/evaluation/cases")
@needs(Act.SEE_FIGURES)
def cases() -> Response:
    """The cases behind one figure, as far as this person may know of them."""
    period, key = asked_period(), request.args.get("figure", "")
    parts = runtime()
    with looking() as session:
        behind = count_period(session, period, parts.playbook, parts.clock.now()).by_key.get(key)
        if behind is None:
            raise NotFound
        wanted = list(dict.fromkeys(behind.behind))
        query = select(Incident).where(Incident.number.in_(wanted[:SHOWN]), queries.visible_to(actor()))
        found = list(session.scalars(query.order_by(Incident.id)))
        units = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}
    named = name_of(key, parts.playbook, language(), units)
    return page("figure_cases", period=period, named=named, found=found, total=len(wanted))


@bp.post("/evaluation/csv")
@needs(Act.EXPORT)
def sheet() -> Response:
    """All tables as one CSV file; who took it, and why, is in the audit."""
    reason = forms.needed("reason", _("Tulis alasan mengunduh."), limit=300)
    period, parts = asked_period(), runtime()
    with acting() as work:
        compared = compare(work.session, period, parts.playbook, work.now)
        taken = f"csv {period.key}"
        work.session.add(
            Audit(at=work.now, operator_id=actor().id, act="export", subject=taken, reason=reason)
        )
    response = make_response(csv_of(flat(Tables(compared, parts.playbook, language()).all())))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="evaluasi-{period.key}.csv"'
    return response


def _pictures(compared: Compared) -> Pictures:
    found = compared.now
    heat = tuple(tuple(found[f"t4/{day}/{hour}"].n for hour in range(24)) for day in range(7))
    first, length = found.period.first.toordinal(), min(found.period.days, 92)
    days = [found.period.first.fromordinal(first + place) for place in range(length)]
    counts = tuple((f"{day.day}/{day.month}", found[f"t4/day/{day}"].n) for day in days)
    known = [(area.name, found[f"t2/all/{code}"].n) for code, area in runtime().playbook.areas.items()]
    areas = (*known, (_("Belum jelas"), found[f"t2/all/{NOWHERE}"].n))
    return Pictures(
        heat, max(map(max, heat)), counts, max((n for _day, n in counts), default=0), areas,
        max(n for _name, n in areas),
    )  # fmt: skip
