"""Writers on one SQLite file take turns, instead of finding the lock taken and sleeping up to 100 ms.

SQLite lets a writer that finds the file locked sleep and try again, so that whoever writes one transaction
after another keeps everybody else out for seconds. Here whoever waits is next: he stands in the queue, and
the one who has just written must queue behind him. It is a courtesy only: who waited longer than his patience
goes on to SQLite's own lock, which keeps writers apart in any case, and the system takes the turn from a
process that ends. A turn costs some microseconds; what it buys is in docs/performance.md.
"""

import fcntl
import os
import threading
import time
import weakref
from pathlib import Path
from typing import Final

LOOK_AGAIN_S: Final = 0.0005
"""One thread of each process at most looks so often."""


class Turnstile:
    """The turns of one file, for all threads of a process and all processes of a machine."""

    def __init__(self, database: Path, patience_s: float) -> None:
        self.patience_s = patience_s
        self._paths = [database.with_name(f"{database.name}-{name}") for name in ("queue", "turn")]
        self._inside = threading.Lock()
        self._of_process = 0
        self._files: tuple[int, ...] = ()

    def enter(self) -> bool:
        """Waits for a turn; False where none came in time."""
        until = time.monotonic() + self.patience_s
        if not self._inside.acquire(timeout=self.patience_s):
            return False
        queue, turn = self._opened()
        if _take(queue, until):
            mine = _take(turn, until)
            fcntl.flock(queue, fcntl.LOCK_UN)
            if mine:
                return True
        self._inside.release()
        return False

    def leave(self) -> None:
        """Ends the turn that `enter` gave."""
        fcntl.flock(self._opened()[1], fcntl.LOCK_UN)
        self._inside.release()

    def _opened(self) -> tuple[int, ...]:
        # A process that was forked shares its parent's locks with the files that it inherited.
        if self._of_process != os.getpid():
            self._files = tuple(os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in self._paths)
            self._of_process = os.getpid()
            weakref.finalize(self, _close, self._files)
        return self._files


def _close(files: tuple[int, ...]) -> None:
    for file in files:
        os.close(file)


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
