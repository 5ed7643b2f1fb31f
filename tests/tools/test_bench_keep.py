"""What the door accepted counts only where each one is kept once, by its serial, with its promise."""

from dataclasses import replace

import pytest

from tools.bench.keep import insist_on_each
from tools.bench.results import DoesNotCountError
from tools.bench.wrk import Load

LOAD = Load(accepted=5, refused=0, seconds=1, p50_ms=1, p99_ms=2, first=1000, sent=(4, 3))
"""Two lanes, on each of which the last one was under way: 1000, 1002, 1004, 1006 and 1001, 1003, 1005."""
ANSWERED = (1000, 1001, 1002, 1003, 1004)


def _kept(*serials: int) -> dict[int, int]:
    return dict(enumerate(serials, 70))


def test_the_serials_of_each_lane_are_known() -> None:
    assert sorted(LOAD.answered()) == list(ANSWERED)
    assert sorted(LOAD.begun()) == list(range(1000, 1007))
    assert list(replace(LOAD, sent=(3,)).answered()) == [1000, 1001]


@pytest.mark.parametrize("under_way", [(), (1006,), (1005, 1006)])
def test_each_accepted_one_kept_once_counts(under_way: tuple[int, ...]) -> None:
    kept = _kept(*ANSWERED, *under_way)
    insist_on_each([LOAD], kept, [*kept, 99])


@pytest.mark.parametrize(
    ("load", "serials", "wrong"),
    [
        (LOAD, (1000, 1001, 1003, 1004, 1005, 1006), "1 were accepted and are not kept"),
        (LOAD, (*ANSWERED, 1004), "kept twice"),
        (replace(LOAD, accepted=6), ANSWERED, "6 were accepted and 5 kept"),
        (replace(LOAD, accepted=4), ANSWERED, "7 were sent and 4 accepted"),
        (replace(LOAD, refused=1), ANSWERED, "refused"),
    ],
)
def test_a_lost_or_doubled_one_does_not_count(load: Load, serials: tuple[int, ...], wrong: str) -> None:
    """Even where as many that were under way are kept instead of it."""
    kept = _kept(*serials)
    with pytest.raises(DoesNotCountError, match=wrong):
        insist_on_each([load], kept, list(kept))


@pytest.mark.parametrize(
    ("promised", "wrong"), [(slice(1, None), "without a promise"), (slice(0), "5 are kept")]
)
def test_one_without_its_promise_does_not_count(promised: slice, wrong: str) -> None:
    kept = _kept(*ANSWERED)
    with pytest.raises(DoesNotCountError, match=wrong):
        insist_on_each([LOAD], kept, list(kept)[promised])


def test_one_that_is_promised_twice_does_not_count() -> None:
    kept = _kept(*ANSWERED)
    with pytest.raises(DoesNotCountError, match="promised twice"):
        insist_on_each([LOAD], kept, [*kept, 70])
