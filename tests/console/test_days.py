"""Days as people type them into the search."""

from datetime import date
from typing import Final

import pytest

from hotline.console.days import find_day

TODAY: Final = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("words", "day", "rest"),
    [
        ("24/11", TODAY, ""),
        ("maling 23.11.2026", date(2026, 11, 23), "maling"),
        ("23-11-26 pasar", date(2026, 11, 23), "pasar"),
        ("2026-01-02", date(2026, 1, 2), ""),
        ("2 Okt api", date(2026, 10, 2), "api"),
        ("2 Oktober 2025", date(2025, 10, 2), ""),
        ("25/12", date(2025, 12, 25), ""),
        ("kemarin maling", date(2026, 11, 23), "maling"),
        ("Hari ini", TODAY, ""),
        ("31/02", None, "31/02"),
        ("rt 5 eka jaya", None, "rt 5 eka jaya"),
    ],
)
def test_a_day_is_found_among_the_words(words: str, day: date | None, rest: str) -> None:
    assert find_day(words, TODAY) == (day, rest)
