"""One process of a program: starting it, reading what it says, seeing how it ended."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Final

from tools.parent_death import die_with_parent
from tools.program import Program

_CHUNK: Final = 64 * 1024


class Child:
    """The present process of a program; there is a new one for every start.

    It leads a process group of its own, so that Ctrl-C in the terminal reaches the starter alone
    and the starter decides the order in which the processes end.
    """

    def __init__(self, program: Program, environ: Mapping[str, str], last_words: deque[str]) -> None:
        self.program = program
        self.exhausted = False
        """It has closed its output: there is nothing more to read."""
        self._last_words = last_words
        self._pending = b""
        self._process = subprocess.Popen(
            program.command,
            env=environ,
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        os.set_blocking(self.output.fileno(), False)

    @property
    def output(self) -> IO[bytes]:
        """Where its words come out; reading never blocks."""
        assert self._process.stdout is not None  # noqa: S101 - asked for with PIPE  # nosec B101
        return self._process.stdout

    @property
    def pid(self) -> int:
        """Also the id of its process group."""
        return self._process.pid

    def read(self) -> list[str]:
        """The lines finished since the last time, as far as a reasonable bite goes."""
        chunk = self.output.read(_CHUNK)
        self.exhausted = chunk == b""
        *lines, self._pending = (self._pending + (chunk or b"")).split(b"\n")
        if len(self._pending) >= _CHUNK:
            lines, self._pending = [*lines, self._pending], b""
        return self._remember(lines)

    def read_rest(self) -> list[str]:
        """The lines that are left when it has ended, an unfinished one included."""
        rest = b""
        while chunk := self.output.read(_CHUNK):
            rest += chunk
        self.output.close()
        lines = (self._pending + rest).split(b"\n")
        return self._remember(lines if lines[-1] else lines[:-1])

    def ended(self) -> str | None:
        """How it ended, in words, or None while it runs. What it had started itself is ended with it."""
        code = self._process.poll()
        if code is None:
            return None
        self.kill()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def terminate(self) -> None:
        """Ask it to finish."""
        self._process.terminate()

    def kill(self) -> None:
        """End it, and all that it had started, now."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _remember(self, lines: list[bytes]) -> list[str]:
        words = [line.decode(errors="replace").rstrip("\r") for line in lines]
        self._last_words.extend(word for word in words if word.strip())
        return words
