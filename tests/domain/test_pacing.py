"""How many texts may leave, whatever the clock does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.pacing import Allowance, Bucket, Line, allowance, refill, spend

NOON = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
OPEN = Line(held=False, may_try=False, only_emergencies=False)


@given(
    steps=st.lists(st.tuples(st.floats(-5, 30), st.integers(0, 50)), max_size=40),
    per_second=st.integers(1, 50),
    burst=st.integers(1, 100),
)
def test_over_any_time_no_more_leave_than_burst_and_rate_allow(
    steps: list[tuple[float, int]], per_second: int, burst: int
) -> None:
    bucket, now, gone, passed = Bucket(float(burst), NOON), NOON, 0, 0.0
    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        passed += abs(seconds)
        bucket = refill(bucket, now, per_second=per_second, burst=burst)
        leaving = min(wanted, allowance(bucket, OPEN).texts)
        bucket = spend(bucket, leaving)
        gone += leaving
        assert 0 <= bucket.tokens <= burst
    assert gone <= burst + per_second * passed + 1


@given(alerts=st.integers(0, 500))
def test_alerts_leave_at_once_and_the_rest_pays_for_them(alerts: int) -> None:
    after = spend(Bucket(10.0, NOON), alerts)
    assert after.tokens == 10 - alerts
    assert allowance(after, OPEN).texts == max(10 - alerts, 0)
    later = refill(after, NOON + timedelta(seconds=600), per_second=1, burst=10)
    assert allowance(later, OPEN).texts == 10


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        (OPEN, Allowance(7, only_emergencies=False)),
        (Line(held=True, may_try=False, only_emergencies=False), Allowance(0, only_emergencies=False)),
        (Line(held=True, may_try=True, only_emergencies=False), Allowance(1, only_emergencies=False)),
        (Line(held=False, may_try=False, only_emergencies=True), Allowance(7, only_emergencies=True)),
    ],
)
def test_what_a_line_lets_through(line: Line, allowed: Allowance) -> None:
    assert allowance(Bucket(7.9, NOON), line) == allowed
