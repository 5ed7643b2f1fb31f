"""What the starter runs: a name, a command, and how one sees that it is ready."""

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def at_once() -> bool:
    """The probe of a program that nothing waits for."""
    return True


@dataclass(frozen=True, slots=True)
class Program:
    """A command that is kept running. `ready` is asked until it says yes before the next program starts."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool] = at_once
    ready_within: float = 30.0
    """Seconds until a program that is not ready stops the whole."""
    stop_within: float = 15.0
    """Seconds between SIGTERM and SIGKILL: a send in flight takes up to 12."""
    heard: bool = True
    """Whether what it says is shown; if not, it is only kept for the case that the program fails."""


def answers_http(port: int, path: str) -> Callable[[], bool]:
    """A probe: does 127.0.0.1:`port` answer a GET of `path` without a server error?"""

    def probe() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def answers_ping(path: Path) -> Callable[[], bool]:
    """A probe: does the queue server on the unix socket `path` answer PING with PONG?"""

    def probe() -> bool:
        try:
            return ask_queue_server(path, "PING") == "+PONG"
        except OSError:
            return False

    return probe


def ask_queue_server(path: Path, command: str) -> str:
    """The first line of the answer to an inline command, as the protocol writes it. Raises OSError."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(4096).decode(errors="replace").partition("\r\n")[0]
