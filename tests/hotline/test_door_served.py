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
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotline.database import open_engine
from hotline.door import LIMIT
from hotline.models import Kept
from hotline.spool import Spool
from tests.support.eventually import eventually
from tests.support.processes import StartProcess
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
    environ = {
        "HOTLINE_ENV": "demo",
        "HOTLINE_VAR": str(tmp_path / "var"),
        "DATABASE_URL": sqlite_url,
        "REDIS_URL": "",
        "HOTLINE_WEBHOOK_TOKENS": TOKEN,
    }
    return serve(start_process, "wsgi:create_app", environ)


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
def test_whatever_comes_is_kept_as_it_came(served: Served, engine: Engine, content_type: str) -> None:
    for body in ODD:
        assert post(served, body, **{"Content-Type": content_type}) == 200
    assert sorted(bodies(engine)) == sorted(ODD)


def test_json_instead_of_a_form_is_kept(served: Served, engine: Engine) -> None:
    body = json.dumps({"from": "+6281200000001", "text": "maling", "id": "1"}).encode()
    assert post(served, body, **{"Content-Type": "application/json"}) == 200
    assert bodies(engine) == [body]


def test_a_megabyte_is_kept_whole_and_more_is_cut(served: Served, engine: Engine) -> None:
    assert post(served, b"a" * LIMIT) == 200
    assert post(served, b"b" * (LIMIT * 3)) == 200
    with Session(engine) as session:
        rows = session.scalars(select(Kept).order_by(Kept.id)).all()
    assert [(len(row.body), row.cut) for row in rows] == [(LIMIT, False), (LIMIT, True)]


def test_a_body_without_a_length_is_kept(served: Served, engine: Engine) -> None:
    answer = requests.post(
        f"{served.url}/sms/{TOKEN}/inbound",
        data=iter([b"from=%2B62", b"&text=maling"]),
        headers=FORM,
        timeout=20,
    )
    assert answer.status_code == 200
    assert bodies(engine) == [b"from=%2B62&text=maling"]


def test_a_repeat_is_answered_and_counted(served: Served, engine: Engine) -> None:
    for _ in range(3):
        assert post(served, b"id=1&text=maling") == 200
    with Session(engine) as session:
        assert session.scalars(select(Kept.repeats)).all() == [2]


def test_who_does_not_know_the_token_finds_nothing(served: Served, engine: Engine) -> None:
    for token in ("x", "%74" * 31, "..", "é"):
        assert post(served, b"x", f"/sms/{token}/inbound") == 404
    assert bodies(engine) == []


def test_a_token_in_other_writing_is_the_same_token(served: Served) -> None:
    assert post(served, b"x", f"/sms/%74{TOKEN[1:]}/inbound/") == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_a_post_is_taken(served: Served, engine: Engine, method: str) -> None:
    answer = requests.request(method, f"{served.url}/sms/{TOKEN}/inbound", timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert bodies(engine) == []


def test_the_process_writes_no_token_anywhere(served: Served) -> None:
    post(served, b"x")
    post(served, b"x", "/sms/wrong-token/inbound")
    post(served, b"\xff", f"/ivr/{TOKEN}/call")
    served.process.stop()
    assert TOKEN not in served.process.output()
    assert "wrong-token" not in served.process.output()


def test_a_sender_who_breaks_off_leaves_what_he_said(served: Served, engine: Engine) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port)
    connection.putrequest("POST", f"/sms/{TOKEN}/inbound")
    connection.putheader("Content-Length", "500")
    connection.endheaders(b"from=%2B62&text=tol")
    time.sleep(0.2)
    connection.close()
    assert post(served, b"id=1&text=next") == 200
    eventually(lambda: b"id=1&text=next" in bodies(engine), "the next one is kept")
    assert {body for body in bodies(engine) if body != b"id=1&text=next"} <= {b"from=%2B62&text=tol"}


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
    eventually(lambda: len(senders.acknowledged) > 200, "the line is busy")
    if number is signal.SIGKILL:
        served.process.kill()
    else:
        served.process.stop(number)
    senders.end()
    spool = Spool(tmp_path / "var" / "spool")
    spooled = [entry.body for path in spool.waiting() for entry in spool.read(path).entries]
    assert set(senders.acknowledged) <= set(bodies(engine)) | set(spooled)


def test_a_database_that_is_locked_costs_no_report(served: Served, engine: Engine) -> None:
    senders = Senders(served)
    eventually(lambda: len(senders.acknowledged) > 50, "the line is busy")
    with engine.begin() as connection:  # nobody else can write meanwhile
        before = len(senders.acknowledged)
        eventually(lambda: len(senders.acknowledged) > before + 20, "the line stays open")
        assert connection.in_transaction()
    senders.end()
    eventually(lambda: set(senders.acknowledged) <= set(bodies(engine)), "all are in the database")
    assert len(bodies(engine)) == len(set(bodies(engine)))
