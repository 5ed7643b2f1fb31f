"""Whose callbacks come faster than a person writes: what is beyond that is handled after everybody else's.

Nothing is refused or lost by it, and nothing waits where there is nothing else to do: only the rank of what
was promised is a later one, so that a call for help from another number is read at once in the middle of
three thousand texts from one. Who sent something is looked for where it is kept, plainly: where that is not
found, or this process has just begun, it stands in its place. A number is a claim: whoever sends in
somebody's name puts him behind for as long as he goes on, and no longer.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Final

from hotline.spool import Incoming

AT_ONCE: Final = 30
"""Texts of one number that stand in their place whatever their pace: three long ones in all their parts."""
EACH_S: Final = 0.2
"""Seconds after which one more does: nobody types five texts a second."""
MOST: Final = 10_000
"""Senders that are remembered before those who have been silent for long enough are forgotten."""

Who = Callable[[bytes, str], str | None]
"""Who sent these bytes, of this content type."""


class Floods:
    """What this process has seen of each sender. `who` says for each kind of callback how its sender is
    found; other kinds are never behind.
    """

    def __init__(self, who: Mapping[str, Who], clock: Callable[[], float] = time.monotonic) -> None:
        self._who = who
        self._clock = clock
        self._quiet_at: dict[str, float] = {}
        """When each sender's texts will have been few again."""
        self._room = MOST
        self._lock = Lock()

    def behind(self, entries: Iterable[Incoming]) -> set[tuple[str, str]]:
        """Kind and key of those among `entries` that are handled after others."""
        now = self._clock()
        with self._lock:
            found = {(entry.kind, entry.key) for entry in entries if self._is_one_of_many(entry, now)}
            if len(self._quiet_at) > self._room:
                self._quiet_at = {sender: at for sender, at in self._quiet_at.items() if at > now}
                self._room = max(MOST, 2 * len(self._quiet_at))
        return found

    def _is_one_of_many(self, entry: Incoming, now: float) -> bool:
        find = self._who.get(entry.kind)
        sender = find(entry.body, entry.content_type) if find else None
        if sender is None:
            return False
        quiet_at = max(self._quiet_at.get(sender, now), now)
        if quiet_at - now > AT_ONCE * EACH_S:
            return True
        self._quiet_at[sender] = quiet_at + EACH_S
        return False
