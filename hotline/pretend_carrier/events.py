"""What has just changed, numbered, so that a page can ask for everything after what it has seen."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from secrets import token_hex
from threading import Condition
from typing import Final

KEPT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed: of which kind (text, line, phone, faults, account, note) and at which number."""

    id: int
    kind: str
    number: str


class EventLog:
    """A bounded log of events; `boot` changes with every start, so a page knows when to begin again."""

    def __init__(self) -> None:
        self.boot: Final = token_hex(4)
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._changed = Condition()
        self._last = 0

    @property
    def last(self) -> int:
        """The id of the newest event, 0 before the first."""
        return self._last

    def add(self, kind: str, number: str = "") -> None:
        """Number one event and wake everybody who waits."""
        with self._changed:
            self._last += 1
            self._events.append(Event(self._last, kind, number))
            self._changed.notify_all()

    def since(self, seen: int, wait: float = 0.0) -> list[Event] | None:
        """Events after `seen`, waiting up to `wait` seconds for one; None if some were forgotten already."""
        with self._changed:
            if seen >= self._last and wait > 0:
                self._changed.wait_for(lambda: self._last > seen, timeout=wait)
            if seen > self._last or self._last - seen > len(self._events):
                return None
            fresh: list[Event] = []
            for event in reversed(self._events):
                if event.id <= seen:
                    break
                fresh.append(event)
            return fresh[::-1]
