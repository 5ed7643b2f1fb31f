"""`flask modem …`: writes what daemon, udev and systemd need, runs each modem once, says how it is."""

import fcntl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from flask.testing import FlaskCliRunner

from hotline.keeping import Keeper
from hotline.lines import line_of
from hotline.runtime import Runtime
from sms.modem.cutting import cut
from sms.modem.daemon import Daemon
from sms.modem.runner import Place, Runner
from tests.support.eventually import eventually
from workers import modems
from wsgi import create_app

TSEL, ISAT = "tsel:+6281174300001:dummy:a", "isat:+6285674300001:dummy:b"


@pytest.fixture
def runner(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_once: None
) -> Iterator[FlaskCliRunner]:
    settings = {
        "HOTLINE_VAR": str(tmp_path / "var"), "DATABASE_URL": sqlite_url, "REDIS_URL": "",
        "HOTLINE_SMS_GATEWAY": "modem", "HOTLINE_MODEMS": f"{TSEL},{ISAT}",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    app = create_app()
    yield app.test_cli_runner()
    app.extensions["hotline"].engine.dispose()


def said(runner: FlaskCliRunner, *words: str) -> str:
    return runner.invoke(args=["modem", *words]).output


def test_configure_writes_everything_and_what_waits_in_the_store_stays(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "var" / "modem"
    told = said(runner, "configure")
    assert f"tsel: {folder}/tsel/smsdrc" in told
    place = Place(folder / "tsel")
    place.store.put("ours", "+6281300000001", cut("TUGAS 1041", 0))
    said(runner, "configure")
    assert place.store.out("ours").waiting
    assert "phoneid = isat" in (folder / "isat" / "smsdrc").read_text()
    assert "modem run %i" in (folder / "hotline-modem@.service").read_text()
    assert (folder / "99-hotline-modem.rules").is_file()


def test_configure_says_what_is_no_usb_modem(runner: FlaskCliRunner) -> None:
    assert "/dev/null is at no USB socket" in said(runner, "configure", "--plug", "tsel=/dev/null")


def test_run_wants_a_modem_that_is_known_set_up_and_not_run_by_another(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    assert "names no such modem" in said(runner, "run", "axis")
    assert "modem configure first" in said(runner, "run", "tsel")
    said(runner, "configure")
    with (tmp_path / "var" / "modem" / "tsel" / "runner.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "in use by another process" in said(runner, "run", "tsel")


def test_status_says_how_each_line_is(runner: FlaskCliRunner) -> None:
    runtime: Runtime = runner.app.extensions["hotline"]
    with runtime.work() as work:
        line = line_of(work, "tsel")
        line.number, line.signal, line.problem = "+6281174300001", 60, "low_credit"
        line.heard_at = datetime(2026, 11, 26, 5, 7, tzinfo=UTC)
        line.sent_at = datetime(2026, 11, 26, 5, 9, tzinfo=UTC)
        line_of(work, "africastalking")
    told = said(runner, "status")
    assert "tsel" in told
    lasts = ", last received 2026-11-26 12:07 WIB, last sent 2026-11-26 12:09 WIB"
    assert f"signal 60% low_credit{lasts}\n" in told
    assert "in order\n" in told
    assert "signal None" not in told


@dataclass
class StuckRunner:
    """Waits for a database or a modem that never answers; its daemon does not listen to SIGTERM."""

    daemon: Daemon
    pump: SimpleNamespace
    held: threading.Event

    def run(self, stop: threading.Event) -> None:
        self.daemon.start()
        stop.set()
        self.held.wait(20)


def test_told_to_end_it_ends_in_time_and_leaves_no_daemon_that_holds_the_modem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\ntrap '' TERM\nwhile true; do sleep 0.1; done\n")
    deaf.chmod(0o700)
    monkeypatch.setattr(modems, "ENDS_WITHIN_S", 0.2)
    stop, held = threading.Event(), threading.Event()
    daemon = Daemon(tmp_path / "smsdrc", "dummy", lambda _number: None, str(deaf))
    runner = cast(Runner, StuckRunner(daemon, SimpleNamespace(line="tsel"), held))
    keeper = cast(Keeper, SimpleNamespace(stop=lambda: None))
    assert not modems.run_all([runner], keeper, stop)
    eventually(lambda: not daemon.alive, "the daemon is gone")
    held.set()
    daemon.stop()
