"""The running hotline for the stories."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hotline.settings import DEFAULT_PLAYBOOK
from tests.stories.system import System, start_system
from tests.support.processes import StartProcess
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


@pytest.fixture
def hotline(start: StartSystem, database_url: str) -> System:
    """The whole hotline, on SQLite and on PostgreSQL."""
    return start(database_url)
