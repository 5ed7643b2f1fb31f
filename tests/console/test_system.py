"""The hotline's own state, in words."""

from hotline.domain.delivery import TextState
from hotline.models import TextMessage
from tests.console.conftest import Browser, Desk, StoppedClock


def test_a_quiet_hotline_says_so(operator: Browser) -> None:
    page = operator.open("/system").text
    assert "menjawab" in page
    assert "tidak ada yang tertunda" in page


def test_late_work_is_said_with_since_when(desk: Desk, operator: Browser, clock: StoppedClock) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/reply", words="halo", to="callers")
    clock.forward(minutes=5)
    assert "2 tertunda, yang tertua sejak 21.04 WIB" in operator.open("/system").text


def test_a_doubtful_send_is_listed_and_repeated_by_hand(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/reply", words="halo", to="callers")
    with desk.runtime.work() as work:
        work.session.get_one(TextMessage, 1).state = TextState.UNKNOWN
    operator.open("/system").send("/texts/1/resend")
    assert "<title>Sistem" in operator.text
    assert len(desk.all(TextMessage)) == 2
    assert not operator.has_form("/texts/1/resend")
