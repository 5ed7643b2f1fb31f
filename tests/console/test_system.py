"""The hotline's own state, in words."""

from hotline.domain.delivery import TextState
from hotline.lines import line_of
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


def test_each_line_says_when_it_last_received_and_sent_in_either_language(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    with desk.runtime.work() as work:
        line_of(work, "isat").number = "+6285674300001"
        line_of(work, "tsel").heard_at = work.now
    clock.forward(minutes=5)
    with desk.runtime.work() as work:
        line_of(work, "tsel").sent_at = work.now
    page = operator.open("/system").text
    assert "<b>Jalur SMS isat</b><span>belum ada SMS</span>" in page
    told = "<span>terakhir menerima 21.04 WIB, terakhir mengirim 21.09 WIB</span>"
    assert f"<b>Jalur SMS tsel</b>{told}" in page
    page = operator.send("/language", language="en").open("/system").text
    assert "<b>Text line tsel</b><span>last received 21:04 WIB, last sent 21:09 WIB</span>" in page
    assert "<span>no texts yet</span>" in page


def test_a_doubtful_send_is_listed_and_repeated_by_hand(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/reply", words="halo", to="callers")
    with desk.runtime.work() as work:
        work.session.get_one(TextMessage, 1).state = TextState.UNKNOWN
    operator.open("/system").send("/texts/1/resend")
    assert "<title>Sistem" in operator.text
    assert len(desk.all(TextMessage)) == 2
    assert not operator.has_form("/texts/1/resend")
