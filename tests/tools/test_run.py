"""The starter over a small checkout: its own files, and throw-away processes in the project's places."""

import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from hotline.environment import read_settings
from tests.support.processes import ROOT, Process, StartProcess, free_port
from tools.run import announcement, environment, programs

FILES: Final = {
    "wsgi.py": """
import os, pathlib, click
from flask import Flask

def create_app():
    app = Flask(__name__)
    print("web pid", os.getpid(), flush=True)
    app.add_url_rule("/healthz", view_func=lambda: "ok")

    @app.cli.command()
    @click.option("--demo", is_flag=True)
    def prepare(demo):
        notes = pathlib.Path(os.environ["HOTLINE_VAR"], "notes")
        notes.open("a").write("prepared\\n")
        click.echo("  operator  rahasia")
    return app

create_hooks = create_app
""",
    "workers/__main__.py": """
import os, signal
print("worker pid", os.getpid(), "queue", os.environ["REDIS_URL"], flush=True)
signal.signal(signal.SIGTERM, lambda *_: (print("worker done", flush=True), exit(0)))
while True:
    signal.pause()
""",
    "hotline/__init__.py": "",
    "hotline/pretend_carrier/__main__.py": """
import http.server, os, signal, sys
print("carrier calls", os.environ["HOTLINE_HOOKS_URL"], flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
address = ("127.0.0.1", int(os.environ["CARRIER_PORT"]))
http.server.ThreadingHTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
""",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Procfile", root)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for needed in ("environment.py", "settings.py", "modem_settings.py", "private_file.py"):
        shutil.copy(ROOT / "hotline" / needed, root / "hotline")
    (root / "hotline/playbooks/paal_merah").mkdir(parents=True)
    return root


@pytest.fixture
def ports() -> dict[str, str]:
    return {name: str(free_port()) for name in ("PORT", "CARRIER_PORT", "HOOKS_PORT")}


def make_run(start: StartProcess, checkout: Path, told: Mapping[str, str]) -> Process:
    unset = {"DATABASE_URL": "", "HOTLINE_ENV": "", "HOTLINE_VAR": ""}
    without = ["env", "-u", "REDIS_URL"] if "REDIS_URL" not in told else ["env"]
    return start([*without, sys.executable, "-m", "tools.run"], {**unset, **told}, cwd=checkout)


def up(start: StartProcess, checkout: Path, told: Mapping[str, str]) -> Process:
    process = make_run(start, checkout, told)
    process.wait_for_line("Ctrl-C ends everything")
    process.wait_for_line("worker pid")
    return process


def test_everything_starts_and_ctrl_c_ends_it(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    process = up(start_process, checkout, ports)
    said = process.output()
    assert f"Console     http://127.0.0.1:{ports['PORT']}/" in said
    assert f"Telephones  http://127.0.0.1:{ports['CARRIER_PORT']}/" in said
    assert "operator  rahasia" in said
    assert re.search(r"queue unix:///\S+/r\.sock", said)
    assert process.stop(signal.SIGINT) == 0
    assert "worker done" in process.output()
    for port in (ports["PORT"], ports["CARRIER_PORT"]):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0


def test_the_second_start_keeps_the_data_and_the_secrets(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    up(start_process, checkout, ports).stop(signal.SIGTERM)
    secrets = (checkout / "var/secrets.json").read_bytes()
    up(start_process, checkout, ports).stop(signal.SIGTERM)
    assert (checkout / "var/secrets.json").read_bytes() == secrets
    assert (checkout / "var/notes").read_text() == "prepared\n" * 2
    assert (checkout / "var").stat().st_mode & 0o077 == 0


def test_a_killed_web_process_comes_back(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    process = up(start_process, checkout, ports)
    first = pids(process)[-1]
    os.kill(first, signal.SIGKILL)
    process.wait_for(lambda: pids(process)[-1] != first, "another web process")
    process.wait_for_url(f"http://127.0.0.1:{ports['PORT']}/healthz")
    assert process.stop(signal.SIGTERM) == 0


def test_on_postgresql_the_webhooks_have_a_process_of_their_own(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    process = up(start_process, checkout, {**ports, "DATABASE_URL": "postgresql://127.0.0.1/hotline"})
    process.wait_for_url(f"http://127.0.0.1:{ports['HOOKS_PORT']}/healthz")
    assert f"carrier calls http://127.0.0.1:{ports['HOOKS_PORT']}" in process.output()
    assert process.stop(signal.SIGTERM) == 0


def test_without_a_queue_server_it_runs_and_says_so(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    process = up(start_process, checkout, {**ports, "REDIS_URL": ""})
    assert "Queue server: none (REDIS_URL is empty)" in process.output()
    assert process.stop(signal.SIGTERM) == 0


def test_a_taken_port_is_one_clear_line(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    with socket.create_server(("127.0.0.1", int(ports["CARRIER_PORT"]))):
        process = make_run(start_process, checkout, ports)
        assert process.wait() == 1
    taken = f"Port {ports['CARRIER_PORT']} is taken by another program."
    assert process.output() == f"{taken} Choose another one with CARRIER_PORT=…\n"


def test_wrong_settings_are_listed_and_nothing_starts(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    process = make_run(start_process, checkout, {**ports, "PORT": "many", "DATABASE_URL": "mysql://x"})
    assert process.wait() == 1
    assert "PORT must be a port" in process.output()
    assert "DATABASE_URL must be sqlite or postgresql" in process.output()
    assert "Traceback" not in process.output()


def test_a_second_starter_in_the_same_folder_is_refused(
    checkout: Path, ports: dict[str, str], start_process: StartProcess
) -> None:
    up(start_process, checkout, ports)
    second = make_run(start_process, checkout, {**ports, "PORT": str(free_port())})
    assert second.wait() == 1
    assert second.output().startswith("Another `make run` is using")


def test_production_is_not_started_by_the_demonstration(checkout: Path, start_process: StartProcess) -> None:
    process = make_run(start_process, checkout, {"HOTLINE_ENV": "production"})
    assert process.wait() == 1
    assert "In production, run what the Procfile says" in process.output()


@pytest.mark.parametrize(
    ("database", "names"),
    [("", ["carrier", "web", "worker"]), ("postgresql://h/d", ["carrier", "hooks", "web", "worker"])],
)
def test_who_sends_starts_last_and_so_ends_first(database: str, names: list[str], tmp_path: Path) -> None:
    environ = environment({"HOTLINE_VAR": str(tmp_path), "DATABASE_URL": database})
    assert [program.name for program in programs(read_settings(environ))] == names


def test_what_the_user_has_set_stays(tmp_path: Path) -> None:
    given = {"HOTLINE_VAR": str(tmp_path), "PORT": "8123", "HOTLINE_PUBLIC_URL": "http://127.0.0.1:9"}
    environ = environment(given)
    assert environ["HOTLINE_PUBLIC_URL"] == "http://127.0.0.1:9"
    assert environ["HOTLINE_URL"] == "http://127.0.0.1:8123"


def test_the_announcement_names_both_addresses_and_the_users(tmp_path: Path) -> None:
    settings = read_settings(environment({"HOTLINE_VAR": str(tmp_path), "PORT": "8123"}))
    said = announcement(settings, "  operator  rahasia\n")
    assert "http://127.0.0.1:8123/" in said
    assert "http://127.0.0.1:8001/" in said
    assert "operator  rahasia" in said


def pids(process: Process) -> list[int]:
    return [int(found) for found in re.findall(r"\| web pid (\d+)", process.output())]
