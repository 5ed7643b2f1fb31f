"""What `doctor` sees of carrier, own address, queue server and sounds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotline.doctor import State
from hotline.modem_settings import Modem
from hotline.runtime import Runtime
from sms.modem.runner import configure, place_of
from tests.support.processes import StartProcess, free_port
from tests.support.queue_server import QueueServer
from tests.support.runtimes import runtime_for
from tests.support.sms_carrier import CarrierServer, http
from tests.support.web_server import serve
from workers.fitness import callbacks, carrier_account, modems, queue_server, sounds


@pytest.fixture
def runtime(sqlite_url: str, tmp_path: Path) -> Iterator[Runtime]:
    runtime = runtime_for(sqlite_url, tmp_path / "var")
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def carrier() -> Iterator[CarrierServer]:
    server = CarrierServer()
    yield server
    server.close()


def told(runtime: Runtime, **changed: Any) -> Runtime:
    return replace(runtime, settings=replace(runtime.settings, **changed))


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (http(200, b'{"UserData": {"balance": "IDR 1785.50"}}'), State.GOOD, "IDR 1785.50"),
        (http(401, b"The supplied authentication is invalid", "text/plain"), State.BAD, "401"),
        (http(200, b"{}"), State.BAD, "no balance"),
    ],
)
def test_the_account_is_asked_for_its_balance(
    runtime: Runtime, carrier: CarrierServer, answer: bytes, state: State, words: str
) -> None:
    carrier.reply(answer)
    finding = carrier_account(told(runtime, carrier_api_url=carrier.url))
    assert finding.state is state
    assert words in finding.words


def test_no_account_is_asked_for_where_only_sims_are_used(runtime: Runtime) -> None:
    finding = carrier_account(told(runtime, sms_gateways=("modem",), voice_gateway="none"))
    assert (finding.state, finding.words) == (State.GOOD, "none is used")


def test_a_modem_must_be_there_set_up_and_spoken_with(runtime: Runtime, tmp_path: Path) -> None:
    port = tmp_path / "port"
    modem = Modem("tsel", "+6281174300001", str(port))
    of_sims = told(runtime, sms_gateways=("modem",), modems=(modem,))

    def said() -> tuple[State, str]:
        finding = modems(of_sims)
        return finding.state, finding.words

    assert modems(runtime).words == "none are used"
    assert said() == (State.BAD, f"tsel: there is no {port}: plugged in? udev's rule installed?")
    port.touch()
    assert said() == (State.BAD, "tsel: run flask --app wsgi modem configure")
    place = place_of(of_sims.settings.var, modem)
    configure(place, modem)
    assert said() == (State.BAD, "tsel: nobody speaks with it: run flask --app wsgi modem run")
    with closing(sqlite3.connect(place.store.path)) as database, database:
        database.execute("INSERT INTO phones (ID, IMEI, IMSI, Client) VALUES ('', '', '', '')")
    assert said() == (State.GOOD, "tsel answer")


def test_our_address_must_lead_to_our_own_door(
    runtime: Runtime, start_process: StartProcess, sqlite_url: str, tmp_path: Path
) -> None:
    tokens = runtime.settings.webhook_tokens
    environ = {"HOTLINE_VAR": str(tmp_path / "var"), "DATABASE_URL": sqlite_url, "REDIS_URL": ""}
    served = serve(start_process, "wsgi:create_app", environ)
    here = told(runtime, public_url=served.url)
    assert callbacks(here).state is State.GOOD
    other = callbacks(told(here, webhook_tokens=("x" * 32,)))
    assert (other.state, "404" in other.words) == (State.BAD, True)
    nowhere = callbacks(told(runtime, public_url=f"http://127.0.0.1:{free_port()}"))
    assert (nowhere.state, "nothing answers" in nowhere.words) == (State.BAD, True)
    assert tokens[0] not in other.words + nowhere.words


def test_the_queue_server_is_asked_and_not_believed(runtime: Runtime, queue_server_url: str) -> None:
    assert queue_server(told(runtime, redis_url=queue_server_url)).state is State.GOOD
    assert queue_server(told(runtime, redis_url="")).state is State.WARN
    silent = queue_server(told(runtime, redis_url=f"redis://127.0.0.1:{free_port()}"))
    assert (silent.state, "does not answer" in silent.words) == (State.WARN, True)


@pytest.fixture
def queue_server_url(queue_server: QueueServer) -> str:
    return queue_server.url


def test_sounds_are_counted_where_somebody_hears_them(runtime: Runtime) -> None:
    assert sounds(runtime).state is State.GOOD
    off = sounds(told(runtime, voice_gateway="none"))
    assert (off.state, "switched off (HOTLINE_VOICE_GATEWAY)" in off.words) == (State.WARN, True)
