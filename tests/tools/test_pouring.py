"""Texts that are poured into several servers come to all of them at once."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from tools.bench.pouring import pour_into

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


class Door(socketserver.ThreadingTCPServer):
    """Answers each text once the other door has one too."""

    daemon_threads = True

    def __init__(self, both: threading.Barrier) -> None:
        self.both = both
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Answers)


class _Answers(socketserver.StreamRequestHandler):
    server: Door

    def handle(self) -> None:
        """One connection."""
        while self.rfile.readline():
            length = 0
            while line := self.rfile.readline().strip():
                if line.startswith(b"Content-Length"):
                    length = int(line.rpartition(b" ")[2])
            self.server.bodies.append(self.rfile.read(length))
            self.server.both.wait()
            self.wfile.write(OK)


@pytest.fixture
def doors() -> Iterator[list[Door]]:
    both = threading.Barrier(2, timeout=10)
    found = [Door(both) for _ in range(2)]
    for door in found:
        threading.Thread(target=door.serve_forever, daemon=True).start()
    yield found
    for door in found:
        door.shutdown()
        door.server_close()


def test_each_server_takes_its_share_at_the_same_time(doors: list[Door]) -> None:
    bodies = [f"text {at}".encode() for at in range(6)]
    pour_into([f"http://127.0.0.1:{door.server_address[1]}/texts" for door in doors], bodies, lanes=2)
    assert [sorted(door.bodies) for door in doors] == [bodies[0::2], bodies[1::2]]
