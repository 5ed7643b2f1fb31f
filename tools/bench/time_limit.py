"""An end to whatever waits for what does not come: a benchmark that hangs says nothing about anything."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooLongError(Exception):
    """The time was over."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TooLongError in the main thread once `seconds` are over, whatever it waits for."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
