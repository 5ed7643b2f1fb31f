"""Steps that come in at the same moment share one transaction: one turn among the writers, and one fsync.

On SQLite writers take turns. Where each step has one of its own, a worker's transaction comes before every
step, and of fifty callers the last one waits for fifty of them. Here all who wait are taken along, each
behind a savepoint, so that one that breaks spoils no other. Nothing is answered before the commit.

PostgreSQL locks rows, not the file: there each step has a transaction and a thread, and waits for nobody's
locks but its own.
"""

import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from hotline.unit_of_work import UnitOfWork
from ivr.gateway import CallEvent
from ivr.hearing import At

AT_ONCE: Final = 64
"""As many as the server takes requests."""
LONGEST_S: Final = 0.02
"""A transaction takes no more steps after this: the door and the workers want to write too."""

Act = Callable[[UnitOfWork, At, CallEvent], bytes]
"""Answers one callback, with all its effects in the unit of work."""


class EachAlone:
    """A thread and a transaction for each step."""

    def __init__(self, work: Callable[[], UnitOfWork], act: Act) -> None:
        self._work = work
        self._act = act
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="step")

    def answer(self, at: At, event: CallEvent) -> "Future[bytes]":
        """What the callback is answered, once that is committed; or why it could not be."""
        return self._pool.submit(self._do, at, event)

    def _do(self, at: At, event: CallEvent) -> bytes:
        with self._work() as work:
            return self._act(work, at, event)


@dataclass(frozen=True, slots=True)
class _Asked:
    at: At
    event: CallEvent
    said: "Future[bytes]" = field(default_factory=Future)


class Together:
    """One thread that answers all who wait, as many in a transaction as come before its time is over."""

    def __init__(self, work: Callable[[], UnitOfWork], act: Act) -> None:
        self._work = work
        self._act = act
        self._waiting: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="steps")

    def answer(self, at: At, event: CallEvent) -> "Future[bytes]":
        """What the callback is answered, once that is committed; or why it could not be."""
        asked = _Asked(at, event)
        self._waiting.put(asked)
        self._thread.submit(self._share)
        return asked.said

    def _share(self) -> None:
        """One transaction for those who wait; nothing, where an earlier one took them all along."""
        asked = self._next()
        if asked is None:
            return
        answered: list[tuple[Future[bytes], bytes]] = []
        try:
            with self._work() as work:
                work.session.connection()  # the wait for a turn is not counted
                until = time.monotonic() + LONGEST_S
                while asked is not None:
                    self._answer(work, asked, answered)
                    asked = self._next() if time.monotonic() < until else None
        except Exception as error:
            for said, _ in answered:
                said.set_exception(error)
            if asked is not None:
                asked.said.set_exception(error)
        else:
            for said, body in answered:
                said.set_result(body)

    def _answer(self, work: UnitOfWork, asked: _Asked, answered: list[tuple["Future[bytes]", bytes]]) -> None:
        work.now = work.clock.now()
        step = work.session.begin_nested()
        try:
            body = self._act(work, asked.at, asked.event)
            step.commit()
        except Exception as error:
            step.rollback()
            asked.said.set_exception(error)
        else:
            answered.append((asked.said, body))
        # The next one finds no row in the session that it did not look at itself.
        work.session.expunge_all()

    def _next(self) -> _Asked | None:
        """Whoever waits longest; who was answered without the database meanwhile is left out."""
        while True:
            try:
                asked = self._waiting.get_nowait()
            except queue.Empty:
                return None
            if asked.said.set_running_or_notify_cancel():
                return asked
