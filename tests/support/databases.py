"""A fresh database with the project's tables for each test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
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


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with the tables and no rows."""
    for file in _sqlite_template.parent.glob(f"{_sqlite_template.name}*"):  # with what WAL may have left
        shutil.copy(file, tmp_path / file.name)
    return f"sqlite:///{tmp_path / _sqlite_template.name}"


@pytest.fixture
def postgresql_url(postgres: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the tables and no rows, dropped after the test."""
    name = postgres.create_database(_postgres_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: with `sqlite_url` and with `postgresql_url`."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
