"""Stretches of time as an office counts them: whole local days, the stretch before, the same a year ago."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAYS: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999
LONGEST_DAYS: Final = 1100
"""Three years: more would count for minutes and say nothing."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the morning of `first` to the midnight that ends `last`, in the programme's zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """Its first moment, in UTC."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    @property
    def key(self) -> str:
        """As it is written in an address: `2026-06`, or `2026-06-01..2026-06-14`."""
        return f"{self.first:%Y-%m}" if self.is_month else f"{self.first}..{self.last}"

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month of the calendar."""
        return self == month(self.first.year, self.first.month, self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """What it is held against: the month before, or as many days just before."""
        last = self.first - timedelta(days=1)
        if self.is_month:
            return month(last.year, last.month, self.zone)
        return Period(last - timedelta(days=self.days - 1), last, self.zone)

    def year_ago(self) -> "Period":
        """The same days of the year before; the 29 February becomes the 28."""
        if self.is_month:
            return month(self.first.year - 1, self.first.month, self.zone)
        return Period(_year_before(self.first), _year_before(self.last), self.zone)


def month(year: int, number: int, zone: ZoneInfo) -> Period:
    """One month of the calendar."""
    length = calendar.monthrange(year, number)[1]
    return Period(date(year, number, 1), date(year, number, length), zone)


def month_of(moment: datetime, zone: ZoneInfo) -> Period:
    """The month that `moment` lies in."""
    local = moment.astimezone(zone)
    return month(local.year, local.month, zone)


def read_period(words: str, zone: ZoneInfo) -> Period:
    """What `Period.key` writes. Raises ValueError for anything else, and for more than three years."""
    if found := _MONTH.fullmatch(words):
        year, number = int(found[1]), int(found[2])
        if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= len(calendar.month_name) - 1:
            return month(year, number, zone)
    elif found := _DAYS.fullmatch(words):
        period = Period(date.fromisoformat(found[1]), date.fromisoformat(found[2]), zone)
        years = (period.first.year, period.last.year)
        if all(_FIRST_YEAR <= year <= _LAST_YEAR for year in years) and 1 <= period.days <= LONGEST_DAYS:
            return period
    raise ValueError(f"not a period: {words!r}")


def _year_before(day: date) -> date:
    length = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, length))
