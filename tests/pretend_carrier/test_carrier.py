"""A company over its life: telephones from a file, state over a restart, events for the page, guards."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from hotline.pretend_carrier.events import KEPT, EventLog
from hotline.pretend_carrier.phones import PhoneBookError, load_phones
from tests.pretend_carrier.stand_in import SITI, Hands, Open, StandIn
from tests.support.eventually import eventually


def test_telephones_come_from_a_file(tmp_path: Path, open_company: Open) -> None:
    book = tmp_path / "phones.json"
    book.write_text(json.dumps([{"name": "Linmas RT 05", "number": "+6281300000055", "role": "unit"}]))
    company = open_company(phone_book=book)
    (phone,) = requests.get(f"{company.url}/phones/api/phones", timeout=10).json()["phones"]
    assert (phone["name"], phone["number"], phone["role"]) == ("Linmas RT 05", "+6281300000055", "unit")


@pytest.mark.parametrize("written", ["", "{", '[{"name": "x"}]', "[1]"])
def test_a_phone_book_that_cannot_be_read_stops_the_start(tmp_path: Path, written: str) -> None:
    book = tmp_path / "phones.json"
    book.write_text(written)
    with pytest.raises(PhoneBookError, match=r"phones\.json"):
        load_phones(book)


def test_texts_money_and_cursor_survive_a_restart(tmp_path: Path, open_company: Open) -> None:
    first = open_company(state_file=tmp_path / "state.json")
    first.phone(SITI, "texts", {"text": "sebelum"}, status=201)
    first.send(SITI, "dijawab")
    serial = first.look(SITI)["messages"][0]["serial"]
    first.carrier.close()
    second = open_company(state_file=tmp_path / "state.json")
    assert [text["text"] for text in second.look(SITI)["messages"]] == ["sebelum", "dijawab"]
    assert second.carrier.exchange.balance == first.carrier.exchange.balance
    second.phone(SITI, "texts", {"text": "sesudah"}, status=201)
    assert second.look(SITI)["messages"][-1]["serial"] > serial


def test_a_broken_state_file_does_not_stop_the_start(tmp_path: Path, open_company: Open) -> None:
    (tmp_path / "state.json").write_text("{")
    assert open_company(state_file=tmp_path / "state.json").look(SITI)["messages"] == []


def test_events_are_waited_for_and_numbered(company: Hands) -> None:
    before = events(company, 0, wait=0)["last"]
    company.phone(SITI, "texts", {"text": "halo"}, status=201)
    news = events(company, before)
    assert {"kind": "text", "number": SITI} in [
        {"kind": event["kind"], "number": event["number"]} for event in news["events"]
    ]
    assert news["last"] == news["events"][-1]["id"] > before


def test_whoever_was_away_too_long_reads_everything_again() -> None:
    log = EventLog()
    for _ in range(KEPT + 10):
        log.add("text")
    assert log.since(3) is None
    assert log.since(KEPT + 500) is None
    assert [event.id for event in log.since(KEPT + 8) or ()] == [KEPT + 9, KEPT + 10]


@pytest.mark.parametrize(
    ("path", "body"), [("dial", {}), ("texts", {"text": "x"}), ("keys", {"keys": "1"}), ("hang-up", {})]
)
def test_a_number_without_telephone_is_not_found(company: Hands, path: str, body: dict[str, str]) -> None:
    assert company.phone("+6281299999999", path, body, status=404)["error"] == "no_phone"


@pytest.mark.parametrize(("keys", "status"), [("", 400), ("1a", 400), ("1", 409)])
def test_keys_are_digits_star_and_hash_in_a_call(company: Hands, keys: str, status: int) -> None:
    company.phone(SITI, "keys", {"keys": keys}, status=status)


@pytest.mark.parametrize(("number", "status"), [("0812", 400), (SITI, 409), ("+6281200000099", 201)])
def test_a_telephone_is_added_once_with_a_whole_number(company: Hands, number: str, status: int) -> None:
    answer = requests.post(f"{company.url}/phones/api/phones", json={"number": number}, timeout=10)
    assert answer.status_code == status


def test_other_sites_cannot_work_the_telephones(company: Hands) -> None:
    url = f"{company.url}/phones/api/phones/{SITI}/dial"
    assert requests.post(url, headers={"Sec-Fetch-Site": "cross-site"}, timeout=10).status_code == 403
    assert requests.get(company.url, headers={"Host": "evil.example"}, timeout=10).status_code == 400


def test_the_page_may_load_nothing_from_elsewhere(company: Hands) -> None:
    answer = requests.get(company.url, timeout=10)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in answer.text.replace(company.carrier.settings.hotline_url, "")
    assert "style=" not in answer.text
    assert "Perusahaan telepon pura-pura" in answer.text


def test_the_program_starts_serves_and_ends_on_a_signal(hotline: StandIn, tmp_path: Path) -> None:
    environment = {"HOTLINE_WEBHOOK_TOKENS": "pretend", "HOTLINE_URL": hotline.url, "PATH": "/usr/bin:/bin"}
    state = tmp_path / "state.json"
    command = [sys.executable, "-m", "hotline.pretend_carrier", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().split()[-1].removesuffix("/phones/")
        eventually(lambda: requests.get(f"{url}/healthz", timeout=5).ok, "it answers")
        program.terminate()
        assert program.wait(timeout=20) == 0
    assert state.exists()


def test_the_program_refuses_to_start_and_says_why() -> None:
    command = [sys.executable, "-m", "hotline.pretend_carrier"]
    ended = subprocess.run(command, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "HOTLINE_WEBHOOK_TOKENS" in ended.stderr) == (2, True)


def events(company: Hands, since: int, wait: int = 5) -> dict[str, Any]:
    """What changed."""
    answer = requests.get(f"{company.url}/phones/api/events?since={since}&wait={wait}", timeout=10)
    return dict(answer.json())
