"""Recordings come from where the settings say, are sounds of a bearable size, and go after their days."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import undefer

from hotline.domain.recording import RecordingState
from hotline.models import Incident, Recording
from hotline.outbox import Kind
from hotline.verification import reject
from ivr.recordings import (
    LARGEST,
    Fetched,
    Fetching,
    FetchOutcome,
    NeverSafe,
    NotListed,
    NotYet,
    forget_recording,
)
from tests.support.desk import OPERATOR
from tests.support.sms_carrier import HANG_UP, CarrierServer, http
from tests.support.voice import Exchange
from workers.drain import Drain
from workers.keepers import Keepers

WAV = b"RIFF\x04\x00\x00\x00WAVEsound"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00sound"
HOSTS = ("voice.example", "https://voice.example:8443", "http://10.1.2.3:8080")


@pytest.fixture
def carrier() -> Iterator[CarrierServer]:
    server = CarrierServer()
    yield server
    server.close()


def fetch(carrier: CarrierServer, raw: bytes) -> FetchOutcome:
    """One attempt at a sound that is answered like this, from a host on the list."""
    carrier.reply(raw)
    return Fetching((carrier.url,), at_home=True).perform(f"{carrier.url}/7.mp3")


@pytest.mark.parametrize(
    "url",
    [
        "http://voice.example/7.mp3",
        "https://voice.example:9000/7.mp3",
        "https://evil.example/7.mp3",
        "https://voice.example.evil.example/7.mp3",
        "https://evil.example/voice.example/7.mp3",
        "https://voice.example@evil.example/7.mp3",
        "https://evil.example\\@voice.example/7.mp3",
        "https://someone:secret@voice.example/7.mp3",
        "http://10.1.2.3/7.mp3",
        "https://10.1.2.3:8080/7.mp3",
        "ftp://voice.example/7.mp3",
        "file:///etc/passwd",
        "gopher://voice.example/7",
        "//voice.example/7.mp3",
        "voice.example/7.mp3",
        "http://[::1/7.mp3",
        "https://[voice.example/7.mp3",
        "https://voice.example:port/7.mp3",
        "x" * 400,
        "",
    ],
)
def test_a_host_that_is_not_on_the_list_is_never_asked(url: str) -> None:
    outcome = Fetching(HOSTS, at_home=False).perform(url)
    assert isinstance(outcome, NotListed)
    assert "HOTLINE_RECORDING_HOSTS" in outcome.reason


@pytest.mark.parametrize(
    "url",
    [
        "https://voice.example/7.mp3",
        "https://voice.example:443/7.mp3",
        "https://VOICE.example:8443/7.mp3",
        "http://10.1.2.3:8080/7.mp3",
    ],
)
def test_a_host_on_the_list_is_asked_in_the_way_that_the_list_says(url: str) -> None:
    fetching = Fetching(HOSTS, at_home=False)
    assert fetching._allowed(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.1.2.3", "169.254.169.254", "[::ffff:127.0.0.1]"],
)
def test_an_inside_address_is_not_asked_even_where_the_list_has_it(carrier: CarrierServer, host: str) -> None:
    place = f"http://{host}:{carrier.url.rsplit(':', 1)[1]}"
    carrier.reply(http(200, WAV))
    outcome = Fetching((place,), at_home=False).perform(f"{place}/7.mp3")
    assert outcome == NotYet("the host's address is not a public one")


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (WAV, "audio/wav"),
        (MP3, "audio/mpeg"),
        (b"\xff\xfb\x90\x00sound", "audio/mpeg"),
        (b"\xff\xf3\x90\x00sound", "audio/mpeg"),
    ],
)
def test_a_sound_is_known_by_its_first_bytes_whatever_it_is_called(
    carrier: CarrierServer, sound: bytes, kind: str
) -> None:
    assert fetch(carrier, http(200, sound, "text/html")) == Fetched(sound, kind)


@pytest.mark.parametrize(
    "body",
    [b"<html>log in</html>", b"RIFF\x04\x00\x00\x00AVI sound", b"MZ\x90\x00", b"OggS\x00", b"RIFF"],
)
def test_what_is_no_sound_is_never_taken(carrier: CarrierServer, body: bytes) -> None:
    assert fetch(carrier, http(200, body, "audio/mpeg")) == NeverSafe("not a sound by its first bytes")


def test_a_sound_without_end_is_given_up(carrier: CarrierServer) -> None:
    outcome = fetch(carrier, http(200, WAV + bytes(LARGEST)))
    assert outcome == NeverSafe("larger than 20 MB")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (http(404, b"not there yet", "text/plain"), "HTTP 404"),
        (http(500, b"", "text/plain"), "HTTP 500"),
        (http(200, b"", "audio/mpeg"), "nothing in it yet"),
        (http(302, b"", "text/plain", "Location: http://127.0.0.1:1/other.mp3"), "HTTP 302"),
        (HANG_UP, "ConnectionError"),
        (b"nonsense", "ConnectionError"),
        (b"HTTP/1.1 200 X\r\nContent-Length: 500\r\n\r\n" + WAV, "ProtocolError"),
    ],
)
def test_whatever_may_be_better_later_is_asked_for_again(
    carrier: CarrierServer, raw: bytes, reason: str
) -> None:
    assert fetch(carrier, raw) == NotYet(reason)


def test_nobody_listening_is_asked_again_too(carrier: CarrierServer) -> None:
    carrier.close()
    outcome = Fetching((carrier.url,), at_home=True).perform(f"{carrier.url}/7.mp3")
    assert isinstance(outcome, NotYet)


@pytest.mark.parametrize(
    ("greeting", "drop"),
    [
        (b"HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n" + WAV, b"R"),
        (b"HTTP/1.1 200 X\r\n\r\n" + WAV, b"R"),
        (b"HTTP/1.1 200 X\r\n", b"X-More: yes\r\n"),
        (b"", b"H"),
    ],
    ids=["its sound", "a sound of no known length", "its headers", "its first line"],
)
def test_who_sends_byte_by_byte_holds_the_worker_only_for_a_while(greeting: bytes, drop: bytes) -> None:
    """And what came until then is not taken for the whole."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line, suppress(OSError):
                line.recv(4096)
                line.sendall(greeting)
                while not over.wait(0.02):
                    line.sendall(drop)

        dripping = threading.Thread(target=drip)
        dripping.start()
        host = f"http://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        outcome = Fetching((host,), at_home=True, longest_s=0.2).perform(f"{host}/7.mp3")
        took = time.monotonic() - began
        over.set()
        dripping.join(10)
    assert outcome == NotYet("too slow")
    assert took < 1.5


class Fetchers:
    """The real worker's fetching, from a carrier that a test makes up."""

    def __init__(self, exchange: Exchange, carrier: CarrierServer, *hosts: str) -> None:
        self.exchange = exchange
        fetching = Fetching(hosts or (carrier.url,), at_home=True)
        keepers = Keepers({Kind.FORGET_RECORDING: forget_recording}, {Kind.FETCH_RECORDING: fetching})
        self.drain = Drain(exchange.desk.runtime, keepers)
        self.days = exchange.desk.runtime.playbook.retention["recordings"].days

    def reject(self) -> None:
        """Ends the case."""
        with self.exchange.desk.work() as work:
            reject(work, self.exchange.desk.incident().id, "NOT_FOUND", "", OPERATOR)

    def hold(self, *, on: bool) -> None:
        """Nothing of the case may be deleted, or may be again."""
        with self.exchange.desk.work() as work:
            work.session.get_one(Incident, self.exchange.desk.incident().id).legal_hold = on

    def after(self, **length: float) -> Recording:
        """The recording, once so much more time has gone by and what was due is done."""
        self.exchange.desk.clock.advance(**length)
        self.drain.until_idle()
        with self.exchange.desk.runtime.reading() as session:
            return session.scalars(select(Recording).options(undefer(Recording.sound))).one()


@pytest.fixture
def fetchers(any_exchange: Exchange, carrier: CarrierServer) -> Iterator[Fetchers]:
    phone = any_exchange.dial().press("2").press("3").press("7#").record(f"{carrier.url}/7.mp3")
    phone.hang_up(42, recordingUrl=f"{carrier.url}/7.mp3")
    found = Fetchers(any_exchange, carrier)
    yield found
    found.drain.close()


def test_a_recording_that_comes_late_is_kept_and_goes_after_the_programmes_days(
    fetchers: Fetchers, carrier: CarrierServer
) -> None:
    carrier.reply(http(404, b"", "text/plain"))
    assert (found := fetchers.after(seconds=1)).state is RecordingState.WANTED
    assert found.problem == "HTTP 404"
    fetchers.after(hours=3)
    carrier.reply(http(200, WAV))
    found = fetchers.after(hours=2)
    assert (found.state, found.sound, found.content_type) == (RecordingState.FETCHED, WAV, "audio/wav")
    assert fetchers.exchange.desk.log()[-1].kind == "recording"
    assert fetchers.after(days=400).sound == WAV, "a case that is open keeps its sound"
    fetchers.reject()
    assert fetchers.after(days=fetchers.days - 1).sound == WAV
    gone = fetchers.after(days=2)
    assert (gone.state, gone.sound) == (RecordingState.FORGOTTEN, None)


@contextmanager
def full(fetchers: Fetchers) -> Iterator[None]:
    """The database's disk takes no more: on SQLite no page, on PostgreSQL, whose disk all tests share, no
    sound.
    """
    engine = fetchers.exchange.desk.runtime.engine
    if engine.dialect.name == "sqlite":
        with _pages(engine, 1):
            yield
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE recording ADD CONSTRAINT no_room CHECK (sound IS NULL)")
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE recording DROP CONSTRAINT no_room")


@contextmanager
def _pages(engine: Engine, most: int) -> Iterator[None]:
    """Every connection may have the file grow to so many pages, or to what it has."""

    def limit(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")

    engine.dispose()
    event.listen(engine, "checkout", limit)
    yield
    event.remove(engine, "checkout", limit)
    engine.dispose()


def test_a_recording_for_which_there_is_no_room_is_fetched_again_when_there_is(
    fetchers: Fetchers, carrier: CarrierServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.drain.RECORD_AGAIN_S", ())
    carrier.reply(http(200, WAV + bytes(200_000)))
    with full(fetchers):
        found = fetchers.after(seconds=1)
    assert (found.state, found.sound) == (RecordingState.WANTED, None)
    assert found.url.startswith(carrier.url)
    assert fetchers.after(hours=1).state is RecordingState.FETCHED


def test_what_must_not_be_deleted_is_not(fetchers: Fetchers, carrier: CarrierServer) -> None:
    carrier.reply(http(200, WAV))
    fetchers.after(seconds=1)
    fetchers.reject()
    fetchers.hold(on=True)
    assert fetchers.after(days=fetchers.days * 3).sound == WAV
    fetchers.hold(on=False)
    assert fetchers.after(days=2).state is RecordingState.FORGOTTEN


def test_a_recording_without_a_case_goes_after_the_days_too(
    any_exchange: Exchange, carrier: CarrierServer
) -> None:
    """A talk that was recorded, and of which nobody made a case."""
    phone = any_exchange.dial().joined().hang_up(60, recordingUrl=f"{carrier.url}/7.mp3")
    assert phone.call.incident_id is None
    carrier.reply(http(200, WAV))
    fetchers = Fetchers(any_exchange, carrier)
    assert fetchers.after(seconds=1).sound == WAV
    assert fetchers.after(days=fetchers.days + 1).state is RecordingState.FORGOTTEN
    fetchers.drain.close()


def test_after_a_day_the_desk_is_told_that_it_is_lost(fetchers: Fetchers, carrier: CarrierServer) -> None:
    carrier.reply(http(404, b"", "text/plain"))
    for _ in range(23):
        assert fetchers.after(hours=1).state is RecordingState.WANTED
    assert fetchers.after(hours=2).state is RecordingState.LOST
    assert fetchers.exchange.desk.log()[-1].kind == "recording_lost"
    carrier.reply(http(200, WAV))
    assert fetchers.after(hours=2).state is RecordingState.LOST


def test_one_that_is_no_sound_is_refused_once_and_the_case_says_why(
    fetchers: Fetchers, carrier: CarrierServer
) -> None:
    carrier.reply(http(200, b"<html>"))
    found = fetchers.after(seconds=1)
    assert (found.state, found.sound) == (RecordingState.REFUSED, None)
    line = fetchers.exchange.desk.log()[-1]
    assert (line.kind, line.words) == ("recording_refused", "not a sound by its first bytes")


def test_one_from_a_host_that_nobody_named_is_said_at_once_and_taken_when_it_is_named_within_a_day(
    exchange: Exchange, carrier: CarrierServer
) -> None:
    exchange.dial().press("2").record(f"{carrier.url}/7.mp3").hang_up()
    unnamed, named = Fetchers(exchange, carrier, "voice.example"), Fetchers(exchange, carrier)
    assert unnamed.after(seconds=1).state is RecordingState.WANTED
    unnamed.after(hours=1)
    told = [line.words for line in exchange.desk.log() if line.kind == "recording_refused"]
    assert ["HOTLINE_RECORDING_HOSTS" in words for words in told] == [True]
    carrier.reply(http(200, WAV))
    assert named.after(hours=1).sound == WAV
    for each in (unnamed, named):
        each.drain.close()


def test_one_from_a_host_that_nobody_ever_named_is_given_up_after_a_day(
    exchange: Exchange, carrier: CarrierServer
) -> None:
    exchange.dial().press("2").record(f"{carrier.url}/7.mp3").hang_up()
    fetchers = Fetchers(exchange, carrier, "voice.example")
    fetchers.after(seconds=1)
    assert fetchers.after(hours=25).state is RecordingState.REFUSED
    fetchers.drain.close()


def test_the_attempts_grow_rarer_and_stay_within_an_hour(fetchers: Fetchers) -> None:
    fetching = Fetching(("voice.example",), at_home=False)
    pauses = []
    for attempt in (1, 2, 3, 4, 5, 6, 7, 40):
        with fetchers.exchange.desk.work() as work:
            later = fetching.record(work, 1, NotYet("HTTP 404"), attempt)
            assert later is not None
            pauses.append(later.due_at - work.now)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=5), timedelta(hours=1))
