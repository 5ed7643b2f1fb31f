"""The open cases in three bands, the most urgent first: of each band the first few, and how many follow.

A band shows what a person can look at; what follows is read on from the last row that was shown, by its place
in the order, so that a page far down costs what the first one does. One question finds the rows and counts
them, one their reports, one their legs, however many are open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_
from sqlalchemy import Row as Found
from sqlalchemy.orm import Session, aliased

from hotline.console.queries import OPEN, visible_to
from hotline.domain.channels import Channel
from hotline.domain.handoff import RED
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor
from hotline.models import Incident, Leg, Operator, Report

SHOWN: Final = 50
"""Rows of one band on a page."""
OVERVIEW: Final = 200
"""Rows of one band where somebody looks at all of them."""


class Band(StrEnum):
    """The three bands of the queue."""

    NEW = "new"
    IN_HAND = "in_hand"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    incident: Incident
    band: Band
    words: str
    channels: tuple[Channel, ...]
    reports: int
    delay: timedelta
    """The longest that a text of it was on its way from its telephone to us."""
    holder: str
    later: datetime | None = None
    """Put off until then."""
    leg_back: bool = False
    """A partner did not take what was handed to him last: it is ours again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of one band."""

    band: Band
    rows: tuple[Row, ...] = ()
    many: int = 0
    """Of the band, from the first row that is shown on."""

    @property
    def more(self) -> int:
        """How many follow."""
        return self.many - len(self.rows)


def read_bands(session: Session, by: Actor, now: datetime, most: int) -> list[Shown]:
    """Every band from its beginning, new ones first."""
    found = _read(session, now, most, visible_to(by))
    return [found.get(band, Shown(band)) for band in Band]


def read_on(session: Session, by: Actor, now: datetime, band: Band, after: str) -> list[Shown]:
    """One band, behind the incident with this number wherever it stands now; nothing without such a one."""
    order = _order(now)
    last = session.execute(select(*order).where(Incident.number == after)).one_or_none()
    if last is None:
        return [Shown(band)]
    key = tuple_(*(literal(value, column.type) for value, column in zip(last, order, strict=True)))
    found = _read(session, now, SHOWN, visible_to(by), _band(now) == band, tuple_(*order) > key)
    return [found.get(band, Shown(band))]


def queue(session: Session, by: Actor, now: datetime) -> list[Row]:
    """Of all bands together the most urgent first, and what was put off last."""
    rows = [row for shown in read_bands(session, by, now, OVERVIEW) for row in shown.rows]
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[bool, int, bool, datetime, int]:
    case_ = row.incident
    return (row.later is not None, case_.rank, case_.doubted, case_.received_at, case_.id)


def _read(session: Session, now: datetime, most: int, *conditions: ColumnElement[bool]) -> dict[Band, Shown]:
    band = _band(now)
    counted = (
        select(
            Incident.id, band.label("band"),
            func.row_number().over(partition_by=band, order_by=_order(now)).label("place"),
            func.count().over(partition_by=band).label("many"),
        )
        .where(*OPEN, *conditions)
        .subquery()
    )  # fmt: skip
    query = (
        select(Incident, Operator.name, counted.c.band, counted.c.many)
        .join(counted, counted.c.id == Incident.id)
        .outerjoin(Operator, Operator.id == Incident.claimed_by)
        .where(counted.c.place <= most)
        .order_by(counted.c.place)
    )
    found = session.execute(query).all()
    rows, many = _rows(session, found, now), {each.band: each.many for each in found}
    return {
        Band(name): Shown(Band(name), tuple(row for row in rows if row.band == name), count)
        for name, count in many.items()
    }


def _order(now: datetime) -> tuple[ColumnElement[Any], ...]:
    """An emergency never stands after the others, whatever it was when it was put off."""
    put_off = case((and_(Incident.priority != Priority.DARURAT, Incident.later_until > now), 1), else_=0)
    return (
        put_off, Incident.rank.expression, Incident.doubted.expression, Incident.received_at.expression,
        Incident.id.expression,
    )  # fmt: skip


def _band(now: datetime) -> ColumnElement[str]:
    """New is what nobody has checked or holds; waiting is what no unit has answered yet."""
    unheld = or_(Incident.claimed_until.is_(None), Incident.claimed_until <= now)
    return case(
        (Incident.status == IncidentStatus.DISPATCHED, Band.WAITING.value),
        (and_(Incident.status == IncidentStatus.RECEIVED, unheld), Band.NEW.value),
        else_=Band.IN_HAND.value,
    )


def _rows(session: Session, found: Sequence[Found[Any]], now: datetime) -> list[Row]:
    ids = [each.Incident.id for each in found]
    reports, back = _reports(session, ids), _legs_back(session, ids)
    return [
        replace(
            _row(each.Incident, Band(each.band), reports[each.Incident.id]),
            holder=(each.name or "") if _is_after(each.Incident.claimed_until, now) else "",
            later=each.Incident.later_until if _put_off(each.Incident, now) else None,
            leg_back=each.Incident.id in back,
        )
        for each in found
    ]


def _row(incident: Incident, band: Band, reports: Sequence[Found[Any]]) -> Row:
    delays = (each.received_at - each.made_at for each in reports if each.channel is Channel.SMS)
    return Row(
        incident=incident,
        band=band,
        words=next((report.words for report in reports if report.words), ""),
        channels=tuple(dict.fromkeys(report.channel for report in reports)),
        reports=len(reports),
        delay=max(delays, default=timedelta(0)),
        holder="",
    )


def _put_off(incident: Incident, now: datetime) -> bool:
    return incident.priority is not Priority.DARURAT and _is_after(incident.later_until, now)


def _is_after(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _reports(session: Session, roots: Sequence[int]) -> dict[int, list[Found[Any]]]:
    """The reports of these incidents, with those of what was merged into them."""
    family = select(Incident.id, Incident.id.label("root")).where(Incident.id.in_(roots)).cte(recursive=True)
    child = aliased(Incident)
    family = family.union(select(child.id, family.c.root).join(family, child.merged_into_id == family.c.id))
    columns = (Report.id, Report.channel, Report.words, Report.made_at, Report.received_at)
    query = select(family.c.root, *columns).join(Report, Report.incident_id == family.c.id)
    reports: dict[int, list[Found[Any]]] = defaultdict(list)
    # Put in order here: asked for it, SQLite reads all reports in that order instead of these few.
    for report in sorted(session.execute(query), key=lambda each: each.id):
        reports[report.root].append(report)
    return reports


def _legs_back(session: Session, incident_ids: Sequence[int]) -> set[int]:
    """Of these incidents the ones whose newest leg is ours again."""
    query = select(Leg.incident_id, Leg.state).where(Leg.incident_id.in_(incident_ids)).order_by(Leg.id)
    newest = dict(iter(session.execute(query)))
    return {incident_id for incident_id, state in newest.items() if state in RED}
