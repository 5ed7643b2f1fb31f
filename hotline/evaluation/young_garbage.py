"""While a period is counted, Python's collector of garbage looks at what is young alone.

By itself it looks through all that was read again and again, and finds nothing: that took a third of the
time, and up to 180 ms at once, in which no other page was served. Where it rested altogether, what ten
screens left behind meanwhile took as long when it came back. Whoever serves pages decorates the whole view,
so that what was read is gone by then (docs/performance.md).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

NEVER: Final = 1_000_000
YOUNG: Final = (20_000, NEVER, NEVER)
"""Things made until it looks at them; what stayed is not looked at again."""


class _Rest:
    """Of the collector: as long as anybody counts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counting = 0
        self._before = YOUNG

    def begin(self) -> None:
        with self._lock:
            if not self._counting:
                self._before = gc.get_threshold()
                gc.set_threshold(*YOUNG)
            self._counting += 1

    def end(self) -> None:
        with self._lock:
            self._counting -= 1
            if not self._counting:
                gc.set_threshold(*self._before)


_REST: Final = _Rest()


@contextmanager
def collecting_little() -> Iterator[None]:
    """As a context, or as a decorator of what counts; with the last who counts it is as it was before."""
    _REST.begin()
    try:
        yield
    finally:
        _REST.end()
