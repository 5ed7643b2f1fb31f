"""The running hotline for the stories."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.settings import DEFAULT_PLAYBOOK
from tests.stories.system import System, start_system
from tests.support.processes import StartProcess, processes
from tests.support.queue_server import QueueServer

StartSystem = Callable[..., System]


def changed(folder: Path, lines: Mapping[str, str]) -> Path:
    """A copy of the playbook in `folder` with these lines of its programme.toml replaced."""
    shutil.copytree(DEFAULT_PLAYBOOK, folder)
    programme = folder / "programme.toml"
    words = programme.read_text("utf-8")
    for old, new in lines.items():
        assert words.count(f"\n{old}\n") == 1, old
        words = words.replace(f"\n{old}\n", f"\n{new}\n")
    programme.write_text(words, "utf-8")
    return folder


@pytest.fixture
def start(start_process: StartProcess, tmp_path: Path, queue_server: QueueServer) -> StartSystem:
    """`start(database_url, each=1)`: the whole hotline on that database, with the real queue server.

    `changes` replaces lines of the playbook's programme.toml, in a copy.
    """

    def run(
        database_url: str,
        *,
        each: int = 1,
        redis_url: str | None = None,
        changes: Mapping[str, str] | None = None,
    ) -> System:
        url = queue_server.url if redis_url is None else redis_url
        playbook = changed(tmp_path / "playbook", changes) if changes else DEFAULT_PLAYBOOK
        return start_system(start_process, tmp_path / "var", database_url, url, each=each, playbook=playbook)

    return run


@contextmanager
def opened(
    request: pytest.FixtureRequest, factory: pytest.TempPathFactory, queue: QueueServer, kind: str
) -> Iterator[System]:
    """A hotline that the stories of a module share; `CHANGES` of the module are lines of its playbook.

    Each story has telephones of its own, and leaves nobody waiting.
    """
    folder = factory.mktemp("house")
    changes: Mapping[str, str] = getattr(request.module, "CHANGES", {})
    playbook = changed(folder / "playbook", changes) if changes else DEFAULT_PLAYBOOK
    url: str = request.getfixturevalue(f"shared_{kind}_url")
    with processes(folder) as start:
        yield start_system(start, folder / "var", url, queue.url, playbook=playbook)


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
    """The whole hotline, on SQLite and on PostgreSQL."""
    return start(database_url)
