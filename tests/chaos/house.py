"""The hotline under the chaos: its processes, each started again when it has ended, as a supervisor would."""

import os
import random
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Final
from urllib.parse import urlsplit

from tests.support.eventually import eventually
from tests.support.processes import Process, StartProcess
from tools import procfile
from tools.program import answers_http

ENDS_WITHIN_S: Final = 15.0
"""How long a process may take to end cleanly, under load; longer where others use the machine too, by its
share of the time.
"""
ROOT: Final = Path(__file__).resolve().parent.parent.parent


@dataclass
class Program:
    """One process of the hotline. While `held` is in the future it stays down."""

    name: str
    command: tuple[str, ...]
    process: Process | None = None
    held_until: float = 0.0
    stopped_until: float = 0.0


@dataclass
class House:
    """Web (with the callbacks on SQLite), hooks and worker. Used from the main thread only."""

    start_process: StartProcess
    environ: Mapping[str, str]
    programs: list[Program] = field(default_factory=list)
    starts: int = 0

    def open(self) -> None:
        """Starts everything and waits until it answers."""
        commands = procfile.read(ROOT / "Procfile")
        names = ["web", "worker"] if self.on_sqlite else ["hooks", "web", "worker"]
        worker = (sys.executable, "-m", "workers")
        self.programs = [
            Program(name, worker if name == "worker" else tuple(commands[name])) for name in names
        ]
        self.tend()
        for program in self.programs:
            self._wait(program)

    @property
    def on_sqlite(self) -> bool:
        """Whether web takes the callbacks too."""
        return self.environ["DATABASE_URL"].startswith("sqlite")

    @property
    def callbacks(self) -> str:
        """Where the carrier's callbacks go."""
        return f"http://127.0.0.1:{self.environ['PORT' if self.on_sqlite else 'HOOKS_PORT']}"

    @property
    def console(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def tend(self) -> None:
        """Starts what has ended, wakes what was stopped long enough."""
        now = time.monotonic()
        for program in self.programs:
            process = program.process
            if process is not None and program.stopped_until and now >= program.stopped_until:
                program.stopped_until = 0.0
                _signal_all(process, signal.SIGCONT)
            if (process is None or not process.alive) and now >= program.held_until:
                program.process = self.start_process(list(program.command), self.environ)
                self.starts += 1

    def kill(self, program: Program) -> None:
        """All of it, as a power cut would."""
        if program.process is not None:
            program.process.kill()

    def kill_inner(self, program: Program, chance: random.Random) -> None:
        """One of its processes, not the one that watches over the others; the whole where there is one."""
        inner = _children(program.process.pid) if program.process else []
        if inner:
            os.kill(chance.choice(inner), signal.SIGKILL)
        else:
            self.kill(program)

    def freeze(self, program: Program, seconds: float) -> None:
        """It stands still."""
        if program.process is not None and program.process.alive:
            _signal_all(program.process, signal.SIGSTOP)
            program.stopped_until = time.monotonic() + seconds

    def ask_to_end(self, programs: Sequence[Program]) -> list[str]:
        """SIGTERM to all of these at once, as a new release does; what is wrong with how they end."""
        running = [(each.name, each.process) for each in programs if each.process and each.process.alive]
        for _, process in running:
            process.send(signal.SIGTERM)
        share = max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0)
        until = time.monotonic() + ENDS_WITHIN_S * share
        wrong = []
        for name, process in running:
            try:
                if (code := process.wait(max(until - time.monotonic(), 0.0))) != 0:
                    wrong.append(f"{name} ended with {code}")
            except TimeoutExpired:
                wrong.append(f"{name} took more than {ENDS_WITHIN_S * share:.0f} s to end")
        return wrong

    @property
    def is_up(self) -> bool:
        """Whether everything that runs answers."""
        return all(program.process is not None and self._answers(program) for program in self.programs)

    def _answers(self, program: Program) -> bool:
        assert program.process is not None
        if program.name == "worker":
            return "the worker is ready" in program.process.output()
        parts = urlsplit(self.callbacks if program.name == "hooks" else self.console)
        return answers_http(parts.port or 80, "/healthz")()

    def close(self) -> list[int]:
        """Wakes, asks all to end, waits; their exit codes."""
        codes = []
        for program in self.programs:
            if program.process is not None and program.process.alive:
                _signal_all(program.process, signal.SIGCONT)
                codes.append(program.process.stop())
        return codes

    def settle(self) -> None:
        """Everything runs again."""
        for program in self.programs:
            program.held_until = 0.0
            program.stopped_until = program.stopped_until and 1.0
        for program in self.programs:
            eventually(partial(self._is_up, program), f"{program.name} answers", within=60)

    def _is_up(self, program: Program) -> bool:
        """Looked at as the supervisor does it: one that was still ending is started again."""
        self.tend()
        if program.process is None:
            return False
        if program.name == "worker":
            return "ready" in program.process.output()
        return answers_http(urlsplit(self._address(program)).port or 80, "/healthz")()

    def _wait(self, program: Program) -> None:
        assert program.process is not None
        if program.name == "worker":
            program.process.wait_for_line("ready", within=30)
        else:
            program.process.wait_for_url(f"{self._address(program)}/healthz", within=30)

    def _address(self, program: Program) -> str:
        return self.callbacks if program.name == "hooks" else self.console


def _signal_all(process: Process, number: signal.Signals) -> None:
    os.killpg(process.pid, number)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in found.split()]
