"""Work of many threads shares transactions, as callbacks do at the door: one commit for all that waits.

It saves commits (one fsync for up to MOST pieces of work instead of one each) and quarrels: on SQLite one
thread of a worker writes, where many would wait for each other's lock by sleeping. What is urgent goes first.

Nothing is answered before its own commit. Where anything breaks, the whole transaction is rolled back and
each piece is done alone by whoever brought it, as if nothing had been tried: a piece that fails costs its
neighbours time and nothing else. No piece sees what an earlier one has read, only what it wrote.
"""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from hotline.database import is_wanted
from hotline.outbox import Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork

T = TypeVar("T")
Act = Callable[[UnitOfWork], T]
"""A piece of work. It may be called twice, the second time after a rollback, and changes rows only."""

MOST: Final = 64
LONGEST_S: Final = 0.05
"""A transaction takes no more pieces after this."""
SHORTEST_S: Final = 0.01
"""After this it takes no more where somebody waits to write: the door, or a caller who hears nothing yet."""
PATIENCE: Final = "200ms"
"""How long a shared transaction waits for a row that somebody holds, before each piece waits by itself."""
_LAST: Final = 99


@dataclass(frozen=True, slots=True, order=True)
class _Piece:
    rank: int
    serial: int
    act: Act[Any] | None = field(compare=False)
    """None: nothing comes any more."""
    done: "Future[Any]" = field(compare=False, default_factory=Future)


class AloneError(Exception):
    """The shared transaction broke off: whoever brought a piece of it does that alone."""


class SharedCommits:
    """One thread that works off what others bring. Make it after a process has forked."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._waiting: queue.PriorityQueue[_Piece] = queue.PriorityQueue()
        self._serials = itertools.count()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def run(self, act: Act[T], rank: int = Rank.CONVERSATION) -> T:
        """Does `act` in a transaction, returns after its commit. Raises what it raises when done alone."""
        return self.result(act, self.bring(act, rank))

    def bring(self, act: Act[T], rank: int = Rank.CONVERSATION) -> "Future[T]":
        """Puts `act` with what waits already; `result` waits for it."""
        piece = _Piece(rank, next(self._serials), act)
        with self._starting:
            if self._closed:
                piece.done.set_exception(AloneError())
                return piece.done
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="shared commits", daemon=True)
                self._thread.start()
            self._waiting.put(piece)
        return piece.done

    def result(self, act: Act[T], brought: "Future[T]") -> T:
        """What came of `act`; does it alone where the shared transaction broke off."""
        try:
            return brought.result()
        except AloneError:
            with self.runtime.work() as work:
                return act(work)

    def close(self) -> None:
        """Works off what waits, then ends the thread; who comes later does his work alone."""
        with self._starting:
            self._closed = True
            self._waiting.put(_Piece(_LAST, next(self._serials), None))
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        while (first := self._waiting.get()).act is not None:
            self._share(first)

    def _share(self, first: _Piece) -> None:
        """Does `first`, and what else there is, in one transaction; then tells those who wait."""
        taken, results = [first], list[Any]()
        try:
            with self.runtime.work() as work:
                _begin(work.session)
                began = time.monotonic()
                results.append(_do(first, work))
                while len(taken) < MOST and _may_go_on(work.session, began) and (piece := self._another()):
                    taken.append(piece)
                    results.append(_do(piece, work))
        except BaseException as error:  # whatever it was, those who wait must hear of it
            _tell(taken, error)
        else:
            for piece, result in zip(taken, results, strict=True):
                piece.done.set_result(result)

    def _another(self) -> _Piece | None:
        try:
            piece = self._waiting.get_nowait()
        except queue.Empty:
            return None
        if piece.act is None:
            self._waiting.put(piece)
            return None
        return piece


def _do(piece: _Piece, work: UnitOfWork) -> Any:
    """One piece, at its own moment. The next finds no row in the session that it did not look at itself."""
    work.now = work.clock.now()
    result = piece.act(work) if piece.act else None
    work.session.flush()
    work.session.expunge_all()
    return result


def _tell(taken: Sequence[_Piece], error: BaseException) -> None:
    """Who was by himself meets the error; where several shared, or a row was held, each goes on alone."""
    by_itself = len(taken) == 1 and not isinstance(error, DBAPIError)
    for piece in taken:
        piece.done.set_exception(error if by_itself else AloneError())


def _may_go_on(session: Session, began: float) -> bool:
    """Whether a transaction that began then may take one piece more."""
    took = time.monotonic() - began
    return took < SHORTEST_S or (took < LONGEST_S and not is_wanted(session.connection()))


def _begin(session: Session) -> None:
    """Waits for a turn before time is counted, and on PostgreSQL no longer than a moment for each row."""
    session.connection()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
