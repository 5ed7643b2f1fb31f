"""Makes callbacks durable in shared commits: requests that arrive together wait for one fsync.

One thread takes all that is there, stores it in one transaction, and releases those who wait: with 64
connections some 27 callbacks share each commit, and with one it costs nothing. When the database refuses, or
does not answer in time, the same entries go to the spool; a second thread brings them back in order once it
answers again.
"""

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from hotline.clock import Clock
from hotline.completing import complete
from hotline.floods import Floods
from hotline.journal import Journal
from hotline.log_emptying import LogEmptying
from hotline.one_core import Cores
from hotline.outbox import Kind
from hotline.pen import Pen
from hotline.spool import Incoming, Spool
from hotline.storing import write

BATCH: Final = 256
REST_S: Final = 1.0
"""How long a database that just refused is left alone: meanwhile everything goes to the spool at once."""
PATIENCE_S: Final = 4.0
"""How long somebody waits for a database that neither takes nor refuses, before the spool takes his words."""
REPLAY_EVERY_S: Final = 1.0
TIDY_EVERY_S: Final = 3600.0

_log = logging.getLogger(__name__)


class NotKeptError(Exception):
    """Neither the database nor the spool took it: the sender must come again."""


def _closed() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits until his entry is durable. A lock that another thread opens: a Future costs each
    callback 20 us more, a sixth of what the whole door takes.
    """

    entry: Incoming
    problem: NotKeptError | None = None
    _done: threading.Lock = field(default_factory=_closed)

    def wait(self, patience_s: float) -> None:
        """Raises NotKeptError, and TimeoutError where nobody said anything in time."""
        if not self._done.acquire(timeout=patience_s):
            raise TimeoutError
        if self.problem is not None:
            raise self.problem

    def tell(self, problem: NotKeptError | None = None) -> None:
        """It is durable, or `problem` says why it is not."""
        self.problem = problem
        self._done.release()


class Keeper:
    """Makes callbacks durable. `promises` says what each kind of callback is promised to be handled by."""

    def __init__(  # noqa: PLR0913, PLR0917  a process's parts, each of its own type
        self,
        engine: Engine,
        spool: Spool,
        promises: Mapping[str, Kind],
        clock: Clock,
        ring: Callable[[], None],
        patience_s: float = PATIENCE_S,
        cores: Cores | None = None,
        floods: Floods | None = None,
    ) -> None:
        self.engine = engine
        self.spool = spool
        self.promises = promises
        self.clock = clock
        self.ring = ring
        self.patience_s = patience_s
        self.cores = cores or Cores()
        self.floods = floods or Floods({})
        self.journal = Journal(spool.folder / "journal")
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._pen, self._replaying = Pen(engine), Pen(engine)
        self._emptying = LogEmptying(engine)
        self._resting_until = 0.0
        self._busy_since: float | None = None
        self._completed = False
        self._tidied_at = float("-inf")
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    def keep(self, entry: Incoming) -> None:
        """Returns when `entry` is durable. Raises NotKeptError when nothing takes it."""
        self.start()
        if self._is_stuck():
            self._spool([entry])
            return
        mine = _Waiting(entry)
        self._waiting.put(mine)
        try:
            mine.wait(self.patience_s)
        except TimeoutError:
            # In both places it is known by its key, and counts once.
            _log.error("the database does not answer; spooling")
            self._spool([entry])

    def _is_stuck(self) -> bool:
        """Whether one transaction takes longer than anybody waits."""
        since = self._busy_since
        return since is not None and time.monotonic() - since >= self.patience_s

    def _sync_journal(self) -> None:
        """What is in the way of it holds up nothing: the database has the words."""
        try:
            self.journal.sync()
        except OSError as error:
            _log.error("the journal can't be put on the disk: %s", error)

    def set_aside(self, entry: Incoming) -> None:
        """Into the spool at once, for whoever has waited for the database already. Raises NotKeptError."""
        self.start()
        self._spool([entry])

    def note(self, entries: Sequence[Incoming]) -> None:
        """Writes what the database has into the journal too, from which a restored one is completed."""
        try:
            self.journal.append(entries)
        except OSError as error:  # it is durable all the same
            _log.error("the journal takes nothing: %s", error)

    def start(self) -> None:
        """Starts the threads, once; in the process that serves, not in one that it was forked from."""
        if self._threads:
            return
        with self._starting:
            if not self._threads:
                self._threads = [
                    threading.Thread(target=self._serve, name="keeper", daemon=True),
                    threading.Thread(target=self._replay_for_ever, name="spool", daemon=True),
                    threading.Thread(target=self._emptying.run, name="log", daemon=True),
                ]
                for thread in self._threads:
                    thread.start()

    def stop(self) -> None:
        """Finishes what waits, then ends the threads. A process that just ends loses nothing either: what was
        acknowledged is on the disk, and what was not will come again.
        """
        self._stop.set()
        self._emptying.stop()
        self._waiting.put(None)
        for thread in self._threads:
            thread.join(timeout=10)
            if thread.is_alive():
                return
        self._pen.close()
        self._replaying.close()
        self.cores.give_back()

    def _serve(self) -> None:
        self.cores.stay()
        while (first := self._waiting.get()) is not None:
            self._busy_since = time.monotonic()
            batch = [first, *self._also_waiting()]
            problem = None
            try:
                self._make_durable([each.entry for each in batch])
            except NotKeptError as error:
                problem = error
            self._busy_since = None
            for each in batch:
                each.tell(problem)

    def _also_waiting(self) -> list[_Waiting]:
        more: list[_Waiting] = []
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
                self._store(self._pen, entries)
                self._emptying.count_commit()
            except Exception as error:  # whatever it is: those who wait must hear, and their words be safe
                self._resting_until = time.monotonic() + REST_S
                _log.error("the database took nothing (%s); spooling", type(error).__name__)
            else:
                return
        self._spool(entries)

    def _spool(self, entries: Sequence[Incoming]) -> None:
        try:
            self.spool.write(entries)
        except Exception as error:
            _last_copy(entries)
            raise NotKeptError(str(error)) from error

    def _store(self, pen: Pen, entries: Sequence[Incoming]) -> None:
        """One transaction: what is new is kept and promised to be handled, what is known is counted."""
        fresh = write(pen, entries, self.promises, self.floods.behind(entries))
        self.note(entries)
        if fresh:
            self.ring()

    def _replay_for_ever(self) -> None:
        while not self._stop.wait(REPLAY_EVERY_S):
            try:
                self._sync_journal()
                self.replay()
                self._complete()
                self._tidy()
            except Exception as error:
                _log.warning("the spool waits: %s", type(error).__name__)

    def _complete(self) -> None:
        """Once, with the first database that answers: it may have been restored on another machine."""
        if not self._completed:
            complete(self.engine, self.journal, self.promises)
            self._completed = True

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied_at >= TIDY_EVERY_S:
            self._tidied_at = time.monotonic()
            self.spool.tidy(self.clock.now())
            self.journal.tidy(self.clock.now())

    def replay(self) -> int:
        """Brings spooled entries to the database in order; how many. Raises DBAPIError while it is down."""
        replayed = 0
        for path in self.spool.waiting():
            try:
                replayed += self._replay_file(path)
            except FileNotFoundError:  # another process was quicker
                continue
            except OSError as error:  # those behind it need not wait for a person
                _log.error("a spool file can't be read: %s (%s)", path.name, type(error).__name__)
            self._sync_journal()
        return replayed

    def _replay_file(self, path: Path) -> int:
        contents = self.spool.read(path)
        unfit = [entry for entry in contents.entries if not self._replay_entry(entry)]
        corrupt = contents.damaged or bool(unfit)
        if corrupt:
            _log.error("a spool file needs a person: %s", path.name)
        self.spool.put_away(path, corrupt=corrupt)
        return len(contents.entries) - len(unfit)

    def _replay_entry(self, entry: Incoming) -> bool:
        """Whether the database took it; False where it never will. Alone, so that none spoils another."""
        try:
            self._store(self._replaying, [entry])
        except (DataError, IntegrityError, LookupError, TypeError, ValueError):
            return False
        except StatementError as error:
            if isinstance(error, DBAPIError):  # the database is down or not ready: later
                raise
            return False
        return True


def _last_copy(entries: Sequence[Incoming]) -> None:
    """The last copy of what nothing took: on stderr, which the supervisor writes somewhere else."""
    for entry in entries:
        sys.stderr.write(f"NOT KEPT {entry.kind} {entry.received_at.isoformat()} {entry.body!r}\n")
    sys.stderr.flush()
