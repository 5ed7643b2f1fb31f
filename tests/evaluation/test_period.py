from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.evaluation.period import Period, month, month_of, read_period

JAMBI = ZoneInfo("Asia/Jakarta")


def test_a_month_runs_from_local_midnight_to_local_midnight() -> None:
    june = month(2026, 6, JAMBI)
    assert june.start == datetime(2026, 5, 31, 17, tzinfo=UTC)
    assert june.end == datetime(2026, 6, 30, 17, tzinfo=UTC)
    assert june.key == "2026-06"


@pytest.mark.parametrize(
    ("key", "before", "year_ago"),
    [
        ("2026-06", "2026-05", "2025-06"),
        ("2026-01", "2025-12", "2025-01"),
        ("2024-02", "2024-01", "2023-02"),
        ("2026-06-05..2026-06-11", "2026-05-29..2026-06-04", "2025-06-05..2025-06-11"),
        ("2024-02-29..2024-02-29", "2024-02-28..2024-02-28", "2023-02-28..2023-02-28"),
    ],
)
def test_what_a_period_is_held_against(key: str, before: str, year_ago: str) -> None:
    period = read_period(key, JAMBI)
    assert period.key == key
    assert (period.before().key, period.year_ago().key) == (before, year_ago)


def test_a_whole_month_written_as_days_is_the_month() -> None:
    assert read_period("2026-06-01..2026-06-30", JAMBI) == month(2026, 6, JAMBI)


def test_the_month_of_a_moment_is_the_local_one() -> None:
    assert month_of(datetime(2026, 5, 31, 17, tzinfo=UTC), JAMBI).key == "2026-06"
    assert month_of(datetime(2026, 5, 31, 16, 59, tzinfo=UTC), JAMBI).key == "2026-05"


@pytest.mark.parametrize(
    "words",
    ["", "2026", "2026-13", "2026-00", "0000-01", "2026-06-31..2026-07-01", "2026-06-10..2026-06-01",
     "2020-01-01..2026-01-01", "2026-06..2026-07", "../etc", "٢٠٢٦-٠٦", "9999-12"],
)  # fmt: skip
def test_anything_else_is_no_period(words: str) -> None:
    with pytest.raises(ValueError):
        read_period(words, JAMBI)


def test_days_are_counted_with_both_ends() -> None:
    assert Period(date(2026, 6, 1), date(2026, 6, 7), JAMBI).days == 7
