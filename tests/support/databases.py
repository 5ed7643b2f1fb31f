"""A fresh database with the project's tables for each test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.schema import prepare_schema


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hotline.sqlite3"
    path.touch()
    prepare_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: PostgresServer) -> str:
    name = postgres.create_database()
    prepare_schema(postgres.url(name))
    return name


def _copied(template: Path, folder: Path) -> str:
    for file in template.parent.glob(f"{template.name}*"):  # with what WAL may have left
        shutil.copy(file, folder / file.name)
    return f"sqlite:///{folder / template.name}"


@contextmanager
def _created(postgres: PostgresServer, template: str) -> Iterator[str]:
    name = postgres.create_database(template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with the tables and no rows."""
    return _copied(_sqlite_template, tmp_path)


@pytest.fixture
def postgresql_url(postgres: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the tables and no rows, dropped after the test."""
    with _created(postgres, _postgres_template) as url:
        yield url


@pytest.fixture(scope="module")
def shared_sqlite_url(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all tests of a module."""
    return _copied(_sqlite_template, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def shared_postgresql_url(postgres: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """One for all tests of a module."""
    with _created(postgres, _postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: with `sqlite_url` and with `postgresql_url`."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
