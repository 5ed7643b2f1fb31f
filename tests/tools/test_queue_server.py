import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.processes import StartProcess
from tools import queue_server
from tools.queue_server import bundled_server, choose, server_command, socket_path, system_server, version


def a_server(folder: Path, name: str, says: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no program but the shell's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_address_that_was_given_comes_first(tmp_path: Path) -> None:
    queue = choose({"REDIS_URL": "redis://127.0.0.1:6379/4"}, tmp_path, ExitStack())
    assert (queue.url, queue.program) == ("redis://127.0.0.1:6379/4", None)


def test_an_empty_address_means_none_and_is_said(tmp_path: Path) -> None:
    queue = choose({"REDIS_URL": ""}, tmp_path, ExitStack())
    assert (queue.url, queue.program) == ("", None)
    assert "none (REDIS_URL is empty)" in queue.note


@pytest.mark.parametrize(
    ("says", "known"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", (7, 0, 15)),
        ("Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64", (9, 1, 2)),
        ("command not understood", ()),
    ],
)
def test_a_servers_version_is_read(tmp_path: Path, says: str, known: tuple[int, ...]) -> None:
    assert version(a_server(tmp_path, "server", says)) == known


def test_what_cannot_be_run_has_no_version(tmp_path: Path) -> None:
    assert version(tmp_path / "missing") == ()


def test_the_systems_own_server_comes_before_the_wheels(empty_path: Path, tmp_path: Path) -> None:
    own = a_server(empty_path, "redis-server", "Redis server v=6.2.0 bits=64")
    queue = choose({}, tmp_path / "queue", ExitStack())
    assert queue.program
    assert queue.program.command[0] == str(own)


def test_a_system_server_that_is_too_old_is_passed_over(empty_path: Path, tmp_path: Path) -> None:
    a_server(empty_path, "redis-server", "Redis server v=6.0.16 bits=64")
    assert system_server() is None
    queue = choose({}, tmp_path / "queue", ExitStack())
    assert queue.program
    assert queue.program.command[0] == str(bundled_server())


def test_without_any_server_it_runs_without_and_says_so(
    empty_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_server, "bundled_server", lambda: None)
    queue = choose({}, tmp_path / "queue", ExitStack())
    assert (queue.url, queue.program) == ("", None)
    assert "no Redis or Valkey 6.2 or newer was found" in queue.note


def test_the_wheels_server_starts_and_answers(tmp_path: Path, start_process: StartProcess) -> None:
    with ExitStack() as cleanup:
        queue = choose({}, tmp_path / "queue", cleanup)
        assert queue.program
        process = start_process(queue.program.command)
        process.wait_for(queue.program.ready, "PONG")
        assert (tmp_path / "queue").stat().st_mode & 0o077 == 0


def test_a_socket_in_a_deep_checkout_goes_to_a_private_folder_that_is_removed(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["very-long-folder-name"] * 6)
    with ExitStack() as cleanup:
        socket = socket_path(deep, cleanup)
        assert len(os.fsencode(socket)) < 100
        assert socket.parent.stat().st_mode & 0o077 == 0
    assert not socket.parent.exists()


def test_the_server_listens_on_no_port_and_forgets_nothing() -> None:
    words = " ".join(server_command(Path("server"), Path("dir"), Path("dir/r.sock")))
    for option in ("--port 0", "--unixsocketperm 700", "--appendonly yes", "--maxmemory-policy noeviction"):
        assert option in words


def test_the_wheel_has_a_server_for_this_machine() -> None:
    found = bundled_server()
    assert found
    assert shutil.which(str(found))
