"""All figures of one period under their keys, which name the same thing in every period.

A key leads from a number on the page to the cases behind it, and from a meeting's decision to the same figure
a month later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.playbook import Playbook
from hotline.evaluation.answers import answers
from hotline.evaluation.callers import callers
from hotline.evaluation.cases import backlog, handed_over, standing_out
from hotline.evaluation.counting import NOTHING, Figure
from hotline.evaluation.hours import hours
from hotline.evaluation.period import Period
from hotline.evaluation.places import places
from hotline.evaluation.rows import NO_ROWS, Rows, read_rows
from hotline.evaluation.times import times
from hotline.evaluation.totals import totals
from hotline.evaluation.troubles import advice, troubles
from hotline.evaluation.young_garbage import collecting_little
from hotline.models import Incident


@dataclass(frozen=True, slots=True)
class Figures:
    """One period, counted."""

    period: Period
    until: datetime
    """The end of the period, or the present where it has not ended."""
    rows: Rows
    by_key: Mapping[str, Figure]
    in_use: bool = True
    """Whether any case that is known had come in before the period ended."""

    def __getitem__(self, key: str) -> Figure:
        """The figure; nought where nothing was there to count."""
        return self.by_key.get(key, NOTHING)


def figures(rows: Rows, period: Period, playbook: Playbook, now: datetime) -> Figures:
    """Counts `rows`. `now` bounds a period that has not ended yet."""
    rules, until = playbook.evaluation, min(period.end, now)
    found = chain(
        totals(rows), places(rows), times(rows, playbook), hours(rows, period.zone), answers(rows),
        standing_out(rows, rules), handed_over(rows), backlog(rows, rules, until), callers(rows),
        troubles(rows, rules, until), advice(rows, period, until),
    )  # fmt: skip
    return Figures(period, until, rows, dict(found))


def count_period(session: Session, period: Period, playbook: Playbook, now: datetime) -> Figures:
    """Reads and counts `period`."""
    with collecting_little():
        found = figures(read_rows(session, period, now), period, playbook, now)
    first = session.scalar(select(func.min(Incident.received_at)).where(Incident.drill.is_(False)))
    return replace(found, in_use=first is not None and first < period.end)


@dataclass(frozen=True, slots=True)
class Compared:
    """A period beside the one before and the same a year ago."""

    now: Figures
    before: Figures
    year_ago: Figures


def compare(session: Session, period: Period, playbook: Playbook, now: datetime) -> Compared:
    """Counts all three. Of what `period` is held against only the figures are kept."""

    def beside(other: Period) -> Figures:
        return replace(count_period(session, other, playbook, now), rows=NO_ROWS)

    before, year_ago = beside(period.before()), beside(period.year_ago())
    return Compared(count_period(session, period, playbook, now), before, year_ago)
