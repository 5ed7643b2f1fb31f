import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.processes import ROOT, Process, StartProcess, free_port

WORKER = [sys.executable, "-m", "workers"]


@pytest.fixture
def worker(start_process: StartProcess, sqlite_url: str, tmp_path: Path) -> Process:
    environ = {
        "HOTLINE_ENV": "demo", "HOTLINE_VAR": str(tmp_path), "DATABASE_URL": sqlite_url, "REDIS_URL": "",
        "CARRIER_PORT": str(free_port()),
    }  # fmt: skip
    process = start_process(WORKER, environ, warm=True)
    process.wait_for_line("the worker is ready")
    return process


def test_a_warm_one_is_a_child_of_ours_in_a_group_of_its_own(worker: Process) -> None:
    its = psutil.Process(worker.pid)
    assert its.ppid() == os.getpid()
    assert os.getpgid(worker.pid) == os.getsid(worker.pid) == worker.pid
    assert its.cwd() == str(ROOT)
    assert worker.stop(signal.SIGTERM) == 0


def test_a_warm_one_that_is_killed_is_gone(worker: Process) -> None:
    worker.send(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    assert not psutil.pid_exists(worker.pid)


def test_a_warm_one_is_started_as_the_shell_reads_its_words(start_process: StartProcess) -> None:
    process = start_process(
        ["/bin/sh", "-c", 'exec granian "--${WORD:-other}"'], {"WORD": "no such"}, warm=True
    )
    assert process.wait() == 2
    assert "--no such" in process.output()
