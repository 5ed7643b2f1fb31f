"""Days as people type them into the search."""

from datetime import date
from typing import Final

import pytest

from hotline.console.days import find_day, read_day

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
        ("01/01/0001", None, "01/01/0001"),
        ("31/12/9999", None, "31/12/9999"),
        ("rt 5 eka jaya", None, "rt 5 eka jaya"),
    ],
)
def test_a_day_is_found_among_the_words(words: str, day: date | None, rest: str) -> None:
    assert find_day(words, TODAY) == (day, rest)


@pytest.mark.parametrize("words", ["0001-01-01", "9999-12-31", "2026-02-30", "besok"])
def test_a_day_of_another_age_is_none(words: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_day(words)
