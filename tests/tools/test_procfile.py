import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest

from tests.support.processes import ROOT, Process, StartProcess, free_port
from tools.procfile import read

WSGI: Final = """
import os, time

def create_app():
    def application(environ, start_response):
        if environ["PATH_INFO"].startswith("/slow"):
            print("slow begins", flush=True)
            time.sleep(0.5)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]
    return application

create_hooks = create_app
"""

ASK: Final = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wsgi.py").write_text(WSGI)
    return tmp_path


Serve = Callable[[str, str], tuple[Process, int]]


@pytest.fixture
def serve(start_process: StartProcess, folder: Path) -> Serve:
    """Start a web process of the Procfile over the small application, on a port given by `variable`."""

    def start(name: str, variable: str) -> tuple[Process, int]:
        port = free_port()
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environ = {variable: str(port), "PATH": path}
        process = start_process(read(ROOT / "Procfile")[name], environ, cwd=folder)
        process.wait_for_url(f"http://127.0.0.1:{port}/sms/secret/inbound")
        return process, port

    return start


def test_the_procfile_names_every_process_of_an_installation() -> None:
    assert list(read(ROOT / "Procfile")) == ["web", "hooks", "worker", "release"]


@pytest.mark.parametrize(("name", "variable"), [("web", "PORT"), ("hooks", "HOOKS_PORT")])
def test_a_web_process_serves_on_its_port_and_writes_no_paths(serve: Serve, name: str, variable: str) -> None:
    process, _ = serve(name, variable)
    assert process.stop() == 0
    assert "secret" not in process.output()


def test_a_killed_worker_of_the_web_server_comes_back(serve: Serve) -> None:
    process, port = serve("web", "PORT")
    first = answer(port)
    os.kill(int(first), signal.SIGKILL)
    process.wait_for_line("Unexpected exit from worker-1")
    process.wait_for_url(f"http://127.0.0.1:{port}/")
    assert answer(port) != first
    assert process.stop() == 0


def test_a_request_in_flight_is_answered_when_the_web_server_is_told_to_stop(
    serve: Serve, start_process: StartProcess
) -> None:
    process, port = serve("web", "PORT")
    client = start_process([sys.executable, "-c", ASK, f"http://127.0.0.1:{port}/slow"])
    process.wait_for_line("slow begins")
    assert process.stop() == 0
    assert client.wait() == 0
    assert client.output().strip().isdigit()


def answer(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/") as response:
        said: bytes = response.read()
    return said.decode()
