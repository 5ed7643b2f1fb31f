"""Keep several programs running as one: ordered start, restart with back-off, ordered stop, one log."""

import selectors
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, Protocol

from tools.child import Child
from tools.program import Program
from tools.wakeup import Wakeup

_OURSELVES: Final = "starter"


class Log(Protocol):
    """Where lines go."""

    def say(self, name: str, line: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """When a program that keeps ending is given up, and how long it waits between two starts (seconds)."""

    deaths: int = 5
    within: float = 60.0
    first_wait: float = 0.25
    longest_wait: float = 5.0

    def wait_after(self, deaths: int) -> float:
        """Seconds before the next start, doubled with every recent death."""
        return float(min(self.first_wait * 2 ** (deaths - 1), self.longest_wait))


class GaveUpError(Exception):
    """A program does not stay up or does not become ready: the whole stops, with this sentence."""


class StopRequested(Exception):  # noqa: N818 - no error: the user wants to stop
    """Ctrl-C, or a signal that means the same."""


@dataclass(slots=True)
class _Kept:
    """A program with its present process, if it has one, and what is remembered of the ones before."""

    program: Program
    child: Child | None = None
    start_at: float = 0.0
    deaths: deque[float] = field(default_factory=deque)
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=5))

    def recent_deaths(self, now: float, within: float) -> int:
        while self.deaths and self.deaths[0] <= now - within:
            self.deaths.popleft()
        return len(self.deaths)


class Supervisor:
    """Starts `programs` in the order given and stops them in the opposite one."""

    def __init__(
        self,
        programs: Sequence[Program],
        environ: Mapping[str, str],
        log: Log,
        patience: Patience | None = None,
    ) -> None:
        self._kept = [_Kept(program) for program in programs]
        self._started: list[_Kept] = []
        self._environ = environ
        self._log = log
        self._patience = patience or Patience()
        self._selector = selectors.DefaultSelector()
        self._wakeup = Wakeup()

    def run(self, announce: Callable[[], None]) -> int:
        """Start all, call `announce` when all are ready, keep them running until asked to stop.

        Returns the exit code: 0 if asked to stop, 1 if a program had to be given up.
        """
        with self._wakeup:
            self._selector.register(self._wakeup, selectors.EVENT_READ)
            try:
                self._start_all()
                announce()
                self._watch()
            except StopRequested:
                return 0
            except GaveUpError as error:
                self._say(str(error))
                return 1
            finally:
                self._stop_all()

    def _start_all(self) -> None:
        """One after the other without waiting, since most of a start is reading Python's modules."""
        for kept in self._kept:
            self._started.append(kept)
            self._start(kept)
        for kept in self._kept:
            self._wait_until_ready(kept)

    def _wait_until_ready(self, kept: _Kept) -> None:
        deadline = time.monotonic() + kept.program.ready_within
        while not (kept.child and kept.program.ready()):
            if time.monotonic() > deadline:
                raise GaveUpError(self._failure(kept, f"was not ready after {kept.program.ready_within:g} s"))
            self._turn(0.05)

    def _watch(self) -> NoReturn:
        while True:
            waiting = [kept.start_at for kept in self._started if kept.child is None]
            self._turn(max(0.0, min(waiting) - time.monotonic()) if waiting else None)

    def _turn(self, wait: float | None) -> None:
        """Wait for the next event, then see to everything that is due."""
        self._pump(wait)
        if self._wakeup.stop_requests:
            raise StopRequested
        for kept in self._started:
            self._see_to(kept)

    def _see_to(self, kept: _Kept) -> None:
        if kept.child is None:
            if time.monotonic() >= kept.start_at:
                self._start(kept)
        elif how := kept.child.ended():
            self._bury(kept, kept.child)
            self._plan_restart(kept, how)

    def _plan_restart(self, kept: _Kept, how: str) -> None:
        now = time.monotonic()
        kept.deaths.append(now)
        deaths = kept.recent_deaths(now, self._patience.within)
        if deaths >= self._patience.deaths:
            raise GaveUpError(
                self._failure(kept, f"ended {deaths} times in {self._patience.within:g} s ({how})")
            )
        wait = self._patience.wait_after(deaths)
        kept.start_at = now + wait
        self._say(f"{kept.program.name} ended ({how}); started again in {wait:g} s")

    def _failure(self, kept: _Kept, what: str) -> str:
        words = " / ".join(kept.last_words) or "nothing"
        return f"{kept.program.name} {what}, so everything is stopped. It last said: {words}"

    def _start(self, kept: _Kept) -> None:
        try:
            kept.child = Child(kept.program, self._environ, kept.last_words)
        except OSError as error:
            raise GaveUpError(self._failure(kept, f"could not be started ({error})")) from error
        self._selector.register(kept.child.output, selectors.EVENT_READ, kept)

    def _bury(self, kept: _Kept, child: Child) -> None:
        if not child.exhausted:
            self._selector.unregister(child.output)
        self._tell(kept, child.read_rest())
        kept.child = None

    def _pump(self, wait: float | None) -> None:
        """Pass on what the programs say, for at most `wait` seconds or until something has happened."""
        for key, _ in self._selector.select(wait):
            if isinstance(key.data, _Kept) and key.data.child:
                self._read(key.data, key.data.child)
            else:
                self._wakeup.drain()

    def _read(self, kept: _Kept, child: Child) -> None:
        self._tell(kept, child.read())
        if child.exhausted:
            self._selector.unregister(child.output)

    def _tell(self, kept: _Kept, lines: Sequence[str]) -> None:
        if kept.program.heard:
            for line in lines:
                self._log.say(kept.program.name, line)

    def _say(self, line: str) -> None:
        self._log.say(_OURSELVES, line)

    def _stop_all(self) -> None:
        for kept in reversed(self._started):
            if kept.child:
                self._stop(kept, kept.child)
        self._selector.close()

    def _stop(self, kept: _Kept, child: Child) -> None:
        child.terminate()
        deadline = time.monotonic() + kept.program.stop_within
        while not (gone := child.ended()) and time.monotonic() < deadline and not self._impatient():
            self._pump(0.05)
        if not gone:
            self._say(f"{kept.program.name} had not finished and was killed")
            child.kill()
        while not child.ended():
            self._pump(0.05)
        self._bury(kept, child)

    def _impatient(self) -> bool:
        """A second Ctrl-C means: at once."""
        return self._wakeup.stop_requests > 1
