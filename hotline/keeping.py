"""Writes callbacks to the database in shared commits: requests that arrive together wait for one fsync.

One thread takes all that is there, inserts, commits once, and releases those who wait. With one connection it costs
nothing; on a slow disk it is worth nine times as much. When the database refuses, the same entries go to the spool;
a second thread brings them back in order once it answers again.
"""

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from hotline.clock import Clock
from hotline.models import Kept, Promise
from hotline.outbox import Kind, Rank
from hotline.spool import Incoming, Spool

BATCH: Final = 256
REST_S: Final = 1.0
"""How long a database that just refused is left alone: meanwhile everything goes to the spool at once."""
REPLAY_EVERY_S: Final = 1.0

_log = logging.getLogger(__name__)


class NotKeptError(Exception):
    """Neither the database nor the spool took it: the sender must come again."""


class Keeper:
    """Makes callbacks durable. `promises` says what each kind of callback is promised to be handled by."""

    def __init__(
        self, engine: Engine, spool: Spool, promises: Mapping[str, Kind], clock: Clock, ring: Callable[[], None]
    ) -> None:
        self.engine = engine
        self.spool = spool
        self.promises = promises
        self.clock = clock
        self.ring = ring
        self._waiting: queue.SimpleQueue[tuple[Incoming, Future[None]] | None] = queue.SimpleQueue()
        self._resting_until = 0.0
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, name="keeper", daemon=True),
            threading.Thread(target=self._replay_for_ever, name="spool", daemon=True),
        ]
        self._started = threading.Lock()
        self._running = False

    def keep(self, entry: Incoming) -> None:
        """Returns when `entry` is durable. Raises NotKeptError when nothing takes it."""
        self.start()
        done: Future[None] = Future()
        self._waiting.put((entry, done))
        done.result()

    def start(self) -> None:
        """Starts the threads; in the process that serves, not in one that it was forked from."""
        with self._started:
            if not self._running:
                self._running = True
                for thread in self._threads:
                    thread.start()

    def stop(self) -> None:
        """Finishes what waits, then ends the threads."""
        self._stop.set()
        if self._running:
            self._waiting.put(None)
            for thread in self._threads:
                thread.join(timeout=10)

    def _serve(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first, *self._also_waiting()]
            try:
                self._make_durable([entry for entry, _ in batch])
            except NotKeptError as error:
                for _, done in batch:
                    done.set_exception(error)
            else:
                for _, done in batch:
                    done.set_result(None)

    def _also_waiting(self) -> list[tuple[Incoming, Future[None]]]:
        more: list[tuple[Incoming, Future[None]]] = []
        while len(more) < BATCH - 1:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                self._waiting.put(None)
                break
            more.append(item)
        return more

    def _make_durable(self, entries: Sequence[Incoming]) -> None:
        if time.monotonic() >= self._resting_until:
            try:
                self.store(entries)
            except SQLAlchemyError as error:
                self._resting_until = time.monotonic() + REST_S
                _log.error("the database took nothing (%s); spooling", type(error).__name__)
            else:
                return
        try:
            self.spool.write(entries)
        except OSError as error:
            _last_copy(entries)
            raise NotKeptError(str(error)) from error

    def store(self, entries: Sequence[Incoming]) -> None:
        """One transaction: what is new is kept and promised to be handled, what is known is counted."""
        once = {(entry.kind, entry.key): entry for entry in entries}
        with self.engine.begin() as connection:
            fresh = _insert(connection, list(once.values()))
            known = [_place(entry) for entry in once.values() if (entry.kind, entry.key) not in fresh]
            known += [_place(entry) for entry in entries if once[entry.kind, entry.key] is not entry]
            if known:
                connection.execute(_COUNT_REPEAT, known)
            if fresh:
                connection.execute(insert(Promise), [self._promise(once[at], id_) for at, id_ in fresh.items()])
        if fresh:
            self.ring()

    def _promise(self, entry: Incoming, kept_id: int) -> dict[str, object]:
        return {
            "kind": self.promises[entry.kind],
            "subject_id": kept_id,
            "rank": Rank.INCOMING,
            "due_at": entry.received_at,
            "attempts": 0,
        }

    def _replay_for_ever(self) -> None:
        while not self._stop.wait(REPLAY_EVERY_S):
            try:
                self.replay()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("the spool waits: %s", type(error).__name__)

    def replay(self) -> int:
        """Brings spooled entries to the database in order; returns how many. Raises SQLAlchemyError while it is down."""
        replayed = 0
        for path in self.spool.waiting():
            try:
                entries = self.spool.read(path)
            except FileNotFoundError:
                continue
            except ValueError:
                _log.error("a spool file can't be read: %s", path.name)
                self.spool.put_away(path, corrupt=True)
                continue
            self.store(entries)
            self.spool.put_away(path)
            replayed += len(entries)
        if replayed:
            self.spool.forget_old(self.clock.now())
        return replayed


_COUNT_REPEAT: Final = (
    update(Kept.__table__)  # type: ignore[arg-type]
    .where(Kept.kind == bindparam("b_kind"), Kept.key == bindparam("b_key"))
    .values(repeats=Kept.repeats + 1)
)


def _insert(connection: Connection, entries: list[Incoming]) -> dict[tuple[str, str], int]:
    """Kept ids of the entries that were not known yet."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(Kept)
        .on_conflict_do_nothing(index_elements=["kind", "key"])
        .returning(Kept.kind, Kept.key, Kept.id)
    )
    rows = [
        {
            "kind": entry.kind, "key": entry.key, "body": entry.body, "content_type": entry.content_type[:120],
            "cut": entry.cut, "repeats": 0, "received_at": entry.received_at,
        }
        for entry in entries
    ]  # fmt: skip
    return {(kind, key): id_ for kind, key, id_ in connection.execute(statement, rows)}


def _place(entry: Incoming) -> dict[str, str]:
    return {"b_kind": entry.kind, "b_key": entry.key}


def _last_copy(entries: Sequence[Incoming]) -> None:
    """The last copy of what nothing took: on stderr, which the supervisor writes somewhere else."""
    for entry in entries:
        sys.stderr.write(f"NOT KEPT {entry.kind} {entry.received_at.isoformat()} {entry.body!r}\n")
    sys.stderr.flush()
