import sys
import time
from pathlib import Path

import pytest

from tools import test as tests_starter
from tools.test import Need, chromium_is_there, missing, run, shortage

HERE = Need("a thing that is here", "here", lambda: True)
BROWSER = Need("the browser chromium", "chromium", lambda: False)
FONT = Need("a font for it", "fonts-dejavu-core", lambda: False)


def test_only_what_is_absent_is_missing() -> None:
    assert missing((HERE, BROWSER)) == [BROWSER]


def test_what_is_missing_is_named_with_the_command_that_brings_it() -> None:
    assert shortage([BROWSER, FONT]) == (
        "The tests need the browser chromium and a font for it. "
        "On Debian, as root: apt-get install chromium fonts-dejavu-core"
    )


def test_where_nothing_may_be_installed_no_test_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tests_starter, "NEEDS", (BROWSER,))
    monkeypatch.setattr(tests_starter, "may_install", lambda: False)
    assert tests_starter.main([]) == 3
    assert "apt-get install chromium" in capsys.readouterr().err


def test_a_browser_elsewhere_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "chrome"
    browser.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert chromium_is_there()


@pytest.mark.parametrize("code", [0, 1, 5])
def test_the_tests_exit_code_is_passed_on(code: int) -> None:
    assert run([sys.executable, "-c", f"raise SystemExit({code})"]) == code


def test_a_run_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = tmp_path / "late"
    child = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(late)!r}).touch()"
    hangs = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    assert run([sys.executable, "-c", hangs], within_s=0.8) == 4
    assert "were stopped" in capsys.readouterr().err
    time.sleep(1.5)
    assert not late.exists()
