"""The running hotline for the stories."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.system import System, start_system
from tests.support.processes import StartProcess
from tests.support.queue_server import QueueServer

StartSystem = Callable[..., System]


@pytest.fixture
def start(start_process: StartProcess, tmp_path: Path, queue_server: QueueServer) -> StartSystem:
    """`start(database_url, each=1)`: the whole hotline on that database, with the real queue server."""

    def run(database_url: str, *, each: int = 1, redis_url: str | None = None) -> System:
        var = tmp_path / "var"
        url = queue_server.url if redis_url is None else redis_url
        return start_system(start_process, var, database_url, url, each=each)

    return run


@pytest.fixture
def hotline(start: StartSystem, database_url: str) -> System:
    """The whole hotline, on SQLite and on PostgreSQL."""
    return start(database_url)
