"""A fresh database with the project's tables for each test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.engines import shared_engine
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


@pytest.fixture(scope="session")
def _sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sqlite") / "hotline.sqlite3"


@pytest.fixture
def sqlite_url(_sqlite_template: Path, _sqlite_place: Path) -> str:
    """A fresh SQLite database with the tables and no rows, at the same address as that of the test before."""
    url = f"sqlite:///{_sqlite_place}"
    shared_engine(url).dispose()
    put_in_place(_sqlite_template, _sqlite_place)
    return url


def put_in_place(template: Path, place: Path) -> None:
    """Copies a SQLite file, with what its log may hold, over whatever was there."""
    for old in place.parent.glob(f"{place.name}*"):
        old.unlink()
    for file in template.parent.glob(f"{template.name}*"):
        shutil.copy(file, place.with_name(file.name.replace(template.name, place.name)))


@contextmanager
def copied(postgres: PostgresServer, template: str) -> Iterator[str]:
    """The URL of a copy of this database, dropped after the block."""
    name = postgres.create_database(template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def postgresql_url(postgres: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the tables and no rows, dropped after the test."""
    with copied(postgres, _postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: with `sqlite_url` and with `postgresql_url`."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
