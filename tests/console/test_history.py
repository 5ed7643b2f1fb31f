"""What was before: earlier cases of a number and of a place, and of which none is told."""

from typing import Final

import pytest

from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.models import Incident
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock

NUMBER: Final = "Laporan sebelumnya dari nomor ini"
PLACE: Final = "Kejadian sebelumnya di tempat ini"
OTHER: Final = "+6281200000077"


def _earlier(browser: Browser, number: str, title: str) -> list[str]:
    """The numbers under this title on the case's page."""
    listed = browser.open(f"/incidents/{number}").text.partition(f"<h3>{title}</h3>")[2].partition("</ol>")[0]
    return [piece.partition("<")[0] for piece in listed.split('<span class="number">')[1:]]


def _change(desk: Desk, number: str, **values: object) -> None:
    with desk.runtime.work() as work:
        incident = desk.find(work, number)
        for name, value in values.items():
            setattr(incident, name, value)


def test_earlier_cases_of_the_number_and_of_the_place_stand_on_the_case(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    here_by_another = desk.report("ada maling", OTHER)
    clock.forward(minutes=1)
    elsewhere = desk.report("halo", area_code="BJ", rt=3)
    clock.forward(minutes=1)
    now = desk.report("ada maling lagi")
    clock.forward(minutes=1)
    desk.report("ada maling sesudah itu")
    assert _earlier(operator, now, NUMBER) == [elsewhere]
    assert _earlier(operator, now, PLACE) == [here_by_another]
    assert _earlier(operator, here_by_another, PLACE) == []
    row = operator.open(f"/incidents/{now}").text.partition(NUMBER)[2].partition("</ol>")[0]
    for told in ("21.05 WIB", "Lain-lain", "Belum diperiksa"):
        assert told in row


@pytest.mark.parametrize(
    ("known", "same"),
    [
        ({"rt": None, "place": "Pasar Induk"}, True),
        ({"rt": None, "place": ""}, False),
        ({"area_code": None, "rt": None, "place": "Pasar Induk"}, False),
    ],
)
def test_the_same_place_is_the_same_rt_or_the_same_landmark(
    desk: Desk, operator: Browser, clock: StoppedClock, known: dict[str, object], same: bool
) -> None:
    before = desk.report("ada maling", OTHER, **known)
    clock.forward(minutes=1)
    assert _earlier(operator, desk.report("ada maling", None, **known), PLACE) == [before] * same


@pytest.mark.parametrize(
    ("role", "told"), [(Role.OPERATOR, False), (Role.AUDITOR, False), (Role.COORDINATOR, True)]
)
def test_whom_a_confidential_case_comes_from_is_not_told_by_its_neighbours(
    desk: Desk, sign_in: SignIn, clock: StoppedClock, role: Role, told: bool
) -> None:
    hidden = desk.report("ada maling", priority=Priority.DARURAT)
    _change(desk, hidden, confidential=True)
    clock.forward(minutes=1)
    plain = desk.report("ada maling")
    clock.forward(minutes=1)
    last = desk.report("ada maling", priority=Priority.DARURAT)
    _change(desk, last, confidential=True)
    browser = sign_in(role)
    assert _earlier(browser, plain, NUMBER) == [hidden] * told
    assert _earlier(browser, last, NUMBER) == [plain, hidden] * told


def test_of_what_was_forgotten_only_the_place_has_a_history(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    before = desk.report("ada maling")
    _change(desk, before, forgotten_at=clock.now())
    clock.forward(minutes=1)
    now = desk.report("ada maling")
    assert _earlier(operator, now, NUMBER) == []
    assert _earlier(operator, now, PLACE) == [before]


def test_only_the_newest_are_listed_and_a_drill_is_no_history(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    numbers = []
    for _ in range(7):
        numbers.append(desk.report("ada maling"))
        clock.forward(minutes=1)
    _change(desk, numbers[5], drill=True)
    assert _earlier(operator, numbers[6], NUMBER) == [numbers[at] for at in (4, 3, 2, 1, 0)]
    assert len(desk.all(Incident)) == 7
