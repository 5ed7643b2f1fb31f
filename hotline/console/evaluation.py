"""Step 8 on the screen: the figures of any period, and the cases behind each of them."""

from flask import Blueprint, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from hotline.console import queries, report_files
from hotline.console.language import language
from hotline.console.pages import looking, page
from hotline.console.periods import asked_period, title_of
from hotline.domain.rights import Act
from hotline.evaluation.figures import compare, count_period
from hotline.evaluation.headlines import headlines_of
from hotline.evaluation.naming import name_of
from hotline.evaluation.pictures import pictures_of
from hotline.evaluation.report import day_of
from hotline.evaluation.tables import Tables
from hotline.evaluation.young_garbage import collecting_little
from hotline.models import Incident, Unit
from hotline.web import actor, needs, runtime

bp = Blueprint("evaluation", __name__)

SHOWN = 500
"""Cases that one figure opens; the rest is said."""


@bp.get("/evaluation")
@needs(Act.SEE_FIGURES)
@collecting_little()
def index() -> Response:
    """The report of a period: the present month where none is named."""
    period = asked_period()
    parts = runtime()
    with looking() as session:
        compared = compare(session, period, parts.playbook, parts.clock.now())
        files = report_files.shown(session, period)
    tables = Tables(compared, parts.playbook, language())
    return page(
        "evaluation", period=period, tables=tables.all(), files=files, title=title_of(period),
        words=tables.word, number=tables.number, headlines=headlines_of(tables),
        day=day_of(parts.clock.now().astimezone(period.zone).date(), parts.playbook, language()),
        pictures=pictures_of(compared.now, parts.playbook, language()),
    )  # fmt: skip


@bp.get("/evaluation/cases")
@needs(Act.SEE_FIGURES)
@collecting_little()
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
