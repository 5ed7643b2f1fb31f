"""A figure beside arriving texts counts only where as many arrived as its row names."""

import pytest

from tools.bench.results import DoesNotCountError
from tools.bench.steady import Posted, insist_on_rate


def _posted(per_second: float, seconds: float, ms: float = 8.0) -> list[Posted]:
    return [Posted(200, 1000 + at / per_second + ms / 1000, ms) for at in range(int(per_second * seconds))]


@pytest.mark.parametrize(("rate", "seconds"), [(500.0, 3.0), (480.0, 3.0), (500.0, 0.1), (50.0, 4.0)])
def test_a_run_at_its_rate_counts(rate: float, seconds: float) -> None:
    insist_on_rate(_posted(rate, seconds), 500.0 if rate > 100 else 50.0)


@pytest.mark.parametrize("posted", [[], _posted(500, 0.002), _posted(470, 3), _posted(40, 4)])
def test_a_run_below_its_rate_does_not_count(posted: list[Posted]) -> None:
    with pytest.raises(DoesNotCountError, match="instead of 500 a second"):
        insist_on_rate(posted, 500)


def test_answers_that_take_long_are_no_lack_of_texts() -> None:
    insist_on_rate(_posted(500, 2, ms=400), 500)
