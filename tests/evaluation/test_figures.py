"""The figures of a generated year, held against a second count that shares nothing with the first."""

import gc
from collections.abc import Callable
from functools import cache
from typing import cast

import pytest
from sqlalchemy.orm import Session

from hotline.domain.playbook import Playbook
from hotline.evaluation.figures import Figures, compare, count_period
from hotline.evaluation.period import read_period
from hotline.evaluation.young_garbage import YOUNG, collecting_little
from tests.evaluation.again import Again, Expected, moment
from tests.support.year import INCIDENTS, NOW, Year

PERIODS = {
    "2025-02-01..2026-01-31": ("2025-02-01", "2026-02-01"),
    "2025-06": ("2025-06-01", "2025-07-01"),
    "2025-10-03..2025-10-12": ("2025-10-03", "2025-10-13"),
    "2026-01": ("2026-01-01", "2026-02-01"),
    "2026-02": ("2026-02-01", "2026-03-01"),
    "2024-11": ("2024-11-01", "2024-12-01"),
}


Counted = Callable[[str], Figures]


@pytest.fixture(scope="module")
def counted(year_session: Session, playbook: Playbook) -> Counted:
    """The figures of a period, counted once."""

    @cache
    def count(key: str) -> Figures:
        return count_period(year_session, read_period(key, playbook.programme.zone), playbook, NOW)

    return count


@pytest.mark.parametrize("key", PERIODS)
def test_every_figure_of_a_period_is_what_a_second_count_says_to_the_last_digit(
    counted: Counted, playbook: Playbook, year: Year, key: str
) -> None:
    first = counted(key)
    start, end = map(moment, PERIODS[key])
    second = Again(year, playbook, start, end).all()
    told = {
        name: Expected(figure.value, figure.n, sorted(figure.behind), figure.unknown)
        for name, figure in first.by_key.items()
    }
    assert told.keys() == second.keys()
    wrong = {name: (told[name], second[name]) for name in told if told[name] != second[name]}
    assert wrong == {}


def test_the_year_is_as_large_as_it_says(counted: Counted, year: Year) -> None:
    whole = counted("2025-02-01..2026-01-31")
    left_out = [row for row in year.incidents if row["drill"] or row["merged_into_id"]]
    assert len(year.incidents) == INCIDENTS
    assert whole["t1/received"].n == INCIDENTS - len(left_out)
    assert len(whole.by_key) > 1000


def test_exercises_stand_in_no_figure(counted: Counted, year: Year) -> None:
    whole = counted("2025-02-01..2026-01-31")
    drills = {row["number"] for row in year.incidents if row["drill"]}
    assert drills
    assert not [key for key, figure in whole.by_key.items() if drills & set(figure.behind)]


def test_a_month_stands_beside_the_one_before_and_the_same_a_year_ago(
    year_session: Session, counted: Counted, playbook: Playbook
) -> None:
    zone = playbook.programme.zone
    three = compare(year_session, read_period("2026-01", zone), playbook, NOW)
    assert [each.period.key for each in (three.now, three.before, three.year_ago)] == [
        "2026-01", "2025-12", "2025-01",
    ]  # fmt: skip
    december = counted("2025-12")
    assert three.before.by_key == december.by_key
    assert three.year_ago["t1/received"].n == 0


def test_python_collects_its_garbage_as_before_also_after_a_count_that_broke_off(playbook: Playbook) -> None:
    before = gc.get_threshold()
    with pytest.raises(AttributeError):
        count_period(cast(Session, None), read_period("2025-06", playbook.programme.zone), playbook, NOW)
    assert gc.get_threshold() == before


def test_of_several_who_count_the_last_has_garbage_collected_as_before() -> None:
    before = gc.get_threshold()
    with collecting_little():
        with collecting_little():
            assert gc.get_threshold() == YOUNG
        assert gc.get_threshold() == YOUNG
    assert gc.get_threshold() == before


def test_classes_add_up_to_what_came_in(counted: Counted) -> None:
    found = counted("2025-06")
    names = ("valid", "unfounded", "out_of_area", "cancelled", "prank", "duplicate", "unchecked")
    assert sum(found[f"t1/{name}"].n for name in names) == found["t1/received"].n
    assert found["t2/all/all"] == found["t1/received"]
