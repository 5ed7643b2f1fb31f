"""A connection that one thread writes with from batch to batch.

Taking one from the pool, asking whether it is alive, and SQLAlchemy's steps around a transaction cost
more than writing a text down, and where one batch is one text, every text pays them: 70 us, a seventh of
all that it costs there (docs/performance.md). Who has not written for a moment takes his connection from
the pool again, which looks whether it is alive; one that met an error is thrown away.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from hotline.database import FOR_A_TURN, patience, turns_of

IDLE_S: Final = 1.0
A_MOMENT_S: Final = 0.01
"""Who waited longer for his turn has so much less patience with SQLite's own lock."""


class Pen:
    """For one thread. Holds a connection of `engine` from the first time it writes until `close`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._turns = turns_of(engine)
        self._transaction = self._on_sqlite if engine.dialect.name == "sqlite" else self._on_postgres
        self._connection: Connection | None = None
        self._used_at = 0.0
        self._patience_s = 0.0

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """The driver's connection, in a transaction that ends with the block. On PostgreSQL each statement is
        one of its own, which spares two round trips. Raises SQLAlchemyError where the database refuses.
        """
        driver = self._taken()
        try:
            with _as_ours(), self._transaction(driver):
                yield driver
        except BaseException:
            self._throw_away()
            raise
        self._used_at = time.monotonic()

    def close(self) -> None:
        """Gives the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _taken(self) -> Any:
        if self._connection is not None and time.monotonic() - self._used_at > IDLE_S:
            self.close()
        if self._connection is None:
            self._connection = self._taken_anew()
        return self._connection.connection.driver_connection

    def _taken_anew(self) -> Connection:
        connection = self.engine.connect()
        if self.engine.dialect.name != "sqlite":
            return connection.execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = connection.connection.driver_connection
        self._patience_s = driver.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
        return connection

    def _throw_away(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self.close()

    @contextmanager
    def _on_sqlite(self, driver: Any) -> Iterator[None]:
        """In a turn, as all who write to this file."""
        began = time.monotonic()
        turn = self._turns.enter(self._patience_s * FOR_A_TURN) if self._turns else None
        try:
            waited = time.monotonic() - began
            if waited > A_MOMENT_S:
                driver.execute(patience(self._patience_s - waited))
            try:
                driver.execute("BEGIN IMMEDIATE")
                yield
                driver.execute("COMMIT")
            except BaseException:
                driver.rollback()
                raise
            if waited > A_MOMENT_S:
                driver.execute(patience(self._patience_s))
        finally:
            if self._turns and turn:
                self._turns.leave(turn)

    @contextmanager
    def _on_postgres(self, _driver: Any) -> Iterator[None]:
        yield


@contextmanager
def _as_ours() -> Iterator[None]:
    """The driver's errors as SQLAlchemy names them, without the values: those are people's words."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        raise DBAPIError.instance(None, None, error, base, hide_parameters=True) from error
