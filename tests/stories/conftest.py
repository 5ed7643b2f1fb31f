"""The running hotline for the stories.

Every story begins in a copy of the same town, prepared once a run. Most live side by side in one running
hotline a module and database (`house`), each with telephones of its own; one that leaves
something broken, or counts everything there is, starts its own (`start`).
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from hotline.settings import DEFAULT_PLAYBOOK
from tests.stories.system import System, Town, prepare_town, start_system
from tests.support.databases import copied, put_in_place
from tests.support.postgres import PostgresServer
from tests.support.processes import StartProcess, processes
from tests.support.queue_server import QueueServer

StartSystem = Callable[..., System]


def changed(folder: Path, lines: Mapping[str, str]) -> Path:
    """A copy of the playbook in `folder` with these lines, each of which stands in it once, replaced."""
    shutil.copytree(DEFAULT_PLAYBOOK, folder)
    files = {path: path.read_text("utf-8") for path in folder.glob("*.toml")}
    for old, new in lines.items():
        (path,) = [path for path, words in files.items() if f"\n{old}\n" in words]
        assert files[path].count(f"\n{old}\n") == 1, old
        files[path] = files[path].replace(f"\n{old}\n", f"\n{new}\n")
    for path, words in files.items():
        path.write_text(words, "utf-8")
    return folder


@pytest.fixture(scope="session")
def _sqlite_town(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town")
    put_in_place(_sqlite_template, folder / "hotline.sqlite3")
    return prepare_town(f"sqlite:///{folder / 'hotline.sqlite3'}", folder)


@pytest.fixture(scope="session")
def _postgresql_town(
    postgres: PostgresServer, _postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Town:
    name = postgres.create_database(_postgres_template)
    return prepare_town(postgres.url(name), tmp_path_factory.mktemp("town"))


def _beside(town: Town, folder: Path) -> str:
    place = folder / "hotline.sqlite3"
    put_in_place(Path(make_url(town.url).database or ""), place)
    return f"sqlite:///{place}"


@pytest.fixture
def sqlite_url(_sqlite_town: Town, tmp_path: Path) -> str:
    """A copy of the town on SQLite."""
    return _beside(_sqlite_town, tmp_path)


@pytest.fixture
def postgresql_url(postgres: PostgresServer, _postgresql_town: Town) -> Iterator[str]:
    """A copy of the town on PostgreSQL, dropped after the test."""
    with copied(postgres, make_url(_postgresql_town.url).database or "") as url:
        yield url


@pytest.fixture(scope="module")
def shared_sqlite_url(_sqlite_town: Town, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One copy for all stories of a module."""
    return _beside(_sqlite_town, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def shared_postgresql_url(postgres: PostgresServer, _postgresql_town: Town) -> Iterator[str]:
    """One copy for all stories of a module."""
    with copied(postgres, make_url(_postgresql_town.url).database or "") as url:
        yield url


@pytest.fixture
def start(
    start_process: StartProcess, tmp_path: Path, queue_server: QueueServer, request: pytest.FixtureRequest
) -> StartSystem:
    """`start(database_url, each=1)`: the whole hotline on that copy of the town, with the real queue server.

    `changes` replaces lines of the playbook, in a copy; `also` are further settings. `prepared=False` is
    for a database with tables only.
    """

    def run(
        database_url: str,
        *,
        each: int = 1,
        redis_url: str | None = None,
        changes: Mapping[str, str] | None = None,
        prepared: bool = True,
        also: Mapping[str, str] | None = None,
    ) -> System:
        url = queue_server.url if redis_url is None else redis_url
        playbook = changed(tmp_path / "playbook", changes) if changes else DEFAULT_PLAYBOOK
        kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
        if prepared:
            town: Town = request.getfixturevalue(f"_{kind}_town")
        else:
            town = prepare_town(database_url, tmp_path / "town")
        return start_system(
            start_process, tmp_path / "var", database_url, url, town, each=each, playbook=playbook, also=also
        )

    return run


@contextmanager
def opened(
    request: pytest.FixtureRequest, factory: pytest.TempPathFactory, queue: QueueServer, kind: str
) -> Iterator[System]:
    """A hotline that the stories of a module share; `CHANGES` of the module are lines of its playbook,
    `EACH` how many web, hooks and workers there are.

    Each story has telephones of its own, and leaves nobody waiting.
    """
    folder = factory.mktemp("house")
    changes: Mapping[str, str] = getattr(request.module, "CHANGES", {})
    playbook = changed(folder / "playbook", changes) if changes else DEFAULT_PLAYBOOK
    url: str = request.getfixturevalue(f"shared_{kind}_url")
    with processes(folder) as start:
        town: Town = request.getfixturevalue(f"_{kind}_town")
        each: int = getattr(request.module, "EACH", 1)
        yield start_system(start, folder / "var", url, queue.url, town, each=each, playbook=playbook)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    shared_queue_server: QueueServer,
) -> Iterator[System]:
    """The shared hotline, on SQLite and on PostgreSQL."""
    with opened(request, tmp_path_factory, shared_queue_server, request.param) as system:
        yield system


@pytest.fixture(scope="module")
def sqlite_house(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    shared_queue_server: QueueServer,
) -> Iterator[System]:
    """The shared hotline, on SQLite alone."""
    with opened(request, tmp_path_factory, shared_queue_server, "sqlite") as system:
        yield system


@pytest.fixture
def hotline(start: StartSystem, database_url: str) -> System:
    """A hotline of this test's own, on SQLite and on PostgreSQL."""
    return start(database_url)
