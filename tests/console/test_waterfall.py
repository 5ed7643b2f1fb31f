"""How one case's time went: its steps one after the other, also where somebody's clock was wrong."""

from datetime import timedelta
from typing import Any

import pytest

from hotline.console.waterfall import waterfall
from hotline.domain.procedure import Step
from hotline.models import Incident
from tests.console.conftest import START, Browser, Desk, StoppedClock


def case(**minutes: Any) -> Incident:
    """A case whose moments lie so many minutes after it came in."""
    moments = {name: START + timedelta(minutes=after) for name, after in minutes.items()}
    return Incident(received_at=START, **moments)


def test_each_step_begins_where_the_one_before_it_ended() -> None:
    found = waterfall(case(verified_at=2, dispatched_at=5, responded_at=6, on_scene_at=18, closed_at=20))
    assert [(each.step, each.length.seconds // 60, each.left, each.width) for each in found] == [
        (Step.VERIFY, 2, 0.0, 10.0), (Step.COORDINATE, 3, 10.0, 15.0), (Step.RESPOND, 1, 25.0, 5.0),
        (Step.HANDLE, 12, 30.0, 60.0), (Step.RESOLVE, 2, 90.0, 10.0),
    ]  # fmt: skip


@pytest.mark.parametrize("moments", [{}, {"verified_at": 0}, {"verified_at": -3}])
def test_a_case_without_a_second_moment_has_no_picture(moments: dict[str, int]) -> None:
    assert waterfall(case(**moments)) == ()


def test_steps_in_the_wrong_order_stand_in_the_order_of_their_times() -> None:
    found = waterfall(case(dispatched_at=8, verified_at=10))
    assert [each.step for each in found] == [Step.COORDINATE, Step.VERIFY]


def test_it_stands_on_the_cases_page(desk: Desk, operator: Browser, clock: StoppedClock) -> None:
    number = desk.report()
    clock.forward(minutes=4)
    with desk.runtime.work() as work:
        desk.find(work, number).verified_at = work.now
    page = operator.open(f"/incidents/{number}").text
    assert 'class="panel case-times"' in page
    assert "4 mnt" in page
