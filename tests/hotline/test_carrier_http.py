"""The transport against a real server on loopback that misbehaves in every way a carrier was seen to."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from hotline.carrier_http import (
    LONGEST_BODY,
    Answer,
    CarrierHttp,
    CarrierRefusedError,
    NotSentError,
    UnknownOutcomeError,
)

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Hangup(Exception):  # noqa: N818 - an end of the script, not a fault
    """The server closes the connection."""


class Line:
    """A server that takes one connection after the other and plays one script for each request on it."""

    def __init__(self, play: Callable[[socket.socket], None]) -> None:
        self.play = play
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/call"
        self.over, self.hung_up = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while not self.over.is_set():
            connection, _ = self.listener.accept()
            self.connections.append(connection)
            with connection, suppress(Hangup, OSError):
                while request := _read_request(connection):
                    self.requests.append(request)
                    self.play(connection)
            self.hung_up.set()

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.connections[-1].shutdown(socket.SHUT_RDWR)
        socket.create_connection(self.listener.getsockname()).close()
        self.thread.join(10)
        self.listener.close()


def _read_request(connection: socket.socket) -> bytes:
    request = connection.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    wanted = re.search(rb"Content-Length: (\d+)", head)
    while wanted and len(body) < int(wanted[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body if request else b""


@pytest.fixture
def http() -> Iterator[CarrierHttp]:
    with closing(CarrierHttp(connect_s=1, read_s=0.3, pool=2)) as one:
        yield one


@pytest.fixture
def line_of() -> Iterator[Callable[..., Line]]:
    lines: list[Line] = []

    def make(play: Callable[[socket.socket], None]) -> Line:
        lines.append(Line(play))
        return lines[-1]

    yield make
    for line in lines:
        line.close()


def says(words: bytes, *, then_close: bool = True) -> Callable[[socket.socket], None]:
    def play(connection: socket.socket) -> None:
        connection.sendall(words)
        if then_close:
            raise Hangup

    return play


def whole(status: str, body: bytes = b"", head: bytes = b"") -> Callable[[socket.socket], None]:
    length = b"Content-Length: %d\r\n" % len(body)
    return says(b"HTTP/1.1 " + status.encode() + b"\r\n" + head + length + b"\r\n" + body, then_close=False)


def drip(connection: socket.socket) -> None:
    """A byte every tenth of a second: each one in time, the whole never."""
    connection.sendall(JSON + b"Content-Length: 100\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        threading.Event().wait(0.1)
    raise Hangup


def silent(connection: socket.socket) -> None:
    """Takes the request and never answers: the client's hang-up ends it."""
    while connection.recv(65536):
        pass
    raise Hangup


UNKNOWN = {
    "silence after the request": silent,
    "closed after the request": says(b""),
    "cut after the headers": says(JSON + b"Content-Length: 50\r\n\r\n{"),
    "cut between two chunks": says(JSON + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"),
    "not HTTP at all": says(b"+OK pop3 ready\r\n\r\n"),
    "an impossible length": says(JSON + b"Content-Length: 1, 2\r\n\r\n{}"),
    "a byte now and then": drip,
    "a body without end": whole("200 OK", b"x" * (LONGEST_BODY + 1)),
    "500": whole("500 Internal Server Error", b"oops"),
    "502": whole("502 Bad Gateway"),
    "503": whole("503 Service Unavailable"),
}


@pytest.mark.parametrize("play", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_may_have_arrived_is_unknown(
    http: CarrierHttp, line_of: Callable[..., Line], play: Callable[[socket.socket], None]
) -> None:
    line = line_of(play)
    with pytest.raises(UnknownOutcomeError):
        http.request("POST", line.url, {}, {"to": "+6281200000001"})
    assert len(line.requests) == 1


REFUSED = {
    301: whole("301 Moved", head=b"Location: http://127.0.0.1:9/\r\n"),
    307: whole("307 Temporary Redirect", head=b"Location: http://127.0.0.1:9/\r\n"),
    400: whole("400 Bad Request"),
    401: whole("401 Unauthorized", b"The supplied authentication is invalid"),
    409: whole("409 Conflict"),
    429: whole("429 Too Many Requests"),
}


@pytest.mark.parametrize(("status", "play"), REFUSED.items(), ids=map(str, REFUSED))
def test_a_refusal_keeps_its_status_and_is_asked_once(
    http: CarrierHttp, line_of: Callable[..., Line], status: int, play: Callable[[socket.socket], None]
) -> None:
    line = line_of(play)
    with pytest.raises(CarrierRefusedError) as refusal:
        http.request("POST", line.url, {"apiKey": "secret"}, {})
    assert refusal.value.status == status
    assert len(line.requests) == 1


def test_a_refusal_keeps_its_words(http: CarrierHttp, line_of: Callable[..., Line]) -> None:
    with pytest.raises(CarrierRefusedError) as refusal:
        http.request("POST", line_of(REFUSED[401]).url, {})
    assert refusal.value.body == "The supplied authentication is invalid"


def test_a_refused_port_means_that_nothing_was_sent(http: CarrierHttp) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSentError):
        http.request("POST", f"http://127.0.0.1:{port}/call", {})


@pytest.mark.parametrize("url", ["", "call", "ftp://127.0.0.1/", "http://", "http://[::1/", "http://a b/"])
def test_an_address_that_is_none_sends_nothing(http: CarrierHttp, url: str) -> None:
    with pytest.raises(NotSentError):
        http.request("POST", url, {})


def test_a_name_that_does_not_resolve_sends_nothing(
    http: CarrierHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(NotSentError):
        http.request("POST", "http://carrier.invalid/call", {})


def test_plain_text_on_a_tls_port_is_not_called_unsent(
    http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(UnknownOutcomeError):
        http.request("POST", line.url.replace("http:", "https:"), {})


def test_the_answer_is_read_whole_and_the_connection_used_again(
    http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(whole("201 Created", b'{"a": 1}', b"Content-Type: application/json; charset=utf-8\r\n"))
    answers = [http.request("POST", line.url, {"apiKey": "k"}, {"to": "+62812"}) for _ in range(3)]
    assert answers == [Answer(201, b'{"a": 1}', "application/json; charset=utf-8")] * 3
    assert len(line.connections) == 1
    assert b"apiKey: k" in line.requests[0]
    assert line.requests[0].endswith(b"to=%2B62812")


def test_threads_share_the_connections(http: CarrierHttp, line_of: Callable[..., Line]) -> None:
    line = line_of(whole("200 OK", b"{}"))
    for _ in range(2):
        thread = threading.Thread(target=http.request, args=("GET", line.url, {}))
        thread.start()
        thread.join(10)
    assert (len(line.connections), len(line.requests)) == (1, 2)


def test_a_pooled_connection_that_the_peer_closed_is_replaced(
    http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
    for _ in range(2):
        assert http.request("POST", line.url, {}).body == b"{}"
        assert line.hung_up.wait(5)
    assert len(line.connections) == 2


def test_json_is_read_whatever_the_content_type() -> None:
    assert Answer(200, b'{"entries": []}', "text/plain").json() == {"entries": []}


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"{"])
def test_an_accepted_answer_that_is_no_json_is_unknown(body: bytes) -> None:
    with pytest.raises(UnknownOutcomeError):
        Answer(200, body, "application/json").json()


def test_the_longest_exchange_is_known_beforehand(http: CarrierHttp) -> None:
    assert http.longest_s == pytest.approx(1.6)
