"""A desk for each test: the console over a real database, a clock that stands still, people to sign in."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import ConsoleMessage, Error, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import TestResponse

from hotline import accounts, console, dispatch, verification
from hotline.domain.channels import Channel
from hotline.domain.delivery import TextState
from hotline.domain.playbook import Playbook, Priority
from hotline.domain.rights import SYSTEM, Actor, Role
from hotline.environment import read_settings
from hotline.intake import Reading, Told, Underline, open_incident
from hotline.models import Incident, Operator, TextMessage, Unit
from hotline.playbook_reader import read_playbook
from hotline.runtime import Runtime
from hotline.snapshots import Snapshots
from hotline.unit_of_work import UnitOfWork
from hotline.verification import Findings
from hotline.words_in_force import WordsInForce
from tests.support.engines import shared_engine

START: Final = datetime(2026, 11, 24, 14, 4, 30, tzinfo=UTC)
"""21.04.30 WIB."""
CALLER: Final = "+6281200000001"
PASSWORD: Final = "a long enough password"
_LIGHT: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass
class StoppedClock:
    """A clock that moves when it is told to."""

    at: datetime = START

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at

    def database_now(self, session: Session) -> datetime:
        """The same."""
        return self.at

    def forward(self, **length: float) -> None:
        """Moves on."""
        self.at += timedelta(**length)


def read_words(words: str) -> Reading:
    """A grammar of one word, so that what is understood is plain to see."""
    if "maling" not in words:
        return Reading()
    start = words.index("maling")
    return Reading(
        type_code="CURI", priority=Priority.TINGGI, reasons=("plea",), area_code="EJ", rt=5,
        underlines=(Underline(start, start + 6, "type"),),
    )  # fmt: skip


def unread_words(words: str) -> list[str]:
    """What it does not know."""
    return [word for word in words.split() if word not in {"ada", "maling", "di", "pak"}]


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """How strong a hash is changes no answer here, and a strong one takes a fifth of a second at each try."""
    monkeypatch.setattr(accounts, "_hasher", _LIGHT)
    monkeypatch.setattr(accounts, "_NOBODY", _LIGHT.hash("of nobody"))


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    """The programme's words."""
    return read_playbook(Path("hotline/playbooks/paal_merah"))


@pytest.fixture
def clock() -> StoppedClock:
    """A quarter past nothing in particular, on a Tuesday evening."""
    return StoppedClock()


@pytest.fixture
def runtime(sqlite_url: str, tmp_path: Path, playbook: Playbook, clock: StoppedClock) -> Iterator[Runtime]:
    """A demo's runtime over a fresh database."""
    settings = read_settings({"HOTLINE_VAR": str(tmp_path), "DATABASE_URL": sqlite_url})
    engine = shared_engine(settings.database_url)
    every_look_anew = Snapshots(pace=timedelta(0))
    yield Runtime(
        settings, engine, WordsInForce(playbook), read_words, clock, unread_words=unread_words,
        snapshots=every_look_anew,
    )  # fmt: skip
    engine.dispose()


@pytest.fixture
def production(runtime: Runtime) -> Runtime:
    """The same runtime, in earnest."""
    return replace(runtime, settings=replace(runtime.settings, production=True))


def application(runtime: Runtime) -> Flask:
    """The console of this runtime."""
    app = Flask("hotline", static_folder=None)
    app.secret_key = runtime.settings.secret_key
    app.extensions |= {"hotline_checkers": (), "hotline_advisers": ()}
    console.register(app, runtime)
    return app


@pytest.fixture(scope="session")
def _console(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests, since templates take a while to compile; each gives it its runtime."""
    settings = read_settings({"HOTLINE_VAR": str(tmp_path_factory.mktemp("console"))})
    engine = shared_engine(settings.database_url)
    return application(Runtime(settings, engine, WordsInForce(playbook), read_words))


@pytest.fixture
def app(_console: Flask, runtime: Runtime) -> Flask:
    """The console over this test's runtime."""
    _console.extensions["hotline"] = runtime
    return _console


@dataclass
class Browser:
    """Somebody at a browser without scripts: opens pages, fills in the forms that stand on them."""

    client: FlaskClient
    page: TestResponse | None = field(default=None)

    @property
    def text(self) -> str:
        """The page that is open."""
        assert self.page is not None
        return self.page.get_data(as_text=True)

    @property
    def status(self) -> int:
        """Its status."""
        assert self.page is not None
        return self.page.status_code

    def open(self, path: str, **headers: str) -> "Browser":
        """Goes there, following redirects."""
        self.page = self.client.get(path, follow_redirects=True, headers=headers)
        return self

    def form(self, action: str) -> dict[str, str]:
        """The hidden fields of the form with this action on the page; AssertionError if there is none."""
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.text, re.DOTALL)
        assert found is not None, f"no form for {action}"
        return dict(_HIDDEN.findall(found[0]))

    def has_form(self, action: str) -> bool:
        """Whether the open page offers this act."""
        return f'action="{action}"' in self.text

    def send(self, action: str, fields: Mapping[str, Any] | None = None, **more: Any) -> "Browser":
        """Fills in the form with this action and sends it."""
        data = {**self.form(action), **(fields or {}), **more}
        self.page = self.client.post(action, data=data, follow_redirects=True)
        return self

    def post(self, action: str, **fields: Any) -> "Browser":
        """Sends what no form on the page offers, with valid tokens."""
        csrf = re.search(r'data-csrf="([^"]*)"', self.text)
        data = {"csrf_token": csrf[1] if csrf else "", "token": f"token-made-by-test-{id(fields)}", **fields}
        self.page = self.client.post(action, data=data, follow_redirects=True)
        return self


class Desk:
    """What a test does behind the screen, through the use cases."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.people: dict[Role, Actor] = {}
        with runtime.work() as work:
            for role in Role:
                # No test signs these in with a password, and a hash takes a fifth of a second.
                row = Operator(username=role.value, name=f"Si {role.value}", role=role, password_hash="none")
                work.session.add(row)
                work.session.flush()
                self.people[role] = Actor("operator", row.id, row.name, role)

    def token(self, role: Role) -> str:
        """A session of this person."""
        with self.runtime.work() as work:
            return accounts.open_session(work, work.session.get_one(Operator, self.people[role].id))

    def report(self, words: str = "ada maling", number: str | None = CALLER, **reading: Any) -> str:
        """A text's incident; its number."""
        read = replace(read_words(words), **reading)
        with self.runtime.work() as work:
            told = Told(Channel.SMS, words, work.now, number, reading=read)
            return open_incident(work, told, SYSTEM).number or ""

    def verified(self, words: str = "ada maling", **reading: Any) -> str:
        """A verified incident."""
        number = self.report(words, **reading)
        with self.runtime.work() as work:
            incident = self.find(work, number)
            verification.verify(work, incident.id, Findings(), self.people[Role.COORDINATOR])
        return number

    def unit(self, name: str = "Arif Linmas", serial: int = 1, **values: Any) -> int:
        """A unit on duty in Eka Jaya."""
        columns = {"agency": "LINMAS", "area_code": "EJ", "on_duty": True, **values}
        with self.runtime.work() as work:
            row = Unit(name=name, number=f"+62813000000{serial:02d}", **columns)
            work.session.add(row)
            work.session.flush()
            return row.id

    def dispatched(self, *units: int) -> str:
        """An incident that these units were alerted for."""
        number = self.verified()
        with self.runtime.work() as work:
            incident = self.find(work, number)
            dispatch.dispatch(work, incident.id, units, "", self.people[Role.COORDINATOR])
        return number

    def text(self, words: str, **values: Any) -> int:
        """A text in the tray."""
        columns = {"inbound": True, "number": CALLER, "state": TextState.RECEIVED, "unread": True, **values}
        with self.runtime.work() as work:
            row = TextMessage(words=words, at=work.now, **columns)
            work.session.add(row)
            work.session.flush()
            return row.id

    @staticmethod
    def find(work: UnitOfWork, number: str) -> Incident:
        """The row of a number."""
        return work.session.scalars(select(Incident).where(Incident.number == number)).one()

    def incident(self, number: str) -> Incident:
        """The row of a number, as it is now."""
        with self.runtime.reading() as session:
            return session.scalars(select(Incident).where(Incident.number == number)).one()

    def all(self, kind: type[Any], *conditions: Any) -> list[Any]:
        """All rows of a table."""
        with self.runtime.reading() as session:
            return list(
                session.scalars(select(kind).where(*conditions).order_by(*kind.__mapper__.primary_key))
            )


@pytest.fixture
def desk(runtime: Runtime) -> Desk:
    """The desk behind the screens, with one person of each role."""
    return Desk(runtime)


SignIn = Callable[[Role], Browser]


@pytest.fixture
def sign_in(app: Flask, desk: Desk) -> SignIn:
    """A browser in which somebody of this role is signed in."""

    def browser(role: Role) -> Browser:
        client = app.test_client()
        client.set_cookie("sid", desk.token(role))
        return Browser(client).open("/")

    return browser


@pytest.fixture
def operator(sign_in: SignIn) -> Browser:
    """The operator's browser."""
    return sign_in(Role.OPERATOR)


@pytest.fixture
def coordinator(sign_in: SignIn) -> Browser:
    """The coordinator's browser."""
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app.test_client())


Open = Callable[[str], Page]


class Served:
    """The console behind a real port, which can be stopped and started again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = 0
        self.server: BaseWSGIServer | None = None
        self.thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answers, on the port it had before."""
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def stop(self) -> None:
        """Answers nobody any more."""
        assert self.server is not None
        assert self.thread is not None
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def served(app: Flask) -> Iterator[Served]:
    """The console at an address."""
    server = Served(app)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def address(served: Served) -> str:
    """Where it is."""
    return served.address


@pytest.fixture
def visit(request: pytest.FixtureRequest, address: str, desk: Desk) -> Iterator[Open]:
    """Opens a path, signed in as the coordinator; whatever the browser complains of fails the test.

    In the tab that the tests share, or in the test's own `page` where it asks for one.
    """
    page: Page = request.getfixturevalue("page" if "page" in request.fixturenames else "tab")
    complaints: list[str] = []

    def hear_error(error: Error) -> None:
        complaints.append(str(error))

    def hear_line(line: ConsoleMessage) -> None:
        complaints.extend([line.text] if "Content Security" in line.text else [])

    page.on("pageerror", hear_error)
    page.on("console", hear_line)
    page.context.add_cookies([{"name": "sid", "value": desk.token(Role.COORDINATOR), "url": address}])

    def open_path(path: str) -> Page:
        page.goto(address + path)
        expect(page.locator("#live")).to_have_text("langsung")
        return page

    yield open_path
    page.remove_listener("pageerror", hear_error)
    page.remove_listener("console", hear_line)
    page.goto("about:blank")
    assert complaints == []
