"""Work for later: a bounded heap of moments and a few threads that keep them."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable
from itertools import count
from threading import Condition, Thread
from time import monotonic
from typing import Final

MOST: Final = 200_000
log = logging.getLogger(__name__)


class Timetable:
    """Calls functions after a delay. Threads start with the first piece of work and are daemons."""

    def __init__(self, threads: int = 8) -> None:
        self._threads = threads
        self._started: list[Thread] = []
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._changed = Condition()
        self._closed = False

    def after(self, seconds: float, work: Callable[[], None]) -> bool:
        """Do `work` in `seconds`; False when the company is closed or has more to do than it can remember."""
        with self._changed:
            if self._closed or len(self._heap) >= MOST:
                return False
            heapq.heappush(self._heap, (monotonic() + seconds, next(self._order), work))
            self._start_threads()
            self._changed.notify()
            return True

    def close(self) -> None:
        """Forget what is left and let the threads end."""
        with self._changed:
            self._closed = True
            self._heap.clear()
            self._changed.notify_all()
        for thread in self._started:
            thread.join(timeout=5)

    def _start_threads(self) -> None:
        while len(self._started) < self._threads:
            thread = Thread(target=self._keep, name=f"timetable-{len(self._started)}", daemon=True)
            self._started.append(thread)
            thread.start()

    def _keep(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:
                log.exception("a piece of delayed work failed")

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._closed:
                left = self._heap[0][0] - monotonic() if self._heap else None
                if left is not None and left <= 0:
                    work = heapq.heappop(self._heap)[2]
                    # Whoever sleeps without a time to wake must look at what is now the first.
                    self._changed.notify()
                    return work
                self._changed.wait(left)
            return None
