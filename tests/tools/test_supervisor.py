import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.eventually import eventually
from tests.support.processes import Process, StartProcess, free_port
from tools.supervisor import Patience

WAITS: Final = "import os, signal; print('pid', os.getpid()); signal.pause()"
IGNORES: Final = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"
DIES: Final = "raise SystemExit('no ink left')"


def says_when_told_to_stop(words: str) -> str:
    act = f"lambda *_: (print({words!r}), exit())"
    return f"import signal; signal.signal(signal.SIGTERM, {act}); {WAITS}"


def supervise(start: StartProcess, *sources: str, **told: object) -> Process:
    asked = json.dumps({"sources": sources, **told})
    return start([sys.executable, "-m", "tests.tools.supervised", asked])


def running(start: StartProcess, *sources: str, **told: object) -> Process:
    """A supervisor whose programs have all said their process ids."""
    process = supervise(start, *sources, **told)
    process.wait_for(lambda: len(pids(process)) == len(sources), "every program runs")
    process.wait_for_line("all are ready")
    return process


def pids(process: Process) -> list[int]:
    return [int(found) for found in re.findall(r"\| pid (\d+)", process.output())]


def test_every_line_stands_under_the_name_of_who_said_it(start_process: StartProcess) -> None:
    process = supervise(start_process, f"print('one'); {WAITS}", f"print('two'); {WAITS}")
    process.wait_for_line("p0      | one")
    process.wait_for_line("p1      | two")


def test_a_killed_child_comes_back(start_process: StartProcess) -> None:
    process = running(start_process, WAITS)
    os.kill(pids(process)[0], signal.SIGKILL)
    process.wait_for(lambda: len(pids(process)) == 2, "it runs again")
    assert "p0 ended (killed by SIGKILL); started again in" in process.output()


def test_what_a_killed_child_had_started_does_not_stand_in_the_way_of_the_next(
    start_process: StartProcess,
) -> None:
    listens = f"import socket; s = socket.create_server(('127.0.0.1', {free_port()})); {WAITS}"
    runs_it = f"subprocess.run([sys.executable, '-c', {listens!r}], check=True)"
    process = running(start_process, f"import os, subprocess, sys; print('parent', os.getpid()); {runs_it}")
    os.kill(int(re.findall(r"parent (\d+)", process.output())[0]), signal.SIGKILL)
    process.wait_for(lambda: len(pids(process)) == 2, "the port is free for the second one")


def test_five_deaths_in_a_minute_stop_everything_with_a_clear_word(start_process: StartProcess) -> None:
    process = supervise(start_process, says_when_told_to_stop("first is told"), DIES)
    assert process.wait() == 1
    assert "p1 ended 5 times in 60 s (exit code 1), so everything is stopped. It last" in process.output()
    assert "said: no ink left" in process.output()
    assert "first is told" in process.output()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_ends_every_child_in_reverse_order(
    start_process: StartProcess, number: signal.Signals
) -> None:
    process = running(start_process, says_when_told_to_stop("bye 0"), says_when_told_to_stop("bye 1"))
    assert process.stop(number) == 0
    assert re.findall(r"bye \d", process.output()) == ["bye 1", "bye 0"]


def test_a_child_that_does_not_stop_is_killed(start_process: StartProcess) -> None:
    process = running(start_process, IGNORES, stop_within=0.1)
    assert process.stop() == 0
    assert process.output().count("p0 had not finished and was killed") == 1


def test_a_second_wish_to_stop_kills_at_once(start_process: StartProcess) -> None:
    process = running(start_process, IGNORES, says_when_told_to_stop("bye"), stop_within=600)
    process.send(signal.SIGINT)
    process.wait_for_line("bye")
    assert process.stop(signal.SIGINT) == 0
    assert "p0 had not finished and was killed" in process.output()


def test_no_child_outlives_a_starter_that_is_killed(start_process: StartProcess, tmp_path: Path) -> None:
    told = tmp_path / "told"
    act = f"lambda *_: pathlib.Path({str(told)!r}).touch()"
    process = running(start_process, f"import pathlib, signal; signal.signal(signal.SIGTERM, {act}); {WAITS}")
    os.kill(process.pid, signal.SIGKILL)
    eventually(told.exists, "the child is told to stop")


def test_what_never_becomes_ready_stops_everything(start_process: StartProcess) -> None:
    process = supervise(start_process, WAITS, never_ready=True)
    assert process.wait() == 1
    assert "p0 was not ready after 0.2 s, so everything is stopped." in process.output()


def test_a_command_that_does_not_exist_stops_everything(start_process: StartProcess) -> None:
    process = supervise(start_process, WAITS, interpreter="/does/not/exist")
    assert process.wait() == 1
    assert "p0 could not be started" in process.output()


def test_a_child_that_closes_its_output_is_still_watched(start_process: StartProcess) -> None:
    closes = "import os, signal; print('pid', os.getpid()); os.close(1); os.close(2); signal.pause()"
    process = running(start_process, closes)
    os.kill(pids(process)[0], signal.SIGKILL)
    process.wait_for(lambda: len(pids(process)) == 2, "it runs again")


def test_a_program_that_is_not_to_be_heard_speaks_only_when_it_fails(start_process: StartProcess) -> None:
    process = supervise(start_process, DIES, heard=False)
    assert process.wait() == 1
    assert "| no ink left" not in process.output()
    assert "It last said: no ink left" in process.output()


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 0.25), (2, 0.5), (4, 2.0), (9, 5.0)])
def test_the_wait_before_a_restart_doubles_up_to_a_limit(deaths: int, seconds: float) -> None:
    assert Patience().wait_after(deaths) == seconds
