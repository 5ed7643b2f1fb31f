"""Work of many threads shares transactions, as callbacks do at the door: one commit for all that waits.

It saves commits (one fsync for up to MOST pieces of work instead of one each) and quarrels: on SQLite one
thread of a worker writes, where many would wait for each other's lock by sleeping. Nothing is answered before
its own commit; where anything breaks, the whole transaction is rolled back and each piece is done alone by
whoever brought it, as if nothing had been tried.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork

T = TypeVar("T")
Act = Callable[[UnitOfWork], T]
"""A piece of work. It may be called twice, the second time after a rollback, and changes rows only."""

MOST: Final = 64
LONGEST_S: Final = 0.05
"""A transaction takes no more pieces after this: the door and the telephone want to write too."""
PATIENCE: Final = "200ms"
"""How long a shared transaction waits for a row that somebody holds, before each piece waits by itself."""

_Waiting = tuple[Act[Any], "Future[Any]"]


class AloneError(Exception):
    """The shared transaction broke off: whoever brought a piece of it does that alone."""


class SharedCommits:
    """One thread that works off what others bring. Make it after a process has forked."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, act: Act[T]) -> T:
        """Does `act` in a transaction, returns after its commit. Raises what it raises when done alone."""
        return self.result(act, self.bring(act))

    def bring(self, act: Act[T]) -> "Future[T]":
        """Puts `act` with what waits already; `result` waits for it."""
        done: Future[T] = Future()
        self._start()
        self._waiting.put((act, done))
        return done

    def result(self, act: Act[T], brought: "Future[T]") -> T:
        """What came of `act`; does it alone where the shared transaction broke off."""
        try:
            return brought.result()
        except AloneError:
            with self.runtime.work() as work:
                return act(work)

    def close(self) -> None:
        """Works off what waits, then ends the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="shared commits", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        rest: list[_Waiting] = []
        while True:
            if not rest:
                first = self._waiting.get()
                if first is None:
                    return
                rest = [first]
            batch = [*rest, *self._also_waiting(MOST - len(rest))]
            rest = batch[self._share(batch) :]

    def _also_waiting(self, most: int) -> Iterable[_Waiting]:
        while most > 0:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return
            if item is None:
                self._waiting.put(None)
                return
            most -= 1
            yield item

    def _share(self, batch: Sequence[_Waiting]) -> int:
        """Does the first of `batch` in one transaction and tells whoever waits; how many."""
        results: list[Any] = []
        try:
            with self.runtime.work() as work:
                _give_way(work.session)
                until = time.monotonic() + LONGEST_S
                for act, _ in batch:
                    results.append(act(work))
                    if time.monotonic() > until:
                        break
        except BaseException as error:  # whatever it was, those who wait must hear of it
            _tell(batch, error)
            return len(batch)
        for (_, done), result in zip(batch, results, strict=False):
            done.set_result(result)
        return len(results)


def _tell(batch: Sequence[_Waiting], error: BaseException) -> None:
    """Who was by himself meets the error; where several shared, or a row was held, each goes on alone."""
    by_itself = len(batch) == 1 and not isinstance(error, DBAPIError)
    for _, done in batch:
        done.set_exception(error if by_itself else AloneError())


def _give_way(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
