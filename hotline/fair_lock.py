"""A lock that is handed to whoever has waited longest.

Python's own lock goes to whoever asks at the right moment, and a thread that lets go of it and asks again is
nearly always that one: one busy thread can keep all others of its process out.
"""

import threading
from collections import deque


class FairLock:
    """Somebody waits only while it is held, so that it is never free with a waiter left behind. Who is in a
    hurry stands before those who are not.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()
        self._hurried: deque[threading.Lock] = deque()

    def acquire(self, patience_s: float, *, hurried: bool = False) -> bool:
        """Waits for its turn; False where that did not come in time."""
        line = self._hurried if hurried else self._waiting
        with self._changing:
            if not self._held:
                self._held = True
                return True
            mine = threading.Lock()
            mine.acquire()
            line.append(mine)
        return mine.acquire(timeout=patience_s) or self._was_handed(mine, line)

    def release(self) -> None:
        """Hands it to the next, who holds it from this moment on."""
        with self._changing:
            if line := self._hurried or self._waiting:
                line.popleft().release()
            else:
                self._held = False

    def hurry(self) -> bool:
        """Hands it to one who is in a hurry; False where nobody is, and it is still held."""
        with self._changing:
            if self._hurried:
                self._hurried.popleft().release()
                return True
            return False

    def is_wanted(self) -> bool:
        """Whether somebody waits for it."""
        return bool(self._hurried or self._waiting)

    def is_hurried(self) -> bool:
        """Whether somebody waits for it who is in a hurry."""
        return bool(self._hurried)

    def _was_handed(self, mine: threading.Lock, line: deque[threading.Lock]) -> bool:
        """Gives up the place in the line; True where it was handed over in this very moment."""
        with self._changing:
            if mine not in line:
                return True
            line.remove(mine)
            return False
