"""`make run`: everything on this machine, with demo data and a pretend telephone company, until Ctrl-C.

Order: settings, ports, queue server, database and demo data, then the processes.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from hotline.environment import demo_environment, read_settings
from hotline.settings import Settings, SettingsError
from tools import ports, procfile, queue_server
from tools.log_stream import LogStream
from tools.prepared import Prepared
from tools.program import Program, answers_http
from tools.supervisor import Supervisor

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = sys.executable


class CannotStartError(Exception):
    """Why nothing was started, in words for the person at the keyboard."""


def main() -> int:
    """The exit code: 0 after Ctrl-C, 1 if it could not start or not stay up."""
    os.chdir(ROOT)
    try:
        with ExitStack() as cleanup:
            return _run(cleanup)
    except (CannotStartError, SettingsError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 1


def _run(cleanup: ExitStack) -> int:
    given = dict(os.environ)
    if given.get("HOTLINE_ENV", "").strip() == "production":
        raise CannotStartError("`make run` is the demonstration. In production, run what the Procfile says.")
    var = _open_var(Path(given.get("HOTLINE_VAR", "").strip() or "var").absolute())
    cleanup.enter_context(_sole_use(var))
    queue = queue_server.choose(given, var / "queue", cleanup)
    environ = environment({**given, "HOTLINE_VAR": str(var), "REDIS_URL": queue.url})
    settings = read_settings(environ)
    if problems := ports.complaints(ports_wanted(settings)):
        raise CannotStartError("\n".join(problems))
    print(queue.note, flush=True)
    users = _prepare(environ, Prepared(settings))
    servers = [queue.program] if queue.program else []
    supervisor = Supervisor(
        [*servers, *programs(settings)], environ, LogStream(sys.stdout, colour=_colour(given))
    )
    return supervisor.run(lambda: print(announcement(settings, users), flush=True))


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What every process is told: the user's own variables, the demo's, and where to find each other."""
    on_sqlite = not given.get("DATABASE_URL", "").startswith("postgres")
    console = f"http://127.0.0.1:{given.get('PORT') or 8000}"
    hooks = console if on_sqlite else f"http://127.0.0.1:{given.get('HOOKS_PORT') or 8002}"
    found_here = {
        "HOTLINE_URL": console,
        "HOTLINE_HOOKS_URL": hooks,
        "HOTLINE_PUBLIC_URL": hooks,
        "PRETEND_CARRIER_PHONES": str(Path(given["HOTLINE_VAR"]) / "phones.json"),
        "PRETEND_CARRIER_STATE": str(Path(given["HOTLINE_VAR"]) / "pretend_carrier.json"),
        "PATH": f"{Path(PYTHON).parent}{os.pathsep}{given.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }
    merged = {**found_here, **given, "PATH": found_here["PATH"]}
    return demo_environment(merged, Path(given["HOTLINE_VAR"]))


def programs(settings: Settings) -> list[Program]:
    """What runs, in the order of starting. Ending goes the other way: who sends first, who answers last."""
    commands = procfile.read(ROOT / "Procfile")
    carrier = Program(
        "carrier", (PYTHON, "-m", "hotline.pretend_carrier"), answers_http(settings.carrier_port, "/")
    )
    hooks = Program("hooks", commands["hooks"], answers_http(settings.hooks_port, "/healthz"))
    web = Program("web", commands["web"], answers_http(settings.port, "/healthz"))
    worker = Program("worker", commands["worker"])
    return [carrier, *([] if settings.on_sqlite else [hooks]), web, worker]


def ports_wanted(settings: Settings) -> dict[str, int]:
    """The ports that `programs` will listen on, under the variables that set them."""
    always = {"PORT": settings.port, "CARRIER_PORT": settings.carrier_port}
    return always if settings.on_sqlite else {**always, "HOOKS_PORT": settings.hooks_port}


def announcement(settings: Settings, users: str) -> str:
    """What to open and who to be."""
    return (
        f"\n  Console     http://127.0.0.1:{settings.port}/\n"
        f"  Telephones  http://127.0.0.1:{settings.carrier_port}/\n\n"
        f"{users.rstrip()}\n\n"
        f"  The data is kept in {settings.var}. Ctrl-C ends everything.\n"
    )


def _open_var(var: Path) -> Path:
    """The folder for database, spool, queue and secrets; made closed to other users."""
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(f"HOTLINE_VAR: {error}") from error
    return var


def _sole_use(var: Path) -> IO[str]:
    """Hold the folder: two starters on one database would be more writers than SQLite takes."""
    lock = (var / "starter.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStartError(f"Another `make run` is using {var}. Stop it, or set HOTLINE_VAR=…") from None
    return lock


def _prepare(environ: Mapping[str, str], prepared: Prepared) -> str:
    """Migrate and fill in the demo's data, where that is not done yet; who can sign in."""
    if (known := prepared.words()) is not None:
        return known
    command = (PYTHON, "-m", "flask", "--app", "wsgi", "prepare", "--demo")
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CannotStartError(f"{done.stdout}\nThe database could not be prepared, so nothing was started.")
    prepared.note(done.stdout)
    return done.stdout


def _colour(environ: Mapping[str, str]) -> bool:
    return sys.stdout.isatty() and not environ.get("NO_COLOR")


if __name__ == "__main__":
    sys.exit(main())
