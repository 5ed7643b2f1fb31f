"""Empties SQLite's write-ahead log beside those who write, instead of inside somebody's commit.

By itself SQLite empties it in whichever commit makes it long enough: of one text after the other, one in
160 waited until a thousand pages were on the disk. Here a thread does it once enough was written; nobody
waits for it, and it waits for nobody. Commits meanwhile share the disk with it and are slower, so it is
done seldom: one connection's p99 is 1.7 ms instead of 3.4 (docs/performance.md).

What is written meanwhile stays, so that a log that is written without a pause is begun anew only when SQLite
itself finds it too long (`hotline.database.LOG_PAGES`): most of it has been emptied by then. Where no such
thread runs, SQLite does all of it then.
"""

import logging
import sqlite3
import threading
from contextlib import closing
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

COMMITS: Final = 100
"""Of its own process: after fewer it is not worth it. Each makes the log five pages longer at least."""
EVERY_S: Final = 1.0
"""At most so often: some 1,600 commits, one after the other. Each time costs those beside it."""

_log = logging.getLogger(__name__)


class LogEmptying:
    """For one process that writes much. On PostgreSQL there is nothing to do."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._commits = 0
        self._enough, self._stopped = threading.Event(), threading.Event()

    def count_commit(self) -> None:
        """Somebody wrote: one thread may say so."""
        self._commits += 1
        if self._commits >= COMMITS:
            self._commits = 0
            self._enough.set()

    def run(self) -> None:
        """Empties the log whenever enough was written, until `stop`: for a thread of its own."""
        while self.engine.dialect.name == "sqlite" and self._is_wanted():
            try:
                self._empty()
            except (SQLAlchemyError, sqlite3.Error) as error:
                _log.warning("the write-ahead log stays as it is for now: %s", type(error).__name__)

    def stop(self) -> None:
        """What is still in the log is as durable there."""
        self._stopped.set()
        self._enough.set()

    def _is_wanted(self) -> bool:
        self._stopped.wait(EVERY_S)
        self._enough.wait()
        self._enough.clear()
        return not self._stopped.is_set()

    def _empty(self) -> None:
        with self.engine.connect() as connection, closing(connection.connection.cursor()) as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
