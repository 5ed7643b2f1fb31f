"""Looks rows of the audit up: by day, by person, by act, by what they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.models import Audit, Operator

SHOWN: Final = 100
"""Rows of one page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty field is not asked about. Days are the programme's own."""

    zone: ZoneInfo
    first: date | None = None
    last: date | None = None
    operator_id: int | None = None
    act: str = ""
    subject: str = ""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """As a query has them."""
        if self.first is not None:
            yield Audit.at >= self._midnight(self.first)
        if self.last is not None:
            yield Audit.at < self._midnight(self.last + timedelta(days=1))
        if self.operator_id is not None:
            yield Audit.operator_id == self.operator_id
        if self.act:
            yield Audit.act == self.act
        if self.subject:
            yield Audit.subject.icontains(self.subject, autoescape=True)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


@dataclass(frozen=True, slots=True)
class Found:
    """One page, the newest first; `before` is where the next one begins, if there is one."""

    rows: tuple[Audit, ...]
    before: int | None


def look_up(session: Session, wanted: Wanted, before: int | None = None, most: int = SHOWN) -> Found:
    """Up to `most` rows that fit, older than the row `before`."""
    query = select(Audit).where(*wanted.conditions()).order_by(Audit.id.desc()).limit(most + 1)
    if before is not None:
        query = query.where(Audit.id < before)
    rows = list(session.scalars(query))
    return Found(tuple(rows[:most]), rows[most - 1].id if len(rows) > most else None)


def every(session: Session, wanted: Wanted) -> Iterator[Audit]:
    """All rows that fit, in the order in which they were written."""
    yield from session.scalars(select(Audit).where(*wanted.conditions()).order_by(Audit.id))


def acts(session: Session) -> list[str]:
    """What there is to choose from."""
    return list(session.scalars(select(Audit.act).distinct().order_by(Audit.act)))


def people(session: Session) -> dict[int, str]:
    """Operator id to name."""
    return {row.id: row.name for row in session.execute(select(Operator.id, Operator.name))}
