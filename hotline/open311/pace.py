"""How often each client may ask: what came within the last minute is counted, in this process's memory."""

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

SPAN: Final = timedelta(minutes=1)


class Pace:
    """Counts the questions of each client. Several web processes each count their own."""

    def __init__(self) -> None:
        self._asked: defaultdict[int, deque[datetime]] = defaultdict(deque)
        self._lock = Lock()

    def seconds_to_wait(self, client_id: int, now: datetime, most: int) -> int:
        """0 for one more question of at most `most` in a minute, which is counted; else when to ask again."""
        with self._lock:
            asked = self._asked[client_id]
            while asked and asked[0] <= now - SPAN:
                asked.popleft()
            if len(asked) < most:
                asked.append(now)
                return 0
            return math.ceil((asked[0] + SPAN - now).total_seconds())
