"""Work of many threads shares transactions, as callbacks do at the door: one commit for all that waits.

It saves commits (one fsync for up to MOST pieces of work instead of one each) and quarrels: on SQLite one
thread of a worker writes, where many would wait for each other's lock by sleeping. What is urgent goes first.

Nothing is answered before its own commit. Where anything breaks, the whole transaction is rolled back and
each piece is done alone by whoever brought it, as if nothing had been tried: a piece that fails costs its
neighbours time and nothing else. No piece sees what an earlier one has read, only what it wrote. Pieces
that are alike are done by one call, which asks for all of them at once: sends prepared and written down
together made a text 2.7 statements instead of 17 (docs/performance.md).
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

from hotline.database import is_hurried, is_wanted, was_hurried
from hotline.outbox import Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork

T = TypeVar("T")
Item = TypeVar("Item")
Act = Callable[[UnitOfWork], T]
"""A piece of work. It may be called twice, the second time after a rollback, and changes rows only."""
Alike = Callable[[UnitOfWork, Sequence[Item]], Sequence[T]]
"""Does several pieces of a kind: what each was brought with, to what came of each, in the same order."""

MOST: Final = 128
ALIKE: Final = 128
"""Pieces of a kind that are done by one call."""
FEW: Final = 24
"""The same while somebody telephones, who waits for all of them: beside 500 texts a second the slowest of a
hundred steps took 43 and 53 ms, and takes 34 to 45.
"""
LONGEST_S: Final = 0.05
"""A transaction takes no more pieces after this."""
SHORTEST_S: Final = 0.01
"""After this it takes no more where somebody waits to write; before it none only where a caller waits, who
hears nothing yet.
"""
PATIENCE: Final = "200ms"
"""How long a shared transaction waits for a row that somebody holds, before each piece waits by itself."""
_LAST: Final = 99


@dataclass(frozen=True, slots=True, order=True)
class _Piece:
    rank: int
    serial: int
    act: Act[Any] | Alike[Any, Any] | None = field(compare=False)
    """None: nothing comes any more."""
    brought: tuple[Any, ...] = field(compare=False, default=())
    """What a piece that is like others was brought with."""
    done: "Future[Any]" = field(compare=False, default_factory=Future)
    since: float = field(compare=False, default_factory=time.monotonic)


class AloneError(Exception):
    """The shared transaction broke off: whoever brought a piece of it does that alone."""


class SharedCommits:
    """One thread that works off what others bring. Make it after a process has forked."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._waiting: queue.PriorityQueue[_Piece] = queue.PriorityQueue()
        self._patient: list[_Piece] = []
        self._serials = itertools.count()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def run(self, act: Act[T], rank: int = Rank.CONVERSATION) -> T:
        """Does `act` in a transaction, returns after its commit. Raises what it raises when done alone."""
        return self.result(act, self.bring(act, rank))

    def gather(self, act: Alike[Item, T], item: Item, rank: int = Rank.CONVERSATION) -> T:
        """As `run`, with all others that have brought something for the same `act`."""
        piece = _Piece(rank, next(self._serials), act, (item,))
        try:
            return self._put(piece).result()  # type: ignore[no-any-return]
        except AloneError:
            with self.runtime.work() as work:
                return act(work, [item])[0]

    def bring(self, act: Act[T], rank: int = Rank.CONVERSATION) -> "Future[T]":
        """Puts `act` with what waits already; `result` waits for it."""
        return self._put(_Piece(rank, next(self._serials), act))

    def gather_later(self, act: Alike[Item, T], item: Item, rank: int = Rank.CONVERSATION) -> "Future[T]":
        """As `gather`, for who does not wait for it: done when ALIKE have come, or at `press`. AloneError is
        what it says where it broke off.
        """
        piece = _Piece(rank, next(self._serials), act, (item,))
        with self._starting:
            self._patient.append(piece)
        if len(self._patient) >= ALIKE:
            self.press()
        return piece.done

    def press(self, after_s: float = 0.0) -> None:
        """What was brought for later, the first of it so long ago, is to be done now."""
        with self._starting:
            if self._patient and time.monotonic() - self._patient[0].since >= after_s:
                pieces, self._patient = self._patient, []
                for piece in pieces:
                    self._take_on(piece)

    def _put(self, piece: _Piece) -> "Future[Any]":
        with self._starting:
            self._take_on(piece)
        return piece.done

    def _take_on(self, piece: _Piece) -> None:
        if self._closed:
            piece.done.set_exception(AloneError())
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="shared commits", daemon=True)
            self._thread.start()
        self._waiting.put(piece)

    def result(self, act: Act[T], brought: "Future[T]") -> T:
        """What came of `act`; does it alone where the shared transaction broke off."""
        try:
            return brought.result()
        except AloneError:
            with self.runtime.work() as work:
                return act(work)

    def close(self) -> None:
        """Works off what waits, then ends the thread; who comes later does his work alone."""
        self.press()
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
        pieces = [first, *self._others()]
        groups, taken, results = _alike(pieces, ALIKE), list[_Piece](), list[Any]()
        try:
            with self.runtime.work() as work:
                _begin(work.session)
                if was_hurried(work.session.connection()):
                    groups = _alike(pieces, FEW)
                began = time.monotonic()
                while groups and (not taken or _may_go_on(work.session, began)):
                    taken.extend(group := groups.pop(0))
                    results.extend(_do(group, work))
        except BaseException as error:  # whatever it was, those who wait must hear of it
            _tell(taken or groups.pop(0), error)
        else:
            for piece, result in zip(taken, results, strict=True):
                piece.done.set_result(result)
        for piece in itertools.chain.from_iterable(groups):
            self._waiting.put(piece)

    def _others(self) -> list[_Piece]:
        others: list[_Piece] = []
        while len(others) < MOST - 1 and (piece := self._another()):
            others.append(piece)
        return others

    def _another(self) -> _Piece | None:
        try:
            piece = self._waiting.get_nowait()
        except queue.Empty:
            return None
        if piece.act is None:
            self._waiting.put(piece)
            return None
        return piece


def _alike(pieces: Sequence[_Piece], most: int) -> list[list[_Piece]]:
    """The pieces in the order in which they are done: each with some that are like it, `most` together."""
    groups: dict[Any, list[_Piece]] = {}
    for piece in pieces:
        groups.setdefault(piece.act if piece.brought else piece.serial, []).append(piece)
    return [group[start : start + most] for group in groups.values() for start in range(0, len(group), most)]


def _do(group: Sequence[_Piece], work: UnitOfWork) -> Sequence[Any]:
    """What came of each, done at this moment. Who follows finds no row in the session that he did not look
    at himself.
    """
    work.now = work.clock.now()
    act: Any = group[0].act
    gathered = [item for piece in group for item in piece.brought]
    results = act(work, gathered) if gathered else [act(work)]
    work.session.flush()
    work.session.expunge_all()
    return results


def _tell(taken: Sequence[_Piece], error: BaseException) -> None:
    """Who was by himself meets the error; where several shared, or a row was held, each goes on alone."""
    by_itself = len(taken) == 1 and not isinstance(error, DBAPIError)
    for piece in taken:
        piece.done.set_exception(error if by_itself else AloneError())


def _may_go_on(session: Session, began: float) -> bool:
    """Whether a transaction that began then may take one piece more."""
    took = time.monotonic() - began
    if took < SHORTEST_S:
        return not is_hurried(session.connection())
    return took < LONGEST_S and not is_wanted(session.connection())


def _begin(session: Session) -> None:
    """Waits for a turn before time is counted, and on PostgreSQL no longer than a moment for each row."""
    session.connection()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
