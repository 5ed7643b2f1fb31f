"""A day as people type it into a search: 24/11, 24 Nov 2026, 2026-11-24, kemarin."""

import re
from datetime import date, timedelta
from typing import Final

_NUMBERS: Final = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?\b")
_ISO: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NAMED: Final = re.compile(r"\b(\d{1,2}) ([a-z]{3})[a-z]*(?: (\d{4}))?\b", re.IGNORECASE)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ["jan", "feb", "mar", "apr", "mei may", "jun", "jul", "agu aug", "sep", "okt oct", "nov", "des dec"],
        start=1,
    )
    for name in names.split()
}
_YEARS: Final = range(2000, 3000)
"""Beyond them no clock of ours goes, and counting days ends where calendars do."""
_AGO: Final = {"hari ini": 0, "today": 0, "kemarin": 1, "yesterday": 1}


def read_day(words: str) -> date:
    """A day as an address or a field has it, 2026-11-24. Raises ValueError for none, and for another age."""
    return within_years(date.fromisoformat(words))


def within_years(day: date) -> date:
    """The day. Raises ValueError for one of another age, which no column could be compared with."""
    if day.year not in _YEARS:
        raise ValueError(f"not a day of ours: {day}")
    return day


def find_day(words: str, today: date) -> tuple[date | None, str]:
    """The day that is named, and the words without it. Without a year it is the latest that is not ahead."""
    for name, ago in _AGO.items():
        if name in words.casefold():
            rest = re.sub(re.escape(name), " ", words, flags=re.IGNORECASE)
            return today - timedelta(days=ago), " ".join(rest.split())
    for pattern in (_ISO, _NUMBERS, _NAMED):
        if (found := pattern.search(words)) and (day := _day(pattern, found, today)) is not None:
            return day, " ".join((words[: found.start()] + words[found.end() :]).split())
    return None, words


def _day(pattern: re.Pattern[str], found: re.Match[str], today: date) -> date | None:
    first, second, third = found.groups()
    if pattern is _ISO:
        return _made(int(first), int(second), int(third))
    month = _MONTHS.get(second.casefold(), 0) if pattern is _NAMED else int(second)
    if third:
        return _made(int(third) + (2000 if len(third) == 2 else 0), month, int(first))
    day = _made(today.year, month, int(first))
    return _made(today.year - 1, month, int(first)) if day is not None and day > today else day


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return within_years(date(year, month, day))
    except ValueError:
        return None
