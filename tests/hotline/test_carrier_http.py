"""The transport against a real server on loopback that misbehaves in every way a carrier was seen to."""

import gzip
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pycurl
import pytest
import trustme

from hotline import carrier_http, curl_handle
from hotline.carrier_http import (
    Answer,
    CarrierHttp,
    CarrierRefusedError,
    NotSentError,
    UnknownOutcomeError,
)
from hotline.curl_handle import LONGEST_BODY

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Hangup(Exception):  # noqa: N818 - an end of the script, not a fault
    """The server closes the connection."""


class Line:
    """A server that takes one connection after the other and plays one script for each request on it."""

    def __init__(self, play: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> None:
        self.play, self.tls = play, tls
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.listener.getsockname()[1]}/call"
        self.over, self.hung_up = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while not self.over.is_set() and self.listener.fileno() >= 0:
            connection, _ = self.listener.accept()
            self.connections.append(connection)
            with suppress(Hangup, OSError), self._secured(connection) as secured:
                while request := _read_request(secured):
                    self.requests.append(request)
                    self.play(secured)
            self.hung_up.set()

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection

    def close(self) -> None:
        self.over.set()
        with suppress(OSError, IndexError):
            self.connections[-1].shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
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
    with closing(CarrierHttp(connect_s=0.3, read_s=0.3, pool=2)) as one:
        yield one


@pytest.fixture
def line_of() -> Iterator[Callable[..., Line]]:
    lines: list[Line] = []

    def make(play: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Line:
        lines.append(Line(play, tls))
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


PACKED = b"Content-Encoding: gzip\r\n"
UNKNOWN = {
    "silence after the request": silent,
    "closed after the request": says(b""),
    "cut after the headers": says(JSON + b"Content-Length: 50\r\n\r\n{"),
    "cut between two chunks": says(JSON + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"),
    "not HTTP at all": says(b"+OK pop3 ready\r\n\r\n"),
    "an impossible length": says(JSON + b"Content-Length: 1, 2\r\n\r\n{}"),
    "a byte now and then": drip,
    "a body without end": whole("200 OK", b"x" * (LONGEST_BODY + 1)),
    "a body without end, packed": whole("200 OK", gzip.compress(bytes(LONGEST_BODY + 1)), PACKED),
    "packed as nobody can unpack it": whole("200 OK", b"{}", b"Content-Encoding: pack200-gzip\r\n"),
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


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("there_is_a_listener", [True, False])
@pytest.mark.parametrize("end", [lambda _: None, reset], ids=["closed", "reset"])
@pytest.mark.parametrize(
    ("method", "data"), [("POST", {"to": "+6281200000001"}), ("POST", None), ("GET", None)]
)  # fmt: skip
def test_what_was_asked_on_a_kept_connection_is_asked_once_though_it_ends_without_an_answer(
    http: CarrierHttp,
    line_of: Callable[..., Line],
    method: str,
    data: dict[str, str] | None,
    end: Callable[[socket.socket], None],
    there_is_a_listener: bool,
) -> None:
    """libcurl takes such a connection for one that had died long ago, and repeats the request on a new one;
    where none can be made, its reason is that there is no connection.
    """

    def play(connection: socket.socket) -> None:
        if len(line.requests) != 2:
            return whole("200 OK", b"{}")(connection)
        if not there_is_a_listener:
            line.listener.close()
        end(connection)
        raise Hangup

    line = line_of(play)
    assert http.request(method, line.url, {}, data).body == b"{}"
    with pytest.raises(UnknownOutcomeError):
        http.request(method, line.url, {}, data)
    if there_is_a_listener:
        http.request("GET", f"{line.url}/what-came-before-was-read", {})
    assert len(line.requests) == 2 + there_is_a_listener
    assert len(line.connections) <= 3


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


def test_a_name_that_does_not_resolve_sends_nothing(http: CarrierHttp) -> None:
    """One that is too long for any name server to be asked."""
    with pytest.raises(NotSentError):
        http.request("POST", f"http://{'a' * 64}.invalid/call", {})


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\r\n "])
def test_a_header_that_would_begin_another_line_sends_nothing(
    http: CarrierHttp, line_of: Callable[..., Line], end: str
) -> None:
    line = line_of(whole("200 OK"))
    for name, value in (("apiKey", f"k{end}Host: elsewhere"), (f"apiKey{end}Host", "elsewhere")):
        with pytest.raises(NotSentError) as fault:
            http.request("POST", line.url, {name: value}, {"to": "+6281200000001"})
        assert "elsewhere" not in str(fault.value)
    assert line.requests == []


def test_nothing_of_the_environment_nor_of_the_address_tells_whom_to_ask_and_who_asks(
    http: CarrierHttp, line_of: Callable[..., Line], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("default login somebody password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    line = line_of(whole("200 OK", b"{}", b"Set-Cookie: a=b\r\n"))
    for _ in range(2):
        http.request("POST", line.url.replace("//", "//somebody:secret@"), {"apiKey": "k"}, {"to": "1"})
    assert {line.split(b":")[0] for line in line.requests[1].split(b"\r\n\r\n")[0].splitlines()} == {
        b"POST /call HTTP/1.1", b"Host", b"Accept", b"Accept-Encoding", b"apiKey", b"Content-Type",
        b"Content-Length",
    }  # fmt: skip


def test_plain_text_on_a_tls_port_is_not_called_unsent(
    http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(UnknownOutcomeError):
        http.request("POST", line.url.replace("http:", "https:"), {})


@pytest.fixture
def secured() -> Iterator[tuple[str, ssl.SSLContext]]:
    """An authority, as a file, and a server's context with its certificate for 127.0.0.1."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with authority.cert_pem.tempfile() as known:
        yield known, context


def test_over_tls_a_connection_is_kept_and_one_that_ended_replaced(
    secured: tuple[str, ssl.SSLContext],
    line_of: Callable[..., Line],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, context = secured
    monkeypatch.setattr(curl_handle, "SETTINGS", (*curl_handle.SETTINGS, (pycurl.CAINFO, known)))

    def play(connection: socket.socket) -> None:
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", then_close=len(line.requests) > 1)(connection)

    line = line_of(play, context)
    with closing(CarrierHttp(connect_s=1, read_s=1, pool=1)) as http:
        for _ in range(2):
            http.request("POST", line.url, {}, {"to": "1"})
        assert (len(line.connections), line.hung_up.wait(5)) == (1, True)
        http.request("POST", line.url, {}, {"to": "1"})
        with pytest.raises(NotSentError, match="certificate"):
            http.request("POST", line.url.replace("127.0.0.1", "localhost"), {}, {"to": "1"})
    assert len(line.requests) == 3


def test_a_certificate_that_nobody_known_signed_sends_nothing(
    secured: tuple[str, ssl.SSLContext], http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(whole("200 OK"), secured[1])
    with pytest.raises(NotSentError, match="certificate"):
        http.request("POST", line.url, {}, {"to": "1"})
    assert line.requests == []


def test_the_answer_is_read_whole_and_the_connection_used_again(
    http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(whole("201 Created", b'{"a": 1}', b"Content-Type: application/json; charset=utf-8\r\n"))
    answers = [http.request("POST", line.url, {"apiKey": "k"}, {"to": "+62812"}) for _ in range(3)]
    assert answers == [Answer(201, b'{"a": 1}', "application/json; charset=utf-8")] * 3
    assert len(line.connections) == 1
    assert b"apiKey: k" in line.requests[0]
    assert line.requests[0].endswith(b"to=%2B62812")


def test_a_packed_answer_is_unpacked(http: CarrierHttp, line_of: Callable[..., Line]) -> None:
    line = line_of(whole("200 OK", gzip.compress(b'{"a": 1}'), PACKED))
    assert http.request("GET", line.url, {}).json() == {"a": 1}


def test_a_long_form_is_sent_whole_without_asking_whether_it_may(
    http: CarrierHttp, line_of: Callable[..., Line]
) -> None:
    line = line_of(whole("200 OK", b"{}"))
    http.request("POST", line.url, {}, {"message": "x" * (1 << 21)})
    http.request("GET", line.url, {}, params={"lastReceivedId": "0"})
    assert len(line.requests[0].partition(b"\r\n\r\n")[2]) == len("message=") + (1 << 21)
    assert line.requests[1].startswith(b"GET /call?lastReceivedId=0 HTTP/1.1\r\n")
    assert line.requests[1].endswith(b"\r\n\r\n")


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
    """However soon, however often, and whomever else was asked in between."""
    lines = [line_of(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) for _ in range(2)]
    for line in (*lines[:1] * 30, *lines * 5):
        line.hung_up.clear()
        assert http.request("POST", line.url, {}, {"to": "1"}).body == b"{}"
        assert line.hung_up.wait(5)
    assert [len(line.connections) for line in lines] == [35, 5]


def test_what_was_kept_for_a_busy_hour_is_closed_after_it(
    http: CarrierHttp, line_of: Callable[..., Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are asked at once; then the one that answered last is asked again, much later."""
    both, first_is_done = threading.Barrier(2), threading.Event()

    def play(connection: socket.socket) -> None:
        if not first_is_done.is_set():
            both.wait(5)
        if connection.getsockname() == last.listener.getsockname():
            assert first_is_done.wait(5)
        whole("200 OK", b"{}")(connection)

    first, last = line_of(play), line_of(play)
    threads = [threading.Thread(target=http.request, args=("GET", line.url, {})) for line in (first, last)]
    for thread in threads:
        thread.start()
    threads[0].join(10)
    first_is_done.set()
    threads[1].join(10)
    assert not first.hung_up.is_set()
    monkeypatch.setattr(carrier_http, "IDLE_S", 0.0)
    http.request("GET", last.url, {})
    assert first.hung_up.wait(5)
    assert len(last.connections) == 1


def test_json_is_read_whatever_the_content_type() -> None:
    assert Answer(200, b'{"entries": []}', "text/plain").json() == {"entries": []}


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"{"])
def test_an_accepted_answer_that_is_no_json_is_unknown(body: bytes) -> None:
    with pytest.raises(UnknownOutcomeError):
        Answer(200, body, "application/json").json()


def test_the_longest_exchange_is_known_beforehand(http: CarrierHttp) -> None:
    assert http.longest_s == pytest.approx(0.6)
