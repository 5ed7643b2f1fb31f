"""The daily register: the day's cases on paper, and nobody who reported them."""

import pytest

from hotline import intake
from hotline.domain.channels import Channel
from hotline.domain.rights import Role
from hotline.intake import Told
from tests.console.conftest import CALLER, Browser, Desk, SignIn, StoppedClock


@pytest.fixture
def day(desk: Desk) -> str:
    """A theft told by somebody with a name, and a unit on its way; its number."""
    number = desk.dispatched(desk.unit())
    with desk.runtime.work() as work:
        told = Told(Channel.WALK_IN, "saya BUDI CANARY", work.now, "+6281299998888", name="BUDI CANARY")
        intake.enter_report(work, told, desk.people[Role.OPERATOR], number=number)
    return number


def test_it_has_time_number_kind_place_and_units_and_no_caller(day: str, operator: Browser) -> None:
    page = operator.open("/register").text.partition("<main")[2]  # the menu says "akun saya"
    for words in ("21.04", day, "Pencurian", "Eka Jaya RT 5", "Arif", "TINGGI"):
        assert words in page
    for secret in ("BUDI", "CANARY", "99998888", CALLER, CALLER[-8:], "saya"):
        assert secret not in page
    assert page.count('class="blank') == 10


def test_the_day_before_has_none_of_it(day: str, operator: Browser) -> None:
    assert day not in operator.open("/register?day=2026-11-23").text
    assert day in operator.open("/register?day=2026-11-24").text


def test_a_day_begins_at_midnight_of_the_district(desk: Desk, clock: StoppedClock, sign_in: SignIn) -> None:
    clock.forward(hours=2, minutes=55)
    late = desk.report()
    clock.forward(minutes=1)
    early = desk.report("kebakaran")
    operator = sign_in(Role.OPERATOR)
    assert (late in operator.open("/register?day=2026-11-24").text) is True
    assert (early in operator.open("/register?day=2026-11-24").text) is False


def test_a_confidential_case_is_counted_and_not_printed(desk: Desk, sign_in: SignIn) -> None:
    number = desk.report("transaksi sabu", type_code="NARKOBA", area_code="EJ")
    assert number in sign_in(Role.COORDINATOR).open("/register").text
    page = sign_in(Role.OPERATOR).open("/register").text
    assert number not in page
    assert "1 kasus rahasia tidak dicetak" in page


@pytest.mark.parametrize("wanted", ["kemarin", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_not_found(operator: Browser, wanted: str) -> None:
    assert operator.open(f"/register?day={wanted}").status == 404
