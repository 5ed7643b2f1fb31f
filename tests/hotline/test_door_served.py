"""The door behind the real web server: what carriers and everybody else may send, and how it ends."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from hotline.database import open_engine
from hotline.door import LIMIT
from hotline.models import Kept, Promise
from hotline.spool import Spool
from tests.support.databases import put_in_place
from tests.support.eventually import eventually
from tests.support.processes import StartProcess, processes
from tests.support.web_server import Served, serve

TOKEN = "t" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def served(start_process: StartProcess, sqlite_url: str, tmp_path: Path) -> Served:
    """A server of this test's own, which may be ended or starved."""
    return serve(start_process, "wsgi:create_app", environ(sqlite_url, tmp_path))


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path
) -> Iterator[tuple[Served, Engine]]:
    """One server, and its database, for all that only knock."""
    folder = tmp_path_factory.mktemp("door")
    place = folder / "hotline.sqlite3"
    put_in_place(_sqlite_template, place)
    engine = open_engine(f"sqlite:///{place}")
    with processes(folder) as start:
        yield serve(start, "wsgi:create_app", environ(f"sqlite:///{place}", folder)), engine
    engine.dispose()


@pytest.fixture
def kept(standing: tuple[Served, Engine]) -> Engine:
    """What the standing server has kept: nothing so far."""
    engine = standing[1]
    with Session(engine) as session, session.begin():
        session.execute(delete(Promise))
        session.execute(delete(Kept))
    return engine


@pytest.fixture
def door(standing: tuple[Served, Engine], kept: Engine) -> Served:
    """The standing server, before anybody has knocked."""
    return standing[0]


def environ(database_url: str, folder: Path) -> dict[str, str]:
    return {
        "HOTLINE_ENV": "demo",
        "HOTLINE_VAR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "HOTLINE_WEBHOOK_TOKENS": TOKEN,
    }


def bodies(engine: Engine) -> list[bytes]:
    with Session(engine) as session:
        return [row.body for row in session.scalars(select(Kept).order_by(Kept.id))]


def post(served: Served, body: bytes, path: str = f"/sms/{TOKEN}/inbound", **headers: str) -> int:
    return requests.post(
        f"{served.url}{path}", data=body, headers={**FORM, **headers}, timeout=20
    ).status_code


ODD = [
    b"from=%2B6281200000001&text=maling&id=1",
    b"from=+6281200000001&text=%00%ff%fe&id=2",
    b"\x00\xff\xfe\x80",
    b"",
    b"text=" + b"x" * 10_000,
    b"&".join(b"field%d=1" % number for number in range(5000)),
    b"text=" + "tolong 😀\u202e".encode(),
    b"[" * 20_000,
]


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "application/json", "", "x" * 500]
)
def test_whatever_comes_is_kept_as_it_came(door: Served, kept: Engine, content_type: str) -> None:
    for body in ODD:
        assert post(door, body, **{"Content-Type": content_type}) == 200
    assert sorted(bodies(kept)) == sorted(ODD)


def test_json_instead_of_a_form_is_kept(door: Served, kept: Engine) -> None:
    body = json.dumps({"from": "+6281200000001", "text": "maling", "id": "1"}).encode()
    assert post(door, body, **{"Content-Type": "application/json"}) == 200
    assert bodies(kept) == [body]


def test_a_megabyte_is_kept_whole_and_more_is_cut(door: Served, kept: Engine) -> None:
    assert post(door, b"a" * LIMIT) == 200
    assert post(door, b"b" * (LIMIT * 3)) == 200
    with Session(kept) as session:
        rows = session.scalars(select(Kept).order_by(Kept.id)).all()
    assert [(len(row.body), row.cut) for row in rows] == [(LIMIT, False), (LIMIT, True)]


def test_a_body_without_a_length_is_kept(door: Served, kept: Engine) -> None:
    answer = requests.post(
        f"{door.url}/sms/{TOKEN}/inbound",
        data=iter([b"from=%2B62", b"&text=maling"]),
        headers=FORM,
        timeout=20,
    )
    assert answer.status_code == 200
    assert bodies(kept) == [b"from=%2B62&text=maling"]


def test_a_repeat_is_answered_and_counted(door: Served, kept: Engine) -> None:
    for _ in range(3):
        assert post(door, b"id=1&text=maling") == 200
    with Session(kept) as session:
        assert session.scalars(select(Kept.repeats)).all() == [2]


def test_who_does_not_know_the_token_finds_nothing(door: Served, kept: Engine) -> None:
    for token in ("x", "%74" * 31, "..", "é"):
        assert post(door, b"x", f"/sms/{token}/inbound") == 404
    assert bodies(kept) == []


def test_a_token_in_other_writing_is_the_same_token(door: Served) -> None:
    assert post(door, b"x", f"/sms/%74{TOKEN[1:]}/inbound/") == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_a_post_is_taken(door: Served, kept: Engine, method: str) -> None:
    answer = requests.request(method, f"{door.url}/sms/{TOKEN}/inbound", timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert bodies(kept) == []


def test_a_sender_who_breaks_off_leaves_what_he_said(door: Served, kept: Engine) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", door.port)
    connection.putrequest("POST", f"/sms/{TOKEN}/inbound")
    connection.putheader("Content-Length", "500")
    connection.endheaders(b"from=%2B62&text=tol")
    time.sleep(0.2)
    connection.close()
    assert post(door, b"id=1&text=next") == 200
    eventually(lambda: b"id=1&text=next" in bodies(kept), "the next one is kept")
    assert {body for body in bodies(kept) if body != b"id=1&text=next"} <= {b"from=%2B62&text=tol"}


def test_the_process_writes_no_token_anywhere(served: Served) -> None:
    post(served, b"x")
    post(served, b"x", "/sms/wrong-token/inbound")
    post(served, b"\xff", f"/ivr/{TOKEN}/call")
    served.process.stop()
    assert TOKEN not in served.process.output()
    assert "wrong-token" not in served.process.output()


class Senders:
    """Eight carriers that send without pause and note which texts were answered with 200."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.acknowledged: list[bytes] = []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(sender,)) for sender in range(8)]
        for thread in self.threads:
            thread.start()

    def _send(self, sender: int) -> None:
        with requests.Session() as session:
            for number in range(1_000_000):
                if self.stop.is_set():
                    return
                body = b"id=%d-%d&text=maling" % (sender, number)
                try:
                    answer = session.post(
                        f"{self.served.url}/sms/{TOKEN}/inbound", data=body, headers=FORM, timeout=20
                    )
                except requests.ConnectionError:
                    return
                if answer.status_code == 200:
                    self.acknowledged.append(body)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in self.threads), "a request hangs"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_acknowledged_outlives_the_process(
    served: Served, engine: Engine, tmp_path: Path, number: signal.Signals
) -> None:
    senders = Senders(served)
    eventually(lambda: len(senders.acknowledged) > 80, "the line is busy")
    if number is signal.SIGKILL:
        served.process.kill()
    else:
        served.process.stop(number)
    senders.end()
    spool = Spool(tmp_path / "var" / "spool")
    spooled = [entry.body for path in spool.waiting() for entry in spool.read(path).entries]
    assert set(senders.acknowledged) <= set(bodies(engine)) | set(spooled)


def test_a_database_that_is_locked_costs_no_report(door: Served, kept: Engine) -> None:
    senders = Senders(door)
    eventually(lambda: len(senders.acknowledged) > 50, "the line is busy")
    with kept.begin() as connection:  # nobody else can write meanwhile
        before = len(senders.acknowledged)
        eventually(lambda: len(senders.acknowledged) > before + 20, "the line stays open")
        assert connection.in_transaction()
    senders.end()
    eventually(lambda: set(senders.acknowledged) <= set(bodies(kept)), "all are in the database")
    assert len(bodies(kept)) == len(set(bodies(kept)))
