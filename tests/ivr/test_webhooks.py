"""The addresses of the voice line: each takes every kind of callback and answers, whatever is broken."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotline.database import open_engine
from hotline.domain.calls import CallEnd, CallState
from hotline.keeping import Keeper
from hotline.models import Call, CallEvent, Kept, Recording
from hotline.spool import Spool
from ivr import webhooks
from ivr.fallback import Spooled, answer_without_database
from ivr.hearing import At
from ivr.line import VoiceLine
from ivr.progress import Progress
from tests.support.desk import RESIDENT
from tests.support.eventually import eventually
from tests.support.voice import OURS, Exchange

URL = "https://voice.example/rec/9.mp3"

SAMPLES = [
    sample
    for line in Path("tests/data/africastalking_callbacks.jsonl").read_text(encoding="utf-8").splitlines()
    if (sample := json.loads(line))["kind"].startswith("voice_")
]
ADDRESSES = (
    "call",
    *(f"step/{Progress(node=node, group=1).to_segment()}{silent}"
      for node in ("group", "area", "rt", "check", "record", "operator", "message", "officer", "filed")
      for silent in ("", "/silent")),
    "step/unit-pin-0-0-0", "step/unit-task-1-0-0", "step/dispatch-0-0", "step/desk-1", "step/bridge-",
    "step/nonsense", "step/group-1-3-7-0-0",
)  # fmt: skip


def serve(line: VoiceLine, keeper: Keeper, patience_s: float = webhooks.PATIENCE_S) -> FlaskClient:
    """The voice line's addresses alone."""
    app = Flask("hooks", static_folder=None)
    webhooks.register(app, line, keeper, patience_s)
    return app.test_client()


def keeper_of(exchange: Exchange, engine: Engine, spool: Path) -> Keeper:
    """Keeps what the database does not take."""
    return Keeper(engine, Spool(spool), webhooks.PROMISES, exchange.desk.clock, lambda: None)


@pytest.fixture
def client(exchange: Exchange, tmp_path: Path) -> Iterator[FlaskClient]:
    """The addresses, with the database up."""
    keeper = keeper_of(exchange, exchange.desk.runtime.engine, tmp_path / "spool")
    yield serve(exchange.line, keeper)
    keeper.stop()
    assert not list((tmp_path / "spool").glob("**/*.json"))


@pytest.fixture
def token(exchange: Exchange) -> str:
    """The secret of the addresses."""
    return exchange.desk.runtime.settings.webhook_tokens[0]


def form(**fields: str) -> dict[str, str]:
    """A callback."""
    return {"sessionId": "s1", "callerNumber": RESIDENT, "destinationNumber": OURS, "isActive": "1", **fields}


def xml(body: bytes) -> list[str]:
    """The elements of an answer."""
    root = ET.fromstring(body)  # noqa: S314  our own words
    assert root.tag == "Response"
    return [child.tag for child in root]


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{n}-{each['kind']}" for n, each in enumerate(SAMPLES)])
def test_a_callback_seen_in_the_wild_is_answered_and_leaves_one_call(
    client: FlaskClient, exchange: Exchange, token: str, sample: dict[str, object]
) -> None:
    """As captured, at the call's own address: twice, with the same answer."""
    raw = sample.get("raw")
    body = raw.encode() if isinstance(raw, str) else json.dumps(sample["form"]).encode()
    kind = "application/x-www-form-urlencoded" if isinstance(raw, str) else "application/json"
    answers = [client.post(f"/ivr/{token}/call", data=body, content_type=kind) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    assert xml(answers[0].data) is not None
    exchange.settle()
    (call,) = exchange.rows(Call)
    assert (call.state is CallState.OVER) == (call.end is not None)


def test_the_end_of_a_call_is_durable_when_it_is_answered_and_a_worker_files_what_was_told(
    client: FlaskClient, exchange: Exchange, token: str
) -> None:
    """So that no caller waits while the case of another one is filed; said twice, it is filed once."""
    client.post(f"/ivr/{token}/call", data=form())
    client.post(f"/ivr/{token}/call", data=form(dtmfDigits="1"))
    for _ in range(2):
        answer = client.post(f"/ivr/{token}/call", data=form(isActive="0"))
        assert (answer.status_code, xml(answer.data)) == (200, [])
    assert [kept.repeats for kept in exchange.rows(Kept)] == [1]
    assert exchange.calls()[0].ended_at is None
    exchange.settle()
    assert exchange.calls()[0].ended_at is not None


def test_an_end_that_nothing_keeps_is_not_acknowledged(
    exchange: Exchange, token: str, tmp_path: Path
) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    nowhere = open_engine(f"sqlite:///{tmp_path / 'gone' / 'x.sqlite3'}")
    keeper = keeper_of(exchange, nowhere, tmp_path / "spool")
    answer = serve(exchange.line, keeper).post(f"/ivr/{token}/call", data=form(isActive="0"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    keeper.stop()
    nowhere.dispose()


KINDS = {
    "start": {},
    "keys": {"dtmfDigits": "1"},
    "zeros": {"dtmfDigits": "0013#"},
    "finish key": {"dtmfDigits": "#"},
    "recording": {"recordingUrl": "https://voice.example/rec/1.mp3"},
    "joined": {"dialDestinationNumber": "+6281300000009"},
    "not joined": {"dialDestinationNumber": "+6281300000009", "dialStatus": "NoAnswer"},
    "taken": {"dequeuedToPhoneNumber": "+6281300000009", "dequeuedToSessionId": "x"},
    "final": {"isActive": "0", "durationInSeconds": "9"},
    "final with a recording": {"isActive": "0", "recordingUrl": "https://voice.example/rec/2.mp3"},
    "nothing": {"sessionId": "None", "callerNumber": "None", "destinationNumber": ""},
    "odd": {"isActive": "maybe", "direction": "Sideways", "durationInSeconds": "-3", "dtmfDigits": "<&\"'>"},
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_takes_every_kind_of_callback(
    client: FlaskClient, exchange: Exchange, token: str, address: str
) -> None:
    for name, fields in KINDS.items():
        sent = form(**{"sessionId": f"{address}-{name}", **fields})
        first = client.post(f"/ivr/{token}/{address}", data=sent)
        again = client.post(f"/ivr/{token}/{address}", data=sent)
        assert first.status_code == 200, name
        assert first.data == again.data, name
        xml(first.data)
        if name in ("joined", "taken"):
            assert first.data.endswith(b"<Response />")
    assert all(call.end or call.state is not CallState.OVER for call in exchange.calls())


def test_a_wrong_token_is_no_address(client: FlaskClient) -> None:
    assert client.post("/ivr/guess/call", data=form()).status_code == 404
    assert client.get("/ivr/guess/sounds/0/thanks.wav").status_code == 404


def test_a_sound_is_served_at_the_address_that_the_answer_names(client: FlaskClient, token: str) -> None:
    answer = client.post(f"/ivr/{token}/call", data=form())
    (asked, _) = ET.fromstring(answer.data)  # noqa: S314  our own words
    path = asked[0].attrib["url"].split("/ivr/")[1]
    sound = client.get(f"/ivr/{path}")
    assert (sound.status_code, sound.content_type) == (200, "audio/wav")
    assert sound.data.startswith(b"RIFF")
    assert client.get(f"/ivr/{token}/sounds/0/nothing.wav").status_code == 404


def test_without_a_database_the_line_goes_on_and_what_was_told_becomes_the_case(
    exchange: Exchange, token: str, tmp_path: Path
) -> None:
    """From the first word to the last; the spooled callbacks are walked when the database is back."""
    nowhere = open_engine(f"sqlite:///{tmp_path / 'gone' / 'x.sqlite3'}")
    down = replace(exchange.line, runtime=replace(exchange.line.runtime, engine=nowhere))
    keeper = keeper_of(exchange, nowhere, tmp_path / "spool")
    client = serve(down, keeper)
    path, tags, heard = f"/ivr/{token}/call", [], ""
    told: tuple[dict[str, str], ...] = (
        {},
        {"dtmfDigits": "2"},
        {"dtmfDigits": "3"},
        {"dtmfDigits": "7"},
        {"recordingUrl": URL},
    )
    for more in told:
        answer = client.post(path, data=form(**more))
        tags.append(xml(answer.data))
        heard = answer.get_data(as_text=True)
        found = re.search(r'callbackUrl="[^"]*(/ivr/[^"]*)"', heard)
        path = found[1] if found else path
    client.post(path, data=form(isActive="0"))
    assert tags == [["GetDigits", "Redirect"]] * 3 + [["Record", "Redirect"], ["Play"]]
    assert "report_saved" in heard
    keeper.stop()
    nowhere.dispose()
    up = keeper_of(exchange, exchange.desk.runtime.engine, tmp_path / "spool")
    up.start()
    eventually(lambda: len(exchange.rows(Kept)) == len(told) + 1, "the spool is taken in")
    up.stop()
    exchange.settle()
    incident = exchange.desk.incident()
    assert (incident.priority, incident.area_code, incident.rt) == ("tinggi", "EJ", 7)
    assert [recording.url for recording in exchange.rows(Recording)] == [URL]
    assert exchange.calls()[0].end is CallEnd.REPORTED


def test_a_database_that_keeps_a_caller_waiting_is_left_alone_and_gets_the_step_once(
    any_exchange: Exchange, tmp_path: Path
) -> None:
    """It neither takes nor refuses; what was given up may be done after all, and then the spool brings it."""
    token = any_exchange.desk.runtime.settings.webhook_tokens[0]
    keeper = keeper_of(any_exchange, any_exchange.desk.runtime.engine, tmp_path / "spool")
    client = serve(any_exchange.line, keeper, patience_s=0.3)
    first = client.post(f"/ivr/{token}/call", data=form())
    with any_exchange.desk.runtime.engine.begin() as busy:
        busy.execute(select(Call.id).with_for_update())
        began = time.monotonic()
        second = client.post(f"/ivr/{token}/step/group----0-0", data=form(dtmfDigits="2"))
        assert time.monotonic() - began < 2
    assert xml(first.data) == xml(second.data) == ["GetDigits", "Redirect"]
    assert b"which_area" in second.data
    eventually(lambda: len(any_exchange.rows(Kept)) == 1, "the spool is taken in")
    any_exchange.settle()
    keeper.stop()
    assert any_exchange.calls()[0].pressed.startswith("area-2")
    eventually(lambda: len(any_exchange.rows(CallEvent)) == 2, "each callback counts once")


@pytest.mark.parametrize(
    ("segment", "tags", "words"),
    [
        ("operator-1---0-0", ["Record", "Redirect"], "nobody_free"),
        ("message----0-0", ["Play"], "report_saved"),
        ("check----0-0", ["GetDigits", "Redirect"], "number_unknown"),
        ("unit-pin-0-0-0", ["Play"], "line_down"),
        ("dispatch-0-0", ["Play"], "line_down"),
        ("desk-3", ["Play"], "line_down"),
    ],
)
def test_without_a_database_every_place_of_the_menu_has_a_way_on(
    exchange: Exchange, segment: str, tags: list[str], words: str
) -> None:
    event = exchange.line.gateway.read_event(form(dtmfDigits="1041"))
    body = answer_without_database(exchange.line, At(segment), event)
    assert xml(body) == tags
    assert words in body.decode()


def test_a_pin_that_is_keyed_while_the_database_is_down_is_written_nowhere(
    exchange: Exchange, token: str, tmp_path: Path
) -> None:
    nowhere = open_engine(f"sqlite:///{tmp_path / 'gone' / 'x.sqlite3'}")
    down = replace(exchange.line, runtime=replace(exchange.line.runtime, engine=nowhere))
    keeper = keeper_of(exchange, nowhere, tmp_path / "spool")
    answer = serve(down, keeper).post(f"/ivr/{token}/step/unit-pin-0-0-0", data=form(dtmfDigits="736451"))
    keeper.stop()
    nowhere.dispose()
    assert b"line_down" in answer.data
    (path,) = keeper.spool.waiting()
    (kept,) = keeper.spool.read(path).entries
    assert b"unit-pin" in kept.body
    assert b"736451" not in kept.body


def test_a_callback_lies_in_the_spool_as_it_came() -> None:
    spooled = Spooled(At("group-1---0-0", silent=True), form(dtmfDigits="0013#"))
    assert Spooled.from_bytes(spooled.to_bytes()) == spooled
    assert spooled.key == Spooled.from_bytes(spooled.to_bytes()).key
    assert spooled.key != Spooled(At("group-1---0-0"), form(dtmfDigits="0013#")).key
