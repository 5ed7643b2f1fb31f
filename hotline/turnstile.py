"""Writers on one SQLite file take turns, instead of finding the lock taken and sleeping up to 100 ms.

SQLite lets a writer that finds the file locked sleep and try again, so that whoever writes one transaction
after another keeps everybody else out for seconds. Here whoever waits is next: he stands in the queue, and
the one who has just written must queue behind him; within a process there is one line, kept strictly. Who is
in a hurry, since a caller hears nothing until he has written, stands before the others of his process, has
the turn from one of them as it is, and is known to whoever else writes, so that he ends what he can end.

It is a courtesy only, and SQLite's own lock keeps writers apart in any case: who waited longer than his
patience, or can't have the files beside the database, goes on without a turn. The system takes the turn from
a process that ends, however it ends; a process that was forked lets go of what it inherited, so that it can't
hold a turn for its dead parent. A turn costs some microseconds. One line in a process, with callers first,
made the slowest of a hundred steps of fifty calls 17 to 23 ms instead of 53 to 89 (docs/performance.md).
"""

import fcntl
import logging
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from hotline.fair_lock import FairLock

LOOK_AGAIN_S: Final = 0.0005
"""One thread of each process at most looks so often."""

LATELY_S: Final = 2.0
"""After a step of a call the next ones are expected for so long."""

_FILES: Final = ("queue", "turn", "hurry", "hurry")
"""The last one twice: who asks for it must not let go of it for another thread of his process."""

_log = logging.getLogger(__name__)


class Turnstile:
    """The turns of one file, for all threads of a process and all processes of a machine."""

    def __init__(self, database: Path) -> None:
        self._paths = [database.with_name(f"{database.name}-{name}") for name in _FILES]
        self._complained = False
        self._line = FairLock()
        self._passed_on = False
        self._hurried_at = float("-inf")
        self._aloud, self._counting = 0, threading.Lock()
        self._files: list[int] = []
        # The system closes them when the process ends, and until then somebody may still write.
        weakref.finalize(self, _close, self._files).atexit = False
        os.register_at_fork(after_in_child=partial(_begin_anew, weakref.ref(self)))

    def enter(self, patience_s: float, *, hurried: bool = False) -> FairLock | None:
        """Waits for a turn, which `leave` ends; None where none came in time."""
        if not hurried:
            return self._enter(patience_s)
        with self._said_aloud():
            return self._enter(patience_s, hurried=True)

    def _enter(self, patience_s: float, *, hurried: bool = False) -> FairLock | None:
        until = time.monotonic() + patience_s
        line = self._line
        if not line.acquire(patience_s, hurried=hurried):
            return None
        mine = False
        try:
            mine = self._was_passed_on() or self._enter_before_others(until)
        except OSError as error:
            self._complain(error)
        finally:
            if not mine:
                line.release()
        return line if mine else None

    def leave(self, turn: FairLock) -> None:
        """Ends the turn that `enter` gave; in a process that was forked meanwhile there is nothing to end."""
        if turn is not self._line:
            return
        self._passed_on = turn.is_hurried()
        if self._passed_on and turn.hurry():
            return
        self._passed_on = False
        try:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)
        finally:
            turn.release()

    def is_wanted(self) -> bool:
        """Whether somebody waits for the turn that the asking thread has."""
        return self._line.is_wanted() or _is_held(self._files[0])

    def is_hurried(self) -> bool:
        """Whether one of those who wait for it is in a hurry."""
        hurried = self._line.is_hurried() or _is_held(self._files[2])
        if hurried:
            self._hurried_at = time.monotonic()
        return hurried

    def was_hurried(self) -> bool:
        """Whether one was lately, as far as anybody in this process has looked."""
        return self.is_hurried() or time.monotonic() - self._hurried_at < LATELY_S

    def begin_anew(self) -> None:
        """In a process that was just forked: nobody waits here, and the parent's locks are not ours."""
        _close(self._files)
        self._line, self._passed_on = FairLock(), False
        self._aloud, self._counting = 0, threading.Lock()

    def _was_passed_on(self) -> bool:
        """Whether the one before us in this process left us his turn as it is."""
        was, self._passed_on = self._passed_on, False
        return was

    def _enter_before_others(self, until: float) -> bool:
        queue, turn = self._opened()[:2]
        if not _take(queue, until):
            return False
        try:
            return _take(turn, until)
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)

    @contextmanager
    def _said_aloud(self) -> Iterator[None]:
        """Who writes in another process knows that somebody is in a hurry, also while one of ours stands
        before him; until the last of ours that are has his turn.
        """
        counting = self._counting
        with counting:
            self._aloud += 1
            if self._files:  # else the first writer of this process: nobody can be told yet
                _take(self._files[3], time.monotonic(), fcntl.LOCK_SH)
        try:
            yield
        finally:
            if counting is self._counting:  # else this process was forked meanwhile
                self._say_no_more()

    def _say_no_more(self) -> None:
        with self._counting:
            self._aloud -= 1
            if not self._aloud and self._files:
                fcntl.flock(self._files[3], fcntl.LOCK_UN)

    def _opened(self) -> list[int]:
        try:
            for path in self._paths[len(self._files) :]:
                self._files.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError:
            _close(self._files)
            raise
        return self._files

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("writers can't take turns here (%s): they wait longer for each other", error)


_OPEN: Final[WeakValueDictionary[Path, Turnstile]] = WeakValueDictionary()


def turnstile_of(database: Path) -> Turnstile:
    """The one of this file in this process: two lines would not know of each other who came first."""
    path = database.resolve()
    found = _OPEN.get(path)
    if found is None:
        found = _OPEN[path] = Turnstile(path)
    return found


def _begin_anew(of: "weakref.ref[Turnstile]") -> None:
    turnstile = of()
    if turnstile is not None:
        turnstile.begin_anew()


def _close(files: list[int]) -> None:
    while files:
        os.close(files.pop())


def _is_held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _take(file: int, until: float, how: int = fcntl.LOCK_EX) -> bool:
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_AGAIN_S)
        else:
            return True
