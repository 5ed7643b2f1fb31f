"""A real PostgreSQL for the tests, one per session, with a database of its own for whoever asks."""

import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest
from psycopg import sql

from tests.support.postgres_programs import folder_for, programs_for, unprivileged_user
from tests.support.processes import Process

_NUMBERS: Final = itertools.count(1)
LONGEST_CHECKPOINT_S: Final = 120.0
"""For writing down what is in memory, or for reading it out of the log after a kill."""


class PostgresServer:
    """One server with its own data, reachable over a unix socket only, by its own user and root.

    `durable=True` leaves fsync on, for tests that pull the plug. `data` is where its data stays when it is
    removed, to be found there by the next server; by default it goes too. `settings` are lines of its
    configuration, beside the few that all servers here have.
    """

    def __init__(
        self, *, durable: bool = False, data: Path | None = None, settings: Sequence[str] = ()
    ) -> None:
        self._user = unprivileged_user()
        self.directory = folder_for(self._user)
        self._stays = data is not None
        self._data = data or self.directory / "data"
        self.programs = programs_for(self._user, self.directory)
        """The folder with pg_dump, pg_restore and psql."""
        self._fsync = "on" if durable else "off"
        self._settings = settings
        self._process: Process | None = None
        if not (self._data / "PG_VERSION").exists():
            self._initialise()

    def url(self, database: str = "postgres") -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.directory}"

    def start(self) -> None:
        """Returns when it takes connections; after `kill` it first recovers."""
        settings = ("listen_addresses=", f"fsync={self._fsync}", "max_connections=200", "timezone=UTC")
        options = [word for setting in (*settings, *self._settings) for word in ("-c", setting)]
        self._process = Process(
            [self.programs / "postgres", "-D", self._data, "-k", self.directory, *options],
            self.directory / "postgres.log",
            cwd=self.directory,
            user=self._user,
            at_our_end=signal.SIGQUIT,
        )
        self._process.wait_for(self._answers, "PostgreSQL takes connections", LONGEST_CHECKPOINT_S)

    def stop(self) -> None:
        """Orderly, cutting off clients that are still connected."""
        if self._process:
            self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """As a power cut would, with all who serve a connection; `start` again to go on."""
        if self._process:
            serving = psutil.Process(self._process.pid).children()
            self._process.kill()
            for each in serving:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            psutil.wait_procs(serving, timeout=10)

    def remove(self) -> None:
        """End it and delete its files; without a checkpoint, unless its data stays."""
        if self._process:
            self._process.stop(signal.SIGINT if self._stays else signal.SIGQUIT, LONGEST_CHECKPOINT_S)
        shutil.rmtree(self.directory)

    def create_database(self, template: str = "template0", *, large: bool = False) -> str:
        """The name of a fresh database, a copy of `template`, to which nobody may be connected; a `large` one
        is copied file by file, which a small one would pay for with a checkpoint.
        """
        name = f"test_{next(_NUMBERS)}"
        how = "CREATE DATABASE {} TEMPLATE {} STRATEGY = " + ("FILE_COPY" if large else "WAL_LOG")
        self._execute(how, name, template)
        return name

    def run(self, command: str) -> None:
        """Has the server do something of its own, of no database."""
        self._execute(command)

    def drop_database(self, name: str) -> None:
        """Even if somebody is still connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def rename_database(self, old: str, new: str) -> None:
        """Nobody may be connected."""
        self._execute("ALTER DATABASE {} RENAME TO {}", old, new)

    def log_files(self) -> int:
        """How many files its log has, those that are kept for what comes among them."""
        with self._connect() as connection:
            found = connection.execute("SELECT count(*) FROM pg_ls_waldir()").fetchone()
        return int(found[0]) if found else 0

    def databases(self) -> list[str]:
        """The names of those that were made here."""
        with self._connect() as connection:
            query = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
            return [str(name) for (name,) in connection.execute(query)]

    def _initialise(self) -> None:
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._user is not None:
            os.chown(self._data, self._user, self._user)
        how = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        done = subprocess.run(
            [self.programs / "initdb", "-D", self._data, *how],
            user=self._user,
            group=self._user,
            extra_groups=None if self._user is None else [],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.directory), user="postgres", dbname="postgres", autocommit=True)

    def _execute(self, command: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), self._connect():
            return True
        return False


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's server. Do not kill it: a test that does starts a PostgresServer of its own."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a fresh database without any tables, dropped after the test."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)
