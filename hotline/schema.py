"""The database's schema: brought up to date by Alembic, and asked whether it is."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 7435
"""Key of the lock that lets only one of several machines migrate at a time."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the schema to the newest revision (or to one before); waits while another machine does so."""
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A connection for migrations alone: it is closed and not pooled afterwards, and its lock and waits with
    it.
    """
    with _alone(engine), engine.connect() as connection:
        connection.detach()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0; SET lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
        else:
            # SQLite changes a table by copying and dropping it, which must not delete what refers to it.
            driver = connection.connection.dbapi_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        yield connection


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """On SQLite each migration is a transaction of its own, so that a lock on the database is none on all."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    with Path(f"{engine.url.database}.migrating").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_known(revision: str) -> bool:
    """Whether this release has a migration of this name: a database of a newer one has others."""
    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision in {each.revision for each in found}


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest revision."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
