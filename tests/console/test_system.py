"""The hotline's own state, in words."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from hotline.domain.delivery import TextState
from hotline.lines import line_of
from hotline.models import TextMessage
from hotline.modem_settings import Modem
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


def test_each_line_in_use_says_how_it_is_in_either_language(
    app: Flask, desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    sims = tuple(Modem(name, "+6285674300001", f"dummy:{name}") for name in ("isat", "tsel"))
    settings = replace(desk.runtime.settings, sms_gateways=("modem", "africastalking"), modems=sims)
    app.extensions["hotline"] = replace(desk.runtime, settings=settings)
    with desk.runtime.work() as work:
        line_of(work, "isat").number = "+6285674300001"
        line = line_of(work, "tsel")
        line.heard_at, line.signal, line.registered = work.now, 61, True
        line.storage_used, line.storage_size, line.restarts = 2, 20, 3
        line.credit = "Sisa pulsa Rp 25.000"
        line_of(work, "gone").problem = "silent"
    clock.forward(minutes=5)
    with desk.runtime.work() as work:
        line_of(work, "tsel").sent_at = work.now
        carrier = line_of(work, "africastalking")
        carrier.registered, carrier.down_until = None, work.now + timedelta(minutes=5)
    page = operator.open("/system").text
    assert "<b>Jalur SMS isat</b><span>+6285674300001, belum ada SMS</span>" in page
    assert (
        "<b>Jalur SMS tsel</b><span>terhubung ke jaringan, sinyal 61 %, memori SIM terisi 2 dari 20, "
        "pulsa: Sisa pulsa Rp 25.000, program modem dijalankan ulang 3 kali, "
        "terakhir menerima 21.04 WIB, terakhir mengirim 21.09 WIB</span>"
    ) in page
    resting = "<span>sering gagal, dicoba lagi 21.14 WIB</span>"
    assert f"<b>Jalur SMS africastalking</b>{resting}" in page
    assert "Jalur SMS gone" not in page
    page = operator.send("/language", language="en").open("/system").text
    assert (
        "<b>Text line tsel</b><span>on its network, signal 61 %, SIM storage 2 of 20, "
        "credit: Sisa pulsa Rp 25.000, modem started anew 3 times, "
        "last received 21:04 WIB, last sent 21:09 WIB</span>"
    ) in page
    assert "no texts yet" in page
    with desk.runtime.work() as work:
        line = line_of(work, "tsel")
        line.problem, line.seen_at = "silent", work.now
    told = "<b>Text line tsel</b><span>modem last answered 21:09 WIB, SIM storage 2 of 20, credit"
    assert told in operator.open("/system").text


def test_a_doubtful_send_is_listed_and_repeated_by_hand(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/reply", words="halo", to="callers")
    with desk.runtime.work() as work:
        work.session.get_one(TextMessage, 1).state = TextState.UNKNOWN
    operator.open("/system").send("/texts/1/resend")
    assert "<title>Sistem" in operator.text
    assert len(desk.all(TextMessage)) == 2
    assert not operator.has_form("/texts/1/resend")
