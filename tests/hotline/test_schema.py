import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from hotline.database import open_engine
from hotline.models import Base
from hotline.schema import is_current, upgrade
from tests.support.postgres import PostgresServer
from tests.support.processes import StartProcess

UPGRADES: Final = """
import sys
from hotline.database import open_engine
from hotline.schema import upgrade
upgrade(open_engine(sys.argv[1]))
"""
DIES: Final = """
import os, signal, sys
from sqlalchemy import event
from hotline.database import open_engine
from hotline.schema import upgrade
engine, left = open_engine(sys.argv[1]), iter(range(140))
def die(*_):
    if next(left, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(engine, "after_cursor_execute", die)
upgrade(engine)
"""
"""Is killed in the middle of a migration, when half of its tables are there."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One that came up from nothing, for all who only look at it or upgrade it again."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('schema') / 'empty.sqlite3'}")
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        engine = open_engine(postgres.url(postgres.create_database()))
    assert not is_current(engine)
    upgrade(engine)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(
            compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
            )
        )


def test_the_tables_come_up_from_nothing(upgraded: Engine) -> None:
    assert is_current(upgraded)
    assert set(Base.metadata.tables) <= set(inspect(upgraded).get_table_names())


def test_the_migrations_lead_to_what_the_models_say(upgraded: Engine) -> None:
    assert differences(upgraded) == []


def test_a_second_upgrade_changes_nothing(upgraded: Engine) -> None:
    with upgraded.begin() as connection:
        connection.execute(
            text("INSERT INTO used_token (token, used_at) VALUES ('x', '2026-06-01 05:00:00')")
        )
    upgrade(upgraded)
    with upgraded.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM used_token")).scalar_one() == 1


def test_two_machines_that_upgrade_at_once_do_not_meet(empty: Engine, start_process: StartProcess) -> None:
    url = empty.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", UPGRADES, url]
    for process in [start_process(command, {}) for _ in range(2)]:
        assert process.wait(within=60) == 0, process.output()
    assert is_current(empty)
    assert differences(empty) == []


def test_a_machine_that_dies_half_way_through_a_migration_leaves_it_to_the_next_start(
    empty: Engine, start_process: StartProcess
) -> None:
    url = empty.url.render_as_string(hide_password=False)
    assert start_process([sys.executable, "-c", DIES, url], {}).wait(within=60) == -signal.SIGKILL
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    assert differences(empty) == []


def test_it_leaves_no_lock_and_no_open_wait_behind(upgraded: Engine) -> None:
    with upgraded.connect() as connection:
        if connection.dialect.name == "postgresql":
            held = connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
            assert held.scalar_one() == 0
            assert connection.execute(text("SHOW lock_timeout")).scalar_one() != "0"
        else:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
