"""What many people ask of the same moment is read and drawn once.

Ten pages that poll ask the same questions of the same tables in the same second, and while texts arrive
each of them gets the whole queue anew. Here a process looks at most twice a second, and whatever is asked
until the next look is answered from it: the queue anew costs 7 ms once instead of 69 for each
(docs/performance.md).

Nobody sees less than what he did himself: `forget` ends a look, and follows each form that was sent. What
differs from person to person (rights, language) is part of a key; what is one person's own is not kept here.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any, Final, TypeVar

T = TypeVar("T")

PACE: Final = timedelta(milliseconds=500)
"""How long a look holds: with pages that ask every second, what happens is on the screen within two."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look: the mark that says what has changed, and what was made of it since."""

    at: datetime
    mark: str
    _made: dict[Hashable, Any] = field(default_factory=dict)
    _making: RLock = field(default_factory=RLock)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` brings, made by the first who asks for `key`; the others wait for it."""
        with self._making:
            if key not in self._made:
                self._made[key] = make()
            found: T = self._made[key]
            return found


class Snapshots:
    """The looks of one process, one after the other."""

    def __init__(self, pace: timedelta = PACE) -> None:
        self._pace = pace
        self._last: Snapshot | None = None
        self._looking = RLock()

    def take(self, now: datetime, read_mark: Callable[[], str]) -> Snapshot:
        """The last look, or a new one where that is over. The mark is read before anything that is made of
        it, so that no change after it is missed.
        """
        with self._looking:
            if self._last is None or not timedelta(0) <= now - self._last.at < self._pace:
                self._last = Snapshot(now, read_mark())
            return self._last

    def forget(self) -> None:
        """Somebody changed something here: the next who looks sees it."""
        with self._looking:
            self._last = None
