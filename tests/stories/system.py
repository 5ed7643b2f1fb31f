"""The whole hotline as processes: carrier, web, hooks, workers, over a real queue server and a real
database.
"""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import requests
from sqlalchemy import Engine, NullPool, create_engine, update
from sqlalchemy.orm import Session

from hotline.backlog import backlog
from hotline.environment import demo_environment, read_settings
from hotline.models import Unit
from hotline.settings import DEFAULT_PLAYBOOK
from tests.support.eventually import eventually
from tests.support.forms import Page, Visitor
from tests.support.processes import Process, StartProcess, free_port
from tools import procfile
from workers.assembly import assemble
from wsgi import build

ROOT: Final = Path(__file__).resolve().parent.parent.parent
HOTLINE: Final = "+628117435000"


@dataclass
class Phone:
    """One telephone of the pretend company."""

    carrier: str
    number: str

    def text(self, words: str) -> None:
        """Sends a text to the hotline."""
        self._post("texts", {"text": words})

    def texts(self) -> list[str]:
        """The words of all texts that this telephone got from the hotline, oldest first."""
        return [row["text"] for row in self.state()["messages"] if row["from"] == HOTLINE]

    def wait_for_text(self, *needles: str, within: float = 15.0) -> str:
        """The first text that holds all of `needles`."""

        def find() -> str | None:
            return next((words for words in self.texts() if all(needle in words for needle in needles)), None)

        return (
            eventually(find, f"{self.number} gets a text with {needles}, but has {self.texts()}", within)
            or ""
        )

    def dial(self, *, withheld: bool = False) -> None:
        """Calls the hotline."""
        self._post("dial", {"withheld": withheld})

    def until(self, what: str) -> dict[str, Any]:
        """The line, once it waits for `keys` or a `recording`, is `ringing`, `connected` or `over`."""
        answer = requests.get(f"{self._url}?until={what}&wait=15", timeout=30).json()
        line: dict[str, Any] = answer["call"]
        assert line, f"{self.number} is in no call"
        return line

    def press(self, keys: str) -> None:
        """Presses keys."""
        self._post("keys", {"keys": keys})

    def speak(self, seconds: float) -> None:
        """Says something."""
        self._post("speech", {"seconds": seconds})

    def fall_silent(self) -> None:
        """Presses nothing until the line is tired of waiting."""
        self._post("silence", {})

    def answer(self) -> None:
        """Picks up."""
        self._post("answer", {})

    def hang_up(self) -> None:
        """Ends the call."""
        self._post("hang-up", {})

    def state(self) -> dict[str, Any]:
        """Everything about it."""
        found: dict[str, Any] = requests.get(self._url, timeout=20).json()
        return found

    @property
    def _url(self) -> str:
        return f"{self.carrier}/phones/api/phones/{self.number.lstrip('+')}"

    def _post(self, what: str, body: dict[str, Any]) -> None:
        answer = requests.post(f"{self._url}/{what}", json=body, timeout=20)
        assert answer.ok, f"{what}: {answer.status_code} {answer.text[:200]}"


@dataclass
class System:
    """A running hotline. `web` and `hooks` are base addresses; on SQLite one process is both."""

    environ: dict[str, str]
    start_process: StartProcess
    web: list[str] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    servers: list[Process] = field(default_factory=list)
    """The processes behind `web` and `hooks`, in the order of their start."""
    passwords: dict[str, str] = field(default_factory=dict)
    _phones: int = 7000

    @property
    def carrier(self) -> str:
        """The pretend company's address."""
        return f"http://127.0.0.1:{self.environ['CARRIER_PORT']}"

    @property
    def on_sqlite(self) -> bool:
        """Whether one process serves both sides."""
        return self.environ["DATABASE_URL"].startswith("sqlite")

    @property
    def token(self) -> str:
        """The secret part of the addresses that the carrier calls."""
        return self.environ["HOTLINE_WEBHOOK_TOKENS"]

    def said(self) -> str:
        """What the hotline's processes have written so far."""
        return "\n".join(process.output() for process in (*self.servers, *self.workers))

    def wait_until_idle(self, within: float = 60.0) -> None:
        """Everything that is due has been done."""
        engine = self.engine()

        def nothing_is_due() -> bool:
            with Session(engine) as session:
                return backlog(session, datetime.now(UTC)).due == 0

        eventually(nothing_is_due, "all work is done", within)

    def engine(self) -> Engine:
        """The database, to look at from outside; it holds no connection between two looks."""
        return create_engine(self.environ["DATABASE_URL"], poolclass=NullPool)

    def new_phone(self) -> Phone:
        """A telephone that nobody has used yet."""
        self._phones += 1
        return self.phone(f"+62812{self._phones:08d}")

    def phone(self, number: str) -> Phone:
        """A telephone, put on if the company does not know it yet."""
        body = {"number": number, "name": number, "role": "resident"}
        requests.post(f"{self.carrier}/phones/api/phones", json=body, timeout=20)
        return Phone(self.carrier, number)

    def sign_in(self, username: str) -> Visitor:
        """Somebody at the desk."""
        visitor = Visitor(self.web[0])
        page = visitor.open("/login").submit("/login", username=username, password=self.passwords[username])
        assert page.status == 200, page.text
        assert "/login" not in page.url, page.text
        return visitor

    def case(self, visitor: Visitor, number: str) -> Page:
        """An incident's page."""
        return visitor.open(f"/incidents/{number}")


@dataclass(frozen=True)
class Town:
    """A demo as `prepare --demo` leaves it: its database, its secrets, and the passwords it printed."""

    url: str
    var: Path
    passwords: Mapping[str, str]


def prepare_town(database_url: str, folder: Path) -> Town:
    """Fills a database that has tables only, with the command that `make run` uses; in this process, which
    has read all modules.
    """
    var = folder / "var"
    var.mkdir(parents=True)
    assembly = assemble(read_settings(demo_environment(_given(var, database_url), var)), None)
    try:
        prepared = build(assembly).test_cli_runner().invoke(args=["prepare", "--demo"])
    finally:
        assembly.runtime.engine.dispose()
    assert prepared.exit_code == 0, prepared.output
    lines = [line.split() for line in prepared.output.splitlines()]
    _send_home_who_stands_in(database_url)
    roles = ("operator", "coordinator", "administrator")
    passwords = {words[1]: words[2] for words in lines if len(words) == 3 and words[0] in roles}
    return Town(database_url, var, passwords)


def _send_home_who_stands_in(database_url: str) -> None:
    """Nobody watches the desk in most stories: each case would also be told to whoever stands in for it."""
    engine = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session, session.begin():
        session.execute(update(Unit).where(Unit.agency.in_(("PIKET", "TRANTIB"))).values(active=False))


def start_system(
    start_process: StartProcess,
    var: Path,
    database_url: str,
    redis_url: str,
    town: Town,
    *,
    each: int = 1,
    playbook: Path = DEFAULT_PLAYBOOK,
    also: Mapping[str, str] | None = None,
) -> System:
    """Everything, `each` of web, hooks and worker (on SQLite always one web process), on a copy of `town`."""
    shutil.copytree(town.var, var)
    given = {
        **_given(var, database_url), "REDIS_URL": redis_url, "HOTLINE_PLAYBOOK": str(playbook),
        "PORT": str(free_port()), "CARRIER_PORT": str(free_port()), "HOOKS_PORT": str(free_port()),
        "CARRIER_PACE": "0", "CARRIER_RECEIPT_DELAY": "0.05", "CARRIER_BALANCE": "100000000",
        **(also or {}),
    }  # fmt: skip
    hooks = given["PORT"] if database_url.startswith("sqlite") else given["HOOKS_PORT"]
    given["HOTLINE_PUBLIC_URL"] = given["HOTLINE_HOOKS_URL"] = f"http://127.0.0.1:{hooks}"
    given["HOTLINE_URL"] = f"http://127.0.0.1:{given['PORT']}"
    system = System(demo_environment(given, var), start_process, passwords=dict(town.passwords))
    _start(system, each)
    return system


def _given(var: Path, database_url: str) -> dict[str, str]:
    return {
        "HOTLINE_VAR": str(var), "DATABASE_URL": database_url, "REDIS_URL": "", "HOTLINE_NUMBER": HOTLINE,
        "PRETEND_CARRIER_PHONES": str(var / "phones.json"),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }  # fmt: skip


def _start(system: System, each: int) -> None:
    """All are started at once, each with its modules read, and then waited for."""
    commands = procfile.read(ROOT / "Procfile")
    carrier = system.start_process(
        [sys.executable, "-m", "hotline.pretend_carrier"], system.environ, warm=True
    )
    for count in range(1 if system.on_sqlite else each):
        system.web.append(_serve(system, commands["web"], "PORT", count))
        if not system.on_sqlite:
            system.hooks.append(_serve(system, commands["hooks"], "HOOKS_PORT", count))
    system.hooks = system.hooks or system.web
    system.workers += [start_worker(system) for _ in range(each)]
    carrier.wait_for_url(f"{system.carrier}/healthz")
    for address, server in zip(_in_order(system), system.servers, strict=True):
        server.wait_for_url(f"{address}/healthz", within=30)
    for worker in system.workers:
        worker.wait_for_line("ready")


def _in_order(system: System) -> list[str]:
    if system.on_sqlite:
        return system.web
    return [address for pair in zip(system.web, system.hooks, strict=True) for address in pair]


def start_worker(system: System) -> Process:
    """One more worker process."""
    return system.start_process([sys.executable, "-m", "workers"], system.environ, warm=True)


def _serve(system: System, command: tuple[str, ...], variable: str, count: int) -> str:
    port = system.environ[variable] if count == 0 else str(free_port())
    environ = {**system.environ, variable: port}
    system.servers.append(system.start_process(list(command), environ, warm=True))
    return f"http://127.0.0.1:{port}"
