"""The real web server of the Procfile, in front of an application of a test's own or the project's."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.processes import Process, StartProcess, free_port


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address and its process."""

    url: str
    port: int
    process: Process


def serve(
    start_process: StartProcess, target: str, environ: Mapping[str, str], ready: str = "/healthz"
) -> Served:
    """Starts granian as the Procfile does, with one worker process, and waits for `ready`."""
    port = free_port()
    options = (
        *("--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "64", "--no-ws", "--no-access-log", "--log-level", "error"),
        *("--workers-kill-timeout", "12s"),
    )
    process = start_process([sys.executable, "-m", "granian", *options, target], environ, warm=True)
    process.wait_for_url(f"http://127.0.0.1:{port}{ready}", within=40)
    return Served(f"http://127.0.0.1:{port}", port, process)
