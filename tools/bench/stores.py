"""The two databases as the harness sees them: fresh copies of a filled one, and questions in plain SQL."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from hotline.environment import demo_environment
from tests.support.postgres import PostgresServer
from tests.support.processes import ROOT


class Store(Protocol):
    """One database of the hotline."""

    @property
    def kind(self) -> str:
        """SQLite or PostgreSQL."""
        ...

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        ...

    @property
    def series(self) -> str:
        """A table `n(i)` of whole numbers from 1 to :rows, to be put behind WITH."""
        ...

    def ago(self, seconds: str) -> str:
        """SQL for the moment so many seconds (SQL) before now, as the hotline stores times."""
        ...

    def moment(self, at: datetime) -> str:
        """SQL for this moment, as the hotline stores times."""
        ...

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...

    def asking(self, query: str) -> AbstractContextManager[Callable[[], Any]]:
        """Tells the first value of the first row as often as it is called. Over one connection: a new one
        each time takes as much from the cores as a dozen texts.
        """
        ...

    def run(self, *statements: str) -> None:
        """Statements in one transaction."""
        ...

    def numbers(self, rows: list[tuple[int, str]]) -> None:
        """A table `given(id, number)` with these rows, for one session of filling."""
        ...

    def count_on(self, table: str) -> list[str]:
        """Statements after which the table's own ids follow those that were given."""
        ...

    def settle(self) -> None:
        """After filling: what a database that grew slowly has done long ago."""
        ...


def one(store: Store, query: str) -> Any:
    """The first value of the first row."""
    return store.all(query)[0][0]


@dataclass
class SqliteStore:
    """A file."""

    path: Path
    kind: str = "SQLite"
    series: str = "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return f"sqlite:///{self.path}"

    def ago(self, seconds: str) -> str:
        return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || ({seconds}) || ' seconds')"

    def moment(self, at: datetime) -> str:
        return f"'{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"

    def all(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", timeout=30, uri=True)) as connection:
            return list(connection.execute(query))

    @contextmanager
    def asking(self, query: str) -> Iterator[Callable[[], Any]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", timeout=30, uri=True)) as connection:
            yield lambda: connection.execute(query).fetchall()[0][0]

    def run(self, *statements: str) -> None:
        with closing(self._open()) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def numbers(self, rows: list[tuple[int, str]]) -> None:
        with closing(self._open()) as connection, connection:
            connection.execute("CREATE TABLE given (id INTEGER PRIMARY KEY, number TEXT)")
            connection.executemany("INSERT INTO given VALUES (?, ?)", rows)

    def count_on(self, table: str) -> list[str]:  # noqa: ARG002  SQLite counts on by itself
        return []

    def settle(self) -> None:
        with closing(self._open()) as connection:
            connection.execute("ANALYZE")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=30)


@dataclass
class PostgresStore:
    """A database of a server."""

    server: PostgresServer
    name: str
    kind: str = "PostgreSQL"
    series: str = "n(i) AS (SELECT generate_series(1, :rows))"

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return self.server.url(self.name)

    def ago(self, seconds: str) -> str:
        return f"now() - ({seconds}) * interval '1 second'"

    def moment(self, at: datetime) -> str:
        return f"'{at.isoformat()}'::timestamptz"

    def all(self, query: str) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return list(connection.execute(query.encode()))

    @contextmanager
    def asking(self, query: str) -> Iterator[Callable[[], Any]]:
        with self._open() as connection:
            connection.autocommit = True
            yield lambda: connection.execute(query.encode()).fetchall()[0][0]

    def run(self, *statements: str) -> None:
        with self._open() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def numbers(self, rows: list[tuple[int, str]]) -> None:
        with self._open() as connection:
            connection.execute("CREATE TABLE given (id BIGINT PRIMARY KEY, number TEXT)")
            with connection.cursor().copy("COPY given FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def count_on(self, table: str) -> list[str]:
        serial = f"pg_get_serial_sequence('{table}', 'id')"
        return [f"SELECT setval({serial}, (SELECT max(id) FROM {table}))"]  # noqa: S608

    def settle(self) -> None:
        with self._open() as connection:
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.server.directory), user="postgres", dbname=self.name)


FLASK: Final = (sys.executable, "-m", "flask", "--app", "wsgi")


def prepare(store: Store, var: Path) -> dict[str, str]:
    """The schema and the demo's people and units, by the hotline's own command; user name to password."""
    environ = demo_environment({"DATABASE_URL": store.url, "REDIS_URL": ""}, var)
    command = [*FLASK, "prepare", "--demo"]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {words[1]: words[2] for words in lines if len(words) == 3}


def copy_of(store: Store, folder: Path) -> Store:
    """A store of its own with the same rows; nobody may be connected to the first."""
    match store:
        case SqliteStore():
            shutil.copy(store.path, folder / "hotline.sqlite3")
            return SqliteStore(folder / "hotline.sqlite3")
        case PostgresStore():
            return PostgresStore(store.server, store.server.create_database(store.name, large=True))
    raise TypeError(store)
