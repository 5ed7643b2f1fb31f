"""Search over numbers, words, places, telephones. By POST, so that no history holds what was looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from flask import Blueprint
from sqlalchemy import ColumnElement, and_, func, or_, select
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

SHOWN: Final = 50
SHORTEST: Final = 2
HIGHEST: Final = 10**18
AT_ONCE: Final = 30_000
"""Cases whose words are looked through in one go, ten years of a kecamatan: 20 ms on SQLite. No index has
parts of words, so whoever wants what is older goes on from there."""
MOST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One incident with the words by which it may be recognised."""

    incident: Incident
    words: str
    into: str


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, and before which incident (by its id) to look on; None where all was looked at."""

    found: tuple[Found, ...] = ()
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The incidents that are looked at, by their ids: from `first` to before `end`."""

    first: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return self.first >= self.end

    def newest_part(self) -> "Range":
        """What is looked at in one go."""
        return Range(max(self.first, self.end - AT_ONCE), self.end)


@bp.get("/search")
@needs(Act.SEE_QUEUE)
def form() -> Response:
    """The empty form."""
    with looking():
        pass
    return page("search", asked="", found=None, before=None)


@bp.post("/search")
@needs(Act.SEE_QUEUE)
def search() -> Response:
    """What was found, the newest first; a case's own number leads straight to it."""
    asked, before = forms.words("q", limit=100), forms.whole("before", HIGHEST)
    with looking() as session:
        direct = incidents.find(session, asked)
        found = _find(session, asked, before) if len(asked) >= SHORTEST else Results()
    if direct is not None and incidents.may_see(actor(), direct):
        return seen(path_of(direct.number))
    return page("search", asked=asked, found=found, before=before)


def _find(session: Session, asked: str, before: int | None) -> Results:
    day, rest = find_day(asked, language.local(runtime().clock.now()).date())
    number = _number_in(rest)
    whole = Range(1, before or _newest(session) + 1)
    looked = _of_day(session, day, whole) if day else whole if number or not rest else whole.newest_part()
    if looked.is_empty:
        return Results()
    about = [_told_from(number) if number else _says(rest, looked)] if rest else []
    query = (
        select(Incident)
        .where(Incident.id >= looked.first, Incident.id < looked.end, *_on_day(day), *about)
        .where(queries.visible_to(actor()))
        .order_by(Incident.id.desc())
        .limit(SHOWN)
    )
    hits = list(session.scalars(query))
    words, into = _first_words(session, [hit.id for hit in hits]), _roots(session, hits)
    found = tuple(Found(hit, words.get(hit.id, ""), into.get(hit.id, "")) for hit in hits)
    if len(hits) == SHOWN:
        return Results(found, older=hits[-1].id)
    return Results(found, older=looked.first if looked.first > 1 and not day else None)


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(Incident.id))) or 0


def _of_day(session: Session, day: date, whole: Range) -> Range:
    """A day's cases stand together."""
    ends = select(func.min(Incident.id), func.max(Incident.id)).where(*_on_day(day))
    first, last = session.execute(ends).one()
    return Range(first or 1, min((last or 0) + 1, whole.end))


def _on_day(day: date | None) -> list[ColumnElement[bool]]:
    """Told on that day, as the clocks here show it."""
    if day is None:
        return []
    begins = datetime(day.year, day.month, day.day, tzinfo=runtime().playbook.programme.zone)
    return [Incident.received_at >= begins, Incident.received_at < begins + timedelta(days=1)]


def _number_in(asked: str) -> str:
    """The telephone number that was asked for; empty where it is none."""
    sender = read_number(asked, runtime().playbook.programme.region)
    return sender.address if sender.kind in (SenderKind.MOBILE, SenderKind.LANDLINE) else ""


def _told_from(number: str) -> ColumnElement[bool]:
    told = select(Report.incident_id).join(Caller, Caller.id == Report.caller_id)
    return Incident.id.in_(told.where(Caller.number == number))


def _says(asked: str, looked: Range) -> ColumnElement[bool]:
    """Each word somewhere: what happened is said, where is often only known."""
    return and_(*(_has(word, looked) for word in asked.split()[:MOST_WORDS]))


def _has(asked: str, looked: Range) -> ColumnElement[bool]:
    known = runtime().playbook.areas.values()
    areas = [area.code for area in known if asked.casefold() in area.name.casefold()]
    told = select(Report.incident_id).where(
        Report.incident_id >= looked.first, Report.incident_id < looked.end,
        Report.words.icontains(asked, autoescape=True),
    )  # fmt: skip
    return or_(
        Incident.id.in_(told),
        Incident.place.icontains(asked, autoescape=True),
        Incident.summary.icontains(asked, autoescape=True),
        Incident.area_code.in_(areas),
    )


def _roots(session: Session, hits: Sequence[Incident]) -> dict[int, str]:
    """Of those that were merged the number of the case that they are told with."""
    into = {hit.id: hit.merged_into_id for hit in hits if hit.merged_into_id is not None}
    numbers: dict[int, str] = {}
    while into:
        columns = (Incident.id, Incident.number, Incident.merged_into_id)
        query = select(*columns).where(Incident.id.in_(into.values()))
        known = {row.id: row for row in session.execute(query)}
        numbers |= {hit: known[root].number or "" for hit, root in into.items()}
        further = {hit: known[root].merged_into_id for hit, root in into.items()}
        into = {hit: root for hit, root in further.items() if root is not None}
    return numbers


def _first_words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(Report).where(Report.incident_id.in_(ids)).order_by(Report.id.desc())
    return {report.incident_id: _shown(report) for report in session.scalars(query)}


def _shown(report: Report) -> str:
    return masked_in(report.words) if report.channel is Channel.WHATSAPP else report.words
