"""Open data out: what is told of a case and what is not, to whom, and that it is as its document says."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from werkzeug.serving import make_server

from hotline import closing
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition
from hotline.models import ApiClient, Audit, Incident
from hotline.open311.answers import (
    Answer,
    OpenData,
    Question,
    all_requests,
    all_services,
    one_request,
    openapi,
)
from hotline.open311.clients import ClientError, add_client, client_of, end_client
from hotline.runtime import Runtime
from hotline.verification import Findings, verify
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk
from tests.support.processes import free_port
from wsgi import create_app


@pytest.fixture
def key(desk: Desk) -> str:
    """A client that may read."""
    with desk.work() as work:
        return add_client(work, "Dinas Kominfo")


def published(desk: Desk, words: str = "ada kebakaran di eka jaya rt 5 dekat rumah pak BUDI") -> str:
    """A fire that somebody verified; its number."""
    desk.text(RESIDENT, words)
    incident = desk.incidents()[-1]
    with desk.work() as work:
        verify(work, incident.id, Findings(type_code="API", area_code="EJ", summary="BUDI"), OPERATOR)
    return incident.number or ""


def rows(desk: Desk, key: str, **fields: str) -> list[dict[str, Any]]:
    answer = all_requests(OpenData(desk.runtime), Question(key, fields, "json"))
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = json.loads(answer.body)
    return found


def test_a_case_is_told_by_kelurahan_and_hour_and_says_nothing_of_people(desk: Desk, key: str) -> None:
    desk.clock.at = desk.clock.at.replace(minute=47)
    number = published(desk)
    (told,) = rows(desk, key)
    assert told["service_request_id"] == number
    assert (told["service_code"], told["status"], told["address_id"]) == ("API", "open", "15.71.11.1003")
    assert told["requested_datetime"].endswith(":00:00+07:00")
    said = json.dumps(told)
    for secret in ("BUDI", "RT", "rt 5", RESIDENT, RESIDENT[-8:], "dekat"):
        assert secret not in said


@pytest.mark.parametrize(
    "hidden",
    [{"type_code": "KDRT"}, {"confidential": True}, {"drill": True}, {"verified_at": None},
     {"merged_into_id": 1}],
)  # fmt: skip
def test_what_is_not_for_the_public_is_in_no_answer(desk: Desk, key: str, hidden: dict[str, Any]) -> None:
    number = published(desk)
    with desk.work() as work:
        incident = work.session.get_one(Incident, desk.incident(number).id)
        for name, value in hidden.items():
            setattr(incident, name, value)
    assert rows(desk, key) == []
    assert one_request(OpenData(desk.runtime), Question(key, {}, "json"), number).status == 404


def test_each_field_narrows_what_is_found(desk: Desk, key: str) -> None:
    number = published(desk)
    at = desk.clock.at
    with desk.work() as work:
        closing.close(work, desk.incident(number).id, Closing(Disposition.RESOLVED), COORDINATOR)
    desk.clock.at += timedelta(days=1)
    assert [each["status"] for each in rows(desk, key, status="closed")] == ["closed"]
    assert rows(desk, key, status="open") == []
    assert len(rows(desk, key, service_code="API,HEWAN")) == 1
    assert rows(desk, key, service_code="HEWAN") == []
    assert rows(desk, key, end_date=(at - timedelta(hours=1)).isoformat()) == []
    for_ever = {"start_date": "0001-01-01T00:00:00+09:00", "end_date": "9999-12-31T23:00:00-09:00"}
    assert len(rows(desk, key, **for_ever)) == 1
    assert len(rows(desk, key, start_date=(at - timedelta(hours=1)).isoformat())) == 1
    desk.clock.at += timedelta(days=100)
    assert rows(desk, key) == []
    assert len(rows(desk, key, service_request_id=f"{number},x\x00")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("status", "burning"), ("start_date", "yesterday"), ("start_date", "2026-06-01"),
     ("end_date", "0001-01-01T00:00:00"), ("service_code", "x," * 200)],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_said_so(desk: Desk, key: str, field: str, value: str) -> None:
    answer = all_requests(OpenData(desk.runtime), Question(key, {field: value}, "json"))
    assert answer.status == 400
    assert field in json.loads(answer.body)[0]["description"]


def test_the_same_stands_in_xml(desk: Desk, key: str) -> None:
    number = published(desk)
    root = Xml.fromstring(all_requests(OpenData(desk.runtime), Question(key, {}, "xml")).body)  # noqa: S314  our own
    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id") == number
    services = Xml.fromstring(all_services(OpenData(desk.runtime), Question(key, {}, "xml")).body)  # noqa: S314
    assert services.findtext("service/metadata") == "false"


def test_only_the_playbooks_open_types_are_services(desk: Desk, key: str) -> None:
    found = json.loads(all_services(OpenData(desk.runtime), Question(key, {}, "json")).body)
    kinds = desk.runtime.playbook.types.values()
    assert [each["service_code"] for each in found] == [kind.code for kind in kinds if kind.open_data]
    assert not {"KDRT", "NARKOBA", "MEDIS"} & {each["service_code"] for each in found}


def test_without_a_key_nothing_is_told_and_an_ended_one_opens_nothing(desk: Desk, key: str) -> None:
    published(desk)
    for wrong in ("", "x", key[:-1]):
        assert all_requests(OpenData(desk.runtime), Question(wrong, {}, "json")).status == 401
    with desk.work() as work:
        end_client(work, "Dinas Kominfo")
    assert all_requests(OpenData(desk.runtime), Question(key, {}, "json")).status == 401


def test_whoever_asks_too_often_waits_and_holds_up_nobody_else(desk: Desk, key: str) -> None:
    data, most = OpenData(desk.runtime), desk.runtime.playbook.limits.open_data_per_minute
    with desk.work() as work:
        other = add_client(work, "Universitas Jambi")

    def asked(by: str) -> Answer:
        return all_services(data, Question(by, {}, "json"))

    assert {asked(key).status for _ in range(most)} == {200}
    desk.clock.at += timedelta(seconds=20)
    refused = asked(key)
    assert (refused.status, refused.retry_after) == (429, 40)
    assert json.loads(refused.body)[0]["code"] == 429
    assert asked(other).status == 200
    desk.clock.at += timedelta(seconds=40)
    assert asked(key).status == 200


def test_a_client_is_noted_and_its_key_is_kept_nowhere(desk: Desk, key: str) -> None:
    rows(desk, key)
    with desk.work() as work:
        client = client_of(work.session, key)
        assert client is not None
        assert client.used_at == desk.clock.at
        assert key not in repr([vars(each) for each in work.session.query(ApiClient)])
        with pytest.raises(ClientError, match="already"):
            add_client(work, "Dinas Kominfo")
        with pytest.raises(ClientError, match="no client"):
            end_client(work, "Dinas Sosial")
        assert [row.act for row in work.session.query(Audit)] == ["client_added"]


@pytest.fixture
def app(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The whole application over the desk's database."""
    published(desk)
    url = desk.runtime.settings.database_url
    for name, value in {"HOTLINE_VAR": str(tmp_path / "var"), "DATABASE_URL": url, "REDIS_URL": ""}.items():
        monkeypatch.setenv(name, value)
    app = create_app("console")
    yield app
    runtime: Runtime = app.extensions["hotline"]
    runtime.engine.dispose()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the open data is served on this machine."""
    server = make_server("127.0.0.1", free_port(), app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.port}/open311/v2"
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_answer_is_as_the_document_says(address: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemathesis itself, with all its checks; it asks hundreds of times, so the pace is held elsewhere."""
    monkeypatch.setattr("hotline.open311.pace.Pace.seconds_to_wait", lambda *_: 0)
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    schema.config.update(base_url=address, headers={"Authorization": f"Bearer {key}"})
    schema.config.generation.update(max_examples=4, deterministic=True, database="none")
    schema.config.phases.update(phases=["coverage", "fuzzing"])
    asked, wrong = Counter[str](), []
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            for checks in event.recorder.checks.values():
                asked[event.label or ""] += len(checks)
                wrong += [(event.label, each.name, each.failure_info) for each in checks if each.failure_info]
        assert not isinstance(event, NonFatalError | FatalError), event
    assert wrong == []
    assert len(asked) == 3
    assert min(asked.values()) > 100


def test_the_addresses_answer_with_a_key_in_either_place(app: Flask, key: str) -> None:
    client = app.test_client()
    assert client.get("/open311/v2/requests.json").status_code == 401
    assert client.get(f"/open311/v2/requests.xml?api_key={key}").status_code == 200
    answer = client.get("/open311/v2/services.json", headers={"Authorization": f"Bearer {key}"})
    assert answer.content_type == "application/json; charset=utf-8"
    said = openapi(OpenData(app.extensions["hotline"])).body
    assert client.get("/open311/v2/openapi.json").json == json.loads(said)
    assert client.get(f"/open311/v2/requests/1007.csv?api_key={key}").status_code == 404
    assert client.post(f"/open311/v2/requests.json?api_key={key}").status_code == 405
