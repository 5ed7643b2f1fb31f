"""The door as WSGI: what is kept, what is answered, what never gets in."""

import hashlib
import io
import logging
from collections.abc import Iterable
from typing import Any

import pytest

from hotline.door import LIMIT, LONGEST, Door, Shelf, is_known
from hotline.keeping import NotKeptError
from hotline.one_core import Cores
from hotline.spool import Incoming
from tests.support.still_clock import NOON

TOKEN = "t" * 32
OLD_TOKEN = "o" * 32


class FakeKeeper:
    """Remembers what it was given; refuses where told to."""

    def __init__(self) -> None:
        self.entries: list[Incoming] = []
        self.started = 0
        self.refuses = False
        self.cores = Cores()

    def start(self) -> None:
        self.started += 1

    def keep(self, entry: Incoming) -> None:
        if self.refuses:
            raise NotKeptError("nothing takes it")
        self.entries.append(entry)


class Answer:
    """What a WSGI application answered."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        self.body = b""

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


class Stream(io.BytesIO):
    """A body that arrives in pieces and may break off."""

    def __init__(self, content: bytes, piece: int = 1000, *, breaks: bool = False) -> None:
        super().__init__(content)
        self.piece = piece
        self.breaks = breaks

    def read(self, size: int | None = -1) -> bytes:
        more = super().read(self.piece if size is None or size < 0 else min(size, self.piece))
        if not more and self.breaks:
            raise ConnectionResetError("the sender is gone")
        return more


def inside(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("418 Inside", [])
    return [environ["PATH_INFO"].encode()]


def key_of(body: bytes, content_type: str) -> str:
    if body == b"bug":
        raise RecursionError("too deep")
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def keeper() -> FakeKeeper:
    return FakeKeeper()


@pytest.fixture
def door(keeper: FakeKeeper) -> Door:
    shelves = {("sms", "inbound"): Shelf("sms.inbound", key_of)}
    return Door(inside, keeper, [TOKEN, OLD_TOKEN], shelves, lambda: NOON)  # type: ignore[arg-type]


def ask(
    door: Door,
    body: bytes | Stream = b"",
    *,
    path: str = f"/sms/{TOKEN}/inbound",
    method: str = "POST",
    length: str | None = None,
    **environ: str,
) -> Answer:
    answer = Answer()
    stream = body if isinstance(body, Stream) else Stream(body)
    if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
        length = str(len(stream.getvalue()))
    given: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": stream, **environ}
    if length is not None:
        given["CONTENT_LENGTH"] = length
    answer.body = b"".join(door(given, answer.start))
    return answer


def test_a_callback_is_kept_byte_for_byte(door: Door, keeper: FakeKeeper) -> None:
    answer = ask(door, b"from=%2B62&text=\x00\xff", CONTENT_TYPE="application/x-www-form-urlencoded")
    assert (answer.status, answer.body) == ("200 OK", b"OK")
    entry = keeper.entries[0]
    assert entry.body == b"from=%2B62&text=\x00\xff"
    assert (entry.kind, entry.received_at, entry.cut) == ("sms.inbound", NOON, False)
    assert entry.content_type == "application/x-www-form-urlencoded"
    assert entry.key == key_of(entry.body, "")


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_while_tokens_rotate_both_open(door: Door, token: str) -> None:
    assert ask(door, path=f"/sms/{token}/inbound").status == "200 OK"


@pytest.mark.parametrize(
    "token", ["", "x", TOKEN[:-1], TOKEN + "t", TOKEN.upper(), "é" * 32, "\udce9" * 32, f"{TOKEN} "]
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_unknown_token_finds_nothing(door: Door, keeper: FakeKeeper, token: str, method: str) -> None:
    assert ask(door, b"x", path=f"/sms/{token}/inbound", method=method).status == "404 Not Found"
    assert keeper.entries == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_a_post_brings_something(door: Door, keeper: FakeKeeper, method: str) -> None:
    answer = ask(door, method=method)
    assert (answer.status, answer.headers["Allow"]) == ("405 Method Not Allowed", "POST")
    assert keeper.entries == []


def test_a_slash_too_many_in_the_carriers_settings_loses_no_report(door: Door, keeper: FakeKeeper) -> None:
    assert ask(door, b"x", path=f"/sms/{TOKEN}/inbound/").status == "200 OK"
    assert len(keeper.entries) == 1


@pytest.mark.parametrize(
    "path",
    ["", "/", "/login", f"/sms/{TOKEN}", f"/sms/{TOKEN}/other", f"/sms/{TOKEN}/inbound/x", f"//sms/{TOKEN}"],
)
def test_everything_else_goes_inside(door: Door, keeper: FakeKeeper, path: str) -> None:
    assert ask(door, path=path).status == "418 Inside"
    assert keeper.entries == []


def test_the_first_request_of_any_kind_wakes_the_spool(door: Door, keeper: FakeKeeper) -> None:
    ask(door, path="/healthz", method="GET")
    assert keeper.started == 1


@pytest.mark.parametrize(
    ("size", "kept", "cut"),
    [
        (0, 0, False),
        (1, 1, False),
        (LIMIT, LIMIT, False),
        (LIMIT + 1, LIMIT, True),
        (3 * LIMIT, LIMIT, True),
        (LONGEST + LIMIT, LIMIT, True),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_body_is_cut_and_flagged_and_never_refused(
    door: Door, keeper: FakeKeeper, size: int, kept: int, cut: bool, chunked: bool
) -> None:
    how = {"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}
    assert ask(door, Stream(b"x" * size, piece=65536), **how).status == "200 OK"
    assert len(keeper.entries[0].body) == kept
    assert keeper.entries[0].cut is cut


@pytest.mark.parametrize("breaks", [False, True])
def test_what_came_before_the_sender_broke_off_is_kept_and_flagged(
    door: Door, keeper: FakeKeeper, breaks: bool
) -> None:
    ask(door, Stream(b"from=%2B62&text=tol", breaks=breaks), length="500")
    assert keeper.entries[0].body == b"from=%2B62&text=tol"
    assert keeper.entries[0].cut


@pytest.mark.parametrize("length", ["", "x", "-1", "²", "1e3"])
def test_a_length_that_is_none_is_no_traceback(door: Door, keeper: FakeKeeper, length: str) -> None:
    assert ask(door, b"", length=length).status == "200 OK"
    assert keeper.entries[0].body == b""


def test_a_bug_in_finding_the_key_loses_no_report(door: Door, keeper: FakeKeeper) -> None:
    assert ask(door, b"bug").status == "200 OK"
    assert ask(door, b"bug").status == "200 OK"
    assert len({entry.key for entry in keeper.entries}) == 2


def test_when_nothing_takes_it_the_carrier_shall_come_again(door: Door, keeper: FakeKeeper) -> None:
    keeper.refuses = True
    answer = ask(door, b"x")
    assert (answer.status, answer.headers["Retry-After"]) == ("503 Service Unavailable", "5")


def test_the_token_never_gets_into_a_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask(door, b"bug")
    ask(door, path="/sms/wrong/inbound")
    assert TOKEN not in caplog.text
    assert "wrong" not in caplog.text


def test_every_token_is_compared() -> None:
    compared: list[bytes] = []

    def tokens() -> Iterable[bytes]:
        for token in (b"a" * 32, b"b" * 32, b"c" * 32):
            compared.append(token)
            yield token

    assert is_known("a" * 32, tokens())
    assert len(compared) == 3
    assert not is_known("a" * 32, [])
