"""Processes of the hotline that need not read its modules: most of a start is that, and the stories start a
hundred.

One process has read them and forks itself for whoever asks. What comes of it is a process of its own, a
child of the tests like any other: own group, environment, log and folder, ended and killed by its id. Only
what Python does before the first line of `main` is spared; tests of a start itself (`make run`, the Procfile,
the chaos) start cold.
"""

import atexit
import ctypes
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tools.parent_death import die_with_parent

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_MODULES: Final = ("wsgi", "workers.process", "hotline.pretend_carrier.application", "granian.cli")
_MOST_BYTES: Final = 100_000
"""Of a request; a packet of a unix socket takes twice that."""
_SHELL: Final = ("/bin/sh", "-c")
_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER: Final = 36
_prctl: Final = ctypes.CDLL(None).prctl


class WarmProcess:
    """A process that was forked for us, with as much of Popen's manner as the tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self._code is None and (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            self._code = os.waitstatus_to_exitcode(ended[1])
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; TimeoutExpired if it has none within `timeout` seconds."""
        if self.poll() is None:
            watched = os.pidfd_open(self.pid)
            try:
                select.select([watched], [], [], timeout)
            finally:
                os.close(watched)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing happens if it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def start_warm(command: Sequence[str], log: Path, environ: Mapping[str, str], cwd: Path) -> WarmProcess:
    """Runs `python -m module …`, or what a shell makes of a Procfile's `exec program …` of Python's."""
    words = {"command": list(command), "log": str(log), "environ": dict(environ), "cwd": str(cwd)}
    request = json.dumps({**words, "parent": os.getpid()}).encode()
    assert len(request) <= _MOST_BYTES
    connection = _warm_one()
    _inherit(True)  # whose parent has ended is our child
    try:
        connection.send(request)
        return WarmProcess(int(connection.recv(100)))
    finally:
        _inherit(False)


@cache
def _warm_one() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            preexec_fn=die_with_parent(),
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _inherit(orphans: bool) -> None:
    _prctl(_PR_SET_CHILD_SUBREAPER, int(orphans), 0, 0, 0)


def serve(connection: socket.socket) -> None:
    """Forks for every request until the tests have ended. Each child returns from here too, as what was asked
    for.
    """
    for module in _MODULES:
        import_module(module)
    gc.freeze()
    while request := connection.recv(_MOST_BYTES):
        if between := os.fork():
            os.waitpid(between, 0)
            continue
        if os.fork():
            os._exit(0)
        become(connection, json.loads(request))
        return


def become(connection: socket.socket, asked: Mapping[str, Any]) -> None:
    """From here on this is the process that was asked for; SystemExit at its end."""
    while os.getppid() != asked["parent"]:
        time.sleep(0.001)
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    os.setsid()
    with Path(asked["log"]).open("ab") as log, Path(os.devnull).open("rb") as nothing:
        for target, source in enumerate((nothing, log, log)):
            os.dup2(source.fileno(), target)
    with connection:
        connection.send(str(os.getpid()).encode())
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    _run(_expanded(asked["command"]))


def _expanded(command: Sequence[str]) -> list[str]:
    """The words of an `exec`, its variables filled in by the shell that would have run it."""
    if tuple(command[:2]) != _SHELL:
        return list(command)
    words = command[2].removeprefix("exec ")
    said = subprocess.run([*_SHELL, f"printf '%s\\0' {words}"], capture_output=True, text=True, check=True)
    return said.stdout.split("\0")[:-1]


def _run(command: list[str]) -> None:
    program, *arguments = command
    if program == "granian":
        arguments = ["-m", "granian", *arguments]
    assert arguments[0] == "-m"
    sys.argv = arguments[1:]
    runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
