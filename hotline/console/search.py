"""Search over numbers, words, places, telephones. By POST, so that no history holds what was looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hotline import incidents
from hotline.console import forms, language, queries
from hotline.console.case import path_of
from hotline.console.days import find_day
from hotline.console.marks import masked_in
from hotline.console.pages import looking, page, seen
from hotline.domain.channels import Channel
from hotline.domain.phone import SenderKind, read_number
from hotline.domain.rights import Act
from hotline.models import Caller, Incident, Report
from hotline.web import actor, needs, runtime

bp = Blueprint("search", __name__)

SHOWN = 50
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One incident with the words by which it may be recognised."""

    incident: Incident
    words: str
    into: str


@bp.get("/search")
@needs(Act.SEE_QUEUE)
def form() -> Response:
    """The empty form."""
    with looking():
        pass
    return page("search", asked="", found=None)


@bp.post("/search")
@needs(Act.SEE_QUEUE)
def search() -> Response:
    """What was found, the newest first; a case's own number leads straight to it."""
    asked = forms.words("q", limit=100)
    with looking() as session:
        direct = incidents.find(session, asked)
        found = _find(session, asked) if len(asked) >= SHORTEST else []
    if direct is not None and incidents.may_see(actor(), direct):
        return seen(path_of(direct.number))
    return page("search", asked=asked, found=found)


def _find(session: Session, asked: str) -> list[Found]:
    day, rest = find_day(asked, language.local(runtime().clock.now()).date())
    query = (
        select(Incident)
        .where(*_on_day(day), *([or_(*_conditions(rest))] if rest else []), queries.visible_to(actor()))
        .order_by(Incident.id.desc())
        .limit(SHOWN)
    )
    hits = list(session.scalars(query))
    words = _first_words(session, [hit.id for hit in hits])
    roots = {hit.id: incidents.find(session, hit.number or "") for hit in hits if hit.merged_into_id}
    return [Found(hit, words.get(hit.id, ""), _number(roots.get(hit.id))) for hit in hits]


def _on_day(day: date | None) -> list[ColumnElement[bool]]:
    """Told on that day, as the clocks here show it."""
    if day is None:
        return []
    begins = datetime(day.year, day.month, day.day, tzinfo=runtime().playbook.programme.zone)
    return [Incident.received_at >= begins, Incident.received_at < begins + timedelta(days=1)]


def _number(incident: Incident | None) -> str:
    return (incident.number or "") if incident else ""


def _conditions(asked: str) -> list[ColumnElement[bool]]:
    sender = read_number(asked, runtime().playbook.programme.region)
    if sender.kind in (SenderKind.MOBILE, SenderKind.LANDLINE):
        told = select(Report.incident_id).join(Caller, Caller.id == Report.caller_id)
        return [Incident.id.in_(told.where(Caller.number == sender.address))]
    known = runtime().playbook.areas.values()
    areas = [area.code for area in known if asked.casefold() in area.name.casefold()]
    return [
        Incident.id.in_(select(Report.incident_id).where(Report.words.icontains(asked, autoescape=True))),
        Incident.place.icontains(asked, autoescape=True),
        Incident.summary.icontains(asked, autoescape=True),
        Incident.area_code.in_(areas),
    ]


def _first_words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Report).where(Report.incident_id.in_(ids)).order_by(Report.id.desc())
    return {report.incident_id: _shown(report) for report in session.scalars(query)}


def _shown(report: Report) -> str:
    return masked_in(report.words) if report.channel is Channel.WHATSAPP else report.words
