"""Threads that ask somebody outside: a few where answers come at once, many where each takes its time.

Only one thread runs Python at a time, and each that wants to beside it is woken to find it taken. So a task
wakes another thread only while few are awake; the others are woken as answers keep those waiting, and the one
that slept last first. Who has asked takes the next task while what came of his is written down by others,
which counts as under way until then. At 200 ms an answer a worker sends 373 to 383 texts a second, where it
sent 216 to 291 (docs/performance.md).
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from hotline.outbox import Claim

READY: Final = 144
"""Tasks that wait for a thread: what is prepared ahead is asked within a third of a second. With 64, two
workers on PostgreSQL handed over 369 texts a second instead of 487: threads waited for the next round.
"""
WORTH_IT: Final = 16
"""So many at a time are taken up: each look for more costs a question, however many it finds."""
HELD_UP_S: Final = 0.05
"""Whoever waits for his answer longer than this has another thread woken in his place."""
LOOK_S: Final = 0.02
"""How soon is looked again whether those that are awake are enough."""
IDLE_S: Final = 10.0
"""A thread that had nothing to do for so long ends."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    keep: Callable[[], None]
    claims: Sequence[Claim] = ()
    """What may be handed back until it begins."""


class Senders:
    """At most so many threads, `few` of them at once. Calls `tell` when there is room again for who found
    none, and `at_rest` whenever one of them finds nothing more to do. `look` must be called while anything
    waits.
    """

    def __init__(
        self, name: str, most: int, few: int, tell: Callable[[], None], at_rest: Callable[[], None]
    ) -> None:
        self.name = name
        self.most = most
        self.few = few
        self._tell = tell
        self._at_rest = at_rest
        self._lock = threading.Lock()
        self._quiet = threading.Condition(self._lock)
        self._waiting: deque[_Task] = deque()
        self._asking: dict[threading.Lock, float] = {}
        """Who is awake, by what he sleeps on, and since when he does what he does."""
        self._asleep: list[threading.Lock] = []
        self._written_down = 0
        self._wanted = False
        self._closed = False

    def under_way(self) -> int:
        """Tasks that are not kept to their end: waiting, asked, or being written down."""
        with self._lock:
            return self._under_way()

    def room(self) -> int:
        """How many tasks may be put that are asked within a moment; 0 until that is worth it, which `tell`
        says then.
        """
        with self._lock:
            self._wanted = not self._has_room()
            return 0 if self._wanted else min(READY - len(self._waiting), self.most - self._under_way())

    def want(self) -> None:
        """`tell` says when there is room again."""
        with self._lock:
            self._wanted = True

    def put(self, keep: Callable[[], None], claims: Sequence[Claim] = ()) -> None:
        """Has it kept by a thread; `claims` may be handed back until it begins."""
        with self._lock:
            self._waiting.append(_Task(keep, claims))
            if len(self._asking) < self.few:
                self._wake()

    def follow(self, written: Future[Any], otherwise: Callable[[], None]) -> None:
        """Counts as under way until it is written; where that breaks off, a thread does `otherwise`."""
        with self._lock:
            self._written_down += 1
        written.add_done_callback(partial(self._written, otherwise=otherwise))

    def look(self) -> bool:
        """Wakes others for those that are held up by who they asked; whether anything waits."""
        with self._lock:
            late = time.monotonic() - HELD_UP_S
            held_up = sum(since < late for since in self._asking.values())
            more = max(held_up, self.few - len(self._asking))
            for _ in range(min(more, len(self._waiting), self.most - len(self._asking))):
                self._wake()
            return bool(self._waiting)

    def withdraw(self) -> list[Claim]:
        """Takes out what has not begun and may be handed back."""
        with self._lock:
            claims = [held for task in self._waiting for held in task.claims]
            self._waiting = deque(task for task in self._waiting if not task.claims)
            return claims

    def wait(self, timeout_s: float) -> bool:
        """Waits so long, or until nothing is under way; whether nothing is."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._under_way(), timeout_s)

    def close(self) -> None:
        """Waits for all that is under way, then ends the threads; once more, and there are none."""
        while not self.wait(LOOK_S):
            self.look()
        with self._lock:
            self._closed = True
            asleep, self._asleep = self._asleep, []
            for bed in asleep:
                bed.release()

    def _wake(self) -> None:
        bed = self._asleep.pop() if self._asleep else None
        if bed is not None:
            self._asking[bed] = time.monotonic()
            bed.release()
            return
        bed = threading.Lock()
        bed.acquire()
        self._asking[bed] = time.monotonic()
        try:
            threading.Thread(target=self._serve, args=(bed,), name=self.name, daemon=True).start()
        except RuntimeError as error:
            del self._asking[bed]
            _log.warning("no thread to ask anybody: %s", error)

    def _serve(self, bed: threading.Lock) -> None:
        while (task := self._next(bed)) is not None:
            try:
                task.keep()
            except Exception:
                _log.exception("%s: a task broke off", self.name)

    def _next(self, bed: threading.Lock) -> _Task | None:
        """The next task, slept for where there is none; None where this thread is needed no more."""
        while True:
            if (task := self._taken(bed)) is not None:
                return task
            self._at_rest()
            with self._lock:
                if self._waiting:
                    continue
                self._asking.pop(bed, None)  # none, where it was woken to end
                self._say_what_changed()
                if self._closed:
                    return None
                self._asleep.append(bed)
            if not bed.acquire(timeout=IDLE_S) and self._may_end(bed):
                return None

    def _taken(self, bed: threading.Lock) -> _Task | None:
        with self._lock:
            if not self._waiting:
                return None
            self._asking[bed] = time.monotonic()
            task = self._waiting.popleft()
            self._say_what_changed()
            return task

    def _may_end(self, bed: threading.Lock) -> bool:
        with self._lock:
            if bed in self._asking:  # it was woken at this very moment
                bed.acquire()
                return False
            if bed in self._asleep:  # else all were woken to end at this very moment
                self._asleep.remove(bed)
            return True

    def _written(self, written: Future[Any], otherwise: Callable[[], None]) -> None:
        with self._lock:
            self._written_down -= 1
            if written.exception() is not None:
                self._waiting.appendleft(_Task(otherwise))
                if len(self._asking) < self.most:
                    self._wake()
            self._say_what_changed()

    def _under_way(self) -> int:
        return len(self._waiting) + len(self._asking) + self._written_down

    def _has_room(self) -> bool:
        fits = self._under_way() <= max(self.most - WORTH_IT, 0)
        return fits and len(self._waiting) <= READY - WORTH_IT

    def _say_what_changed(self) -> None:
        if self._wanted and self._has_room():
            self._wanted = False
            self._tell()
        if not self._under_way():
            self._quiet.notify_all()
