"""Placing calls through the carrier's SDK, against a company on loopback that answers as told."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from hotline.carrier_http import CarrierHttp
from ivr.africastalking import AfricasTalkingVoice
from ivr.gateway import Accepted, CallOutcome, NotSent, Refused, Unknown, VoiceGateway
from ivr.speech import Prompt, Say, Step

OURS, THEIRS = "+6274100000001", "+6281200000001"
SESSION = "ATVId_0123456789abcdef0123456789abcdef"


class Company(HTTPServer):
    """Gives every request the same answer and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status, self.body, self.type = 200, b"", "application/json"
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []

    def answers(self, status: int, body: Any, content_type: str = "application/json") -> None:
        self.status, self.type = status, content_type
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


class Answering(BaseHTTPRequestHandler):
    server: Company

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path, self.headers["apiKey"], parse_qs(form)))
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.type)
        self.send_header("Content-Length", str(len(self.server.body)))
        if 300 <= self.server.status < 400:
            self.send_header("Location", "http://127.0.0.1:9/call")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Quiet."""


@pytest.fixture
def company() -> Iterator[Company]:
    with Company() as company:
        thread = threading.Thread(target=company.serve_forever, args=(0.01,))
        thread.start()
        yield company
        company.shutdown()
        thread.join()


@pytest.fixture
def http() -> Iterator[CarrierHttp]:
    with closing(CarrierHttp(connect_s=1, read_s=2, pool=2)) as http:
        yield http


def voice_at(url: str, http: CarrierHttp, username: str = "sigap") -> AfricasTalkingVoice:
    return AfricasTalkingVoice(
        username=username, api_key="key", number=OURS, region="ID", voice_url=url, http=http
    )


@pytest.fixture
def voice(company: Company, http: CarrierHttp) -> AfricasTalkingVoice:
    return voice_at(f"http://127.0.0.1:{company.server_port}/", http)


def queued(status: str = "Queued", session: str = SESSION, error: str = "None") -> dict[str, Any]:
    entry = {"phoneNumber": THEIRS, "status": status, "sessionId": session}
    return {"entries": [entry], "errorMessage": error}


def test_a_call_is_placed_once_with_our_number_and_mark(company: Company, voice: VoiceGateway) -> None:
    company.answers(200, queued())
    assert voice.place_call(THEIRS, "call-17") == Accepted(SESSION)
    form = {"username": ["sigap"], "from": [OURS], "to": [THEIRS], "clientRequestId": ["call-17"]}
    assert company.asked == [("/call", "key", form)]


JSON = "application/json"
OUTCOMES: list[tuple[int, Any, str, CallOutcome | type]] = [
    (201, queued(), "application/json; charset=utf-8", Accepted(SESSION)),
    (200, queued(), "text/plain", Accepted(SESSION)),
    (200, queued(session="None"), JSON, Accepted("")),
    (200, queued(status="InvalidPhoneNumber", session="None"), JSON, Refused("InvalidPhoneNumber")),
    (200, queued(status="InsufficientCredit"), JSON, Refused("InsufficientCredit")),
    (200, {"entries": [], "errorMessage": "Invalid callerId"}, JSON, Refused("Invalid callerId")),
    (200, {"entries": [], "errorMessage": "None"}, JSON, Unknown),
    (200, {"entries": [{}]}, JSON, Unknown),
    (200, {"entries": ["Queued"]}, JSON, Unknown),
    (200, ["Queued"], JSON, Unknown),
    (200, b"<html>Welcome to our hotel network</html>", "text/html", Unknown),
    (500, b"oops", "text/plain", Unknown),
    (503, b"", "text/plain", Unknown),
    (401, b"The supplied authentication is invalid", "text/plain", Refused),
    (429, b"", "text/plain", Refused),
    (307, b"", "text/plain", Refused),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "content_type", "outcome"), OUTCOMES)
def test_each_answer_has_one_meaning_and_is_asked_for_once(
    company: Company,
    voice: VoiceGateway,
    status: int,
    body: Any,
    content_type: str,
    outcome: CallOutcome | type,
) -> None:
    company.answers(status, body, content_type)
    found = voice.place_call(THEIRS, "call-17")
    assert found == outcome or type(found) is outcome
    assert len(company.asked) == 1


def test_a_refusal_says_why(company: Company, voice: VoiceGateway) -> None:
    company.answers(401, b"The supplied authentication is invalid")
    refused = voice.place_call(THEIRS, "call-17")
    assert refused == Refused("the carrier answered 401: The supplied authentication is invalid")


def test_a_company_that_cannot_be_reached_was_sent_nothing(http: CarrierHttp) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    assert isinstance(voice_at(f"http://127.0.0.1:{port}", http).place_call(THEIRS, "call-17"), NotSent)


def test_the_sandbox_account_goes_where_the_setting_says(company: Company, http: CarrierHttp) -> None:
    company.answers(200, queued())
    sandbox = voice_at(f"http://127.0.0.1:{company.server_port}", http, username="sandbox")
    assert isinstance(sandbox.place_call(THEIRS, "call-17"), Accepted)


def test_the_lease_can_be_compared_with_the_longest_exchange(voice: VoiceGateway, http: CarrierHttp) -> None:
    assert voice.longest_s == http.longest_s


class Here:
    number = "+6274100000001"

    def sound(self, prompt: Prompt) -> str:
        return f"http://here/{prompt.clips[0]}"

    def step(self, step: Step) -> str:
        return f"http://here/{step.segment}"


def test_the_gateway_reads_and_answers_in_the_carriers_words(voice: VoiceGateway) -> None:
    event = voice.read_event({"callerNumber": "081200000001", "isActive": "1", "sessionId": SESSION})
    assert (event.carrier, event.caller.address, event.session) == ("africastalking", THEIRS, SESSION)
    body, content_type = voice.render((Say("Halo"),), Here())
    assert (content_type, b"<Say>Halo</Say>" in body) == ("application/xml", True)
