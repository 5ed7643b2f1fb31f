"""Writers on one SQLite file take turns, instead of finding the lock taken and sleeping up to 100 ms.

SQLite lets a writer that finds the file locked sleep and try again, so that whoever writes one transaction
after another keeps everybody else out for seconds. Here whoever waits is next: he stands in the queue, and
the one who has just written must queue behind him; within a process the line is kept strictly.

It is a courtesy only, and SQLite's own lock keeps writers apart in any case: who waited longer than his
patience, or can't have the files beside the database, goes on without a turn. The system takes the turn from
a process that ends, however it ends; a process that was forked lets go of what it inherited, so that it can't
hold a turn for its dead parent. A turn costs some microseconds; what it buys is in docs/performance.md.
"""

import fcntl
import logging
import os
import time
import weakref
from functools import partial
from pathlib import Path
from typing import Final

from hotline.fair_lock import FairLock

LOOK_AGAIN_S: Final = 0.0005
"""One thread of each process at most looks so often."""

_log = logging.getLogger(__name__)


class Turnstile:
    """The turns of one file, for all threads of a process and all processes of a machine."""

    def __init__(self, database: Path, patience_s: float) -> None:
        self.patience_s = patience_s
        self._paths = [database.with_name(f"{database.name}-{name}") for name in ("queue", "turn")]
        self._complained = False
        self._line = FairLock()
        self._files: list[int] = []
        # The system closes them when the process ends, and until then somebody may still write.
        weakref.finalize(self, _close, self._files).atexit = False
        os.register_at_fork(after_in_child=partial(_begin_anew, weakref.ref(self)))

    def enter(self) -> FairLock | None:
        """Waits for a turn, which `leave` ends; None where none came in time."""
        until = time.monotonic() + self.patience_s
        line = self._line
        if not line.acquire(self.patience_s):
            return None
        mine = False
        try:
            mine = self._enter_before_others(until)
        except OSError as error:
            self._complain(error)
        finally:
            if not mine:
                line.release()
        return line if mine else None

    def leave(self, turn: FairLock) -> None:
        """Ends the turn that `enter` gave; in a process that was forked meanwhile there is nothing to end."""
        if turn is self._line:
            try:
                fcntl.flock(self._files[1], fcntl.LOCK_UN)
            finally:
                turn.release()

    def is_wanted(self) -> bool:
        """Whether somebody waits for the turn that the asking thread has."""
        if self._line.is_wanted():
            return True
        queue = self._files[0]
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(queue, fcntl.LOCK_UN)
        return False

    def begin_anew(self) -> None:
        """In a process that was just forked: nobody waits here, and the parent's locks are not ours."""
        _close(self._files)
        self._line = FairLock()

    def _enter_before_others(self, until: float) -> bool:
        queue, turn = self._opened()
        if not _take(queue, until):
            return False
        try:
            return _take(turn, until)
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)

    def _opened(self) -> tuple[int, int]:
        try:
            for path in self._paths[len(self._files) :]:
                self._files.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError:
            _close(self._files)
            raise
        return self._files[0], self._files[1]

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("writers can't take turns here (%s): they wait longer for each other", error)


def _begin_anew(of: "weakref.ref[Turnstile]") -> None:
    turnstile = of()
    if turnstile is not None:
        turnstile.begin_anew()


def _close(files: list[int]) -> None:
    while files:
        os.close(files.pop())


def _take(file: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_AGAIN_S)
        else:
            return True
