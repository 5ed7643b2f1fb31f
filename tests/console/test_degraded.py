"""Something does not work: the head of every page says it in words, the figures in numbers, and traffic
moves away only where the database is gone.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from hotline import health, restoring
from hotline.carriers import Alarm, carrier_of, hold
from hotline.domain.pacing import Held
from hotline.health_pages import metrics, readyz
from hotline.lines import line_of
from hotline.modem_settings import Modem
from hotline.outbox import Kind
from hotline.runtime import Runtime
from tests.console.conftest import Browser, StoppedClock
from workers.queues import RqWaker

CARRIER, SIM = "africastalking", "tsel"


@pytest.fixture
def with_sim(app: Flask, runtime: Runtime) -> Runtime:
    """A desk with a carrier and a SIM, whose figures a monitor may read."""
    settings = replace(
        runtime.settings, metrics_token="a monitor's", sms_gateways=(CARRIER, "modem"),
        modems=(Modem(SIM, "+6281174300001", "dummy:a"),),
    )  # fmt: skip
    app.extensions["hotline"] = made = replace(runtime, settings=settings)
    return made


def carrier_refuses(runtime: Runtime, _clock: StoppedClock, _patch: pytest.MonkeyPatch) -> None:
    with runtime.work() as work:
        hold(work, carrier_of(work, CARRIER), Held.CONFIGURATION, "HTTP 401")


def no_credit(runtime: Runtime, _clock: StoppedClock, _patch: pytest.MonkeyPatch) -> None:
    with runtime.work() as work:
        hold(work, carrier_of(work, CARRIER), Held.MONEY, "InsufficientBalance")


def full_spool(_runtime: Runtime, _clock: StoppedClock, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(health, "LEAST_FREE", 2**62)


def silent_clock(runtime: Runtime, clock: StoppedClock, _patch: pytest.MonkeyPatch) -> None:
    """Nobody does what is due."""
    with runtime.work() as work:
        work.promise(Kind.READ_TEXT, 1)
    clock.forward(seconds=health.LATE_S)


def put_back(runtime: Runtime, _clock: StoppedClock, _patch: pytest.MonkeyPatch) -> None:
    with runtime.work() as work:
        restoring.begin(work.session, work.now, work.now)


def silent_sim(runtime: Runtime, _clock: StoppedClock, _patch: pytest.MonkeyPatch) -> None:
    with runtime.work() as work:
        line_of(work, SIM).problem = Alarm.SILENT


STATES = [
    (carrier_refuses, "akun operator seluler ditolak", Alarm.NOT_CONFIGURED, CARRIER),
    (no_credit, "pulsa habis", Alarm.NO_MONEY, CARRIER),
    (full_spool, "Ruang simpan untuk berkas cadangan hampir penuh", Alarm.SPOOL_FULL, health.HERE),
    (silent_clock, "Bagian yang membaca dan mengirim SMS tidak jalan", Alarm.NOT_WORKING, health.HERE),
    (put_back, "Data dipulihkan dari cadangan", Alarm.RESTORED, restoring.NAME),
    (silent_sim, "Modem tidak menjawab", Alarm.SILENT, SIM),
]


@pytest.mark.parametrize(("breaks", "words", "alarm", "line"), STATES, ids=[each[2].value for each in STATES])
def test_what_does_not_work_is_said_in_words_and_in_figures_and_traffic_stays(
    with_sim: Runtime, operator: Browser, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch,
    breaks: Callable[[Runtime, StoppedClock, pytest.MonkeyPatch], None], words: str, alarm: Alarm, line: str,
) -> None:  # fmt: skip
    figure = f'hotline_alarm{{alarm="{alarm.value}",line="{line}"}} 1.0'
    assert operator.open("/").status == 200
    assert words not in operator.text
    assert figure not in _figures(with_sim)
    breaks(with_sim, clock, monkeypatch)
    assert words in operator.open("/").text
    assert operator.open("/troubles").text.lstrip().startswith('<div class="troubles"')
    assert words in operator.text, "and on a page that was open before"
    assert figure in _figures(with_sim)
    assert readyz(with_sim).status == 200, "turning callbacks away would lose them"


@pytest.mark.parametrize("has_bell", [True, False])
def test_a_queue_server_that_is_gone_is_said_where_the_hotline_tells_of_itself(
    app: Flask, with_sim: Runtime, operator: Browser, *, has_bell: bool
) -> None:
    waker = RqWaker("redis://127.0.0.1:1") if has_bell else with_sim.waker
    settings = replace(with_sim.settings, redis_url="redis://127.0.0.1:1" if has_bell else "")
    app.extensions["hotline"] = runtime = replace(with_sim, waker=waker, settings=settings)
    told = "tidak menjawab; pekerjaan mulai sampai satu detik lebih lambat"
    assert (told in operator.open("/system").text) is has_bell
    assert f"hotline_queue_server_up {0.0 if has_bell else 1.0}" in _figures(runtime)
    assert readyz(runtime).status == 200


def _figures(runtime: Runtime) -> str:
    return metrics(runtime, "Bearer a monitor's").body.decode()
