"""Real processes for tests: started with their own environment, written to a file, ended by their id."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, cycle
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.support.eventually import eventually
from tests.support.warm import WarmProcess, start_warm
from tools.parent_death import die_with_parent
from tools.program import answers_http

ROOT: Final = Path(__file__).resolve().parent.parent.parent


PORTS: Final = range(20_000, 32_000)
"""Below the ports that the system gives to outgoing connections: none of those takes one meanwhile."""
_next_port = cycle(chain(range(PORTS[os.getpid() * 37 % len(PORTS)], PORTS.stop), PORTS))


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on, and that this process has not given away lately.

    Each process of a parallel run begins elsewhere in the range.
    """
    return next(port for port in _next_port if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


class Process:
    """A running command. `environ` is added to this process's own; what it says goes to `log`.

    `user` (root only) runs it as that user and group, and no others. `at_our_end` is the signal it
    gets should the tests themselves be killed. `warm` is for Python programs of the hotline: one that
    has read its modules already. Start processes from the main thread.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        environ: Mapping[str, str] | None = None,
        *,
        cwd: Path = ROOT,
        user: int | None = None,
        at_our_end: signal.Signals = signal.SIGTERM,
        warm: bool = False,
    ) -> None:
        self.command = [str(part) for part in command]
        self.log = log
        env = {**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})}
        self._process: WarmProcess | subprocess.Popen[bytes]
        if warm and sys.platform == "linux":
            self._process = start_warm(self.command, log, env, cwd)
            return
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                start_new_session=True,
                preexec_fn=die_with_parent(at_our_end),
            )

    @property
    def pid(self) -> int:
        """Its process id, and that of its process group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def output(self) -> str:
        """All it has said so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, probe: Callable[[], bool], what: str, within: float = 20.0) -> None:
        """Wait until `probe` says yes; AssertionError with its output if it ends first or takes too long."""
        try:
            eventually(lambda: probe() or not self.alive, what, within)
        except AssertionError as error:
            raise AssertionError(f"{error}. {self._said()}") from None
        if not probe():
            raise AssertionError(f"it ended before this: {what}. {self._said()}")

    def wait_for_line(self, words: str, within: float = 20.0) -> None:
        """Wait until it has said `words`."""
        self.wait_for(lambda: words in self.output(), f"it says {words!r}", within)

    def wait_for_url(self, url: str, within: float = 20.0) -> None:
        """Wait until `url`, on 127.0.0.1, answers without a server error."""
        parts = urlsplit(url)
        self.wait_for(answers_http(parts.port or 80, parts.path or "/"), f"{url} answers", within)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it alone."""
        self._process.send_signal(number)

    def wait(self, within: float = 20.0) -> int:
        """Its exit code, negative for a signal; TimeoutExpired if it does not end."""
        return self._process.wait(within)

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 20.0) -> int:
        """Ask it to end, wait; what does not end is killed, and the test is told (TimeoutExpired)."""
        if self.alive:
            self.send(number)
        try:
            return self.wait(within)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it and whatever it started, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def end(self, within: float = 5.0) -> None:
        """Ask it to end, so that it may end what it started in turn; kill it if it does not."""
        with suppress(subprocess.TimeoutExpired):
            self.stop(within=within)

    def _said(self) -> str:
        return f"{' '.join(self.command[:4])} said:\n{self.output()}"


StartProcess = Callable[..., Process]
"""`start_process(command, environ=…, cwd=…, warm=…)`, as Process but with the log chosen for you."""


@contextmanager
def processes(logs: Path) -> Iterator[StartProcess]:
    """Start processes that end with the block: all are asked at once, the last one is waited for first."""
    started: list[Process] = []

    def start(
        command: Sequence[str | Path],
        environ: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        *,
        warm: bool = False,
    ) -> Process:
        started.append(Process(command, logs / f"process-{len(started)}.log", environ, cwd=cwd, warm=warm))
        return started[-1]

    try:
        yield start
    finally:
        for process in reversed(started):
            if process.alive:
                process.send(signal.SIGTERM)
        for process in reversed(started):
            process.end()


@pytest.fixture
def start_process(tmp_path: Path) -> Iterator[StartProcess]:
    """Start processes that end with the test."""
    with processes(tmp_path) as start:
        yield start
