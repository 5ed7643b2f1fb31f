"""The bell over a real queue server: it coalesces, never blocks, and comes back after anything."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest
from redis import Redis
from redis.exceptions import OutOfMemoryError, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from tests.support.eventually import eventually
from tests.support.processes import free_port
from tests.support.queue_server import QueueServer
from workers import queues
from workers.queues import QUEUE, WAITING_JOBS, RqWaker, heard, listen

AT_ONCE_S: Final = 1.0
"""Far below what a blocked ring would take, and far above a slow machine's moment."""


def waiting(server: QueueServer) -> int:
    with Redis.from_url(server.url) as connection:
        return Queue(QUEUE, connection=connection, serializer=JSONSerializer).count


@pytest.fixture(autouse=True)
def _short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "REST_S", 0.1)
    monkeypatch.setattr(queues, "AWAKE_S", 0.05)


@pytest.fixture
def listening(queue_server: QueueServer) -> Iterator[threading.Thread]:
    stop = threading.Event()
    heard.clear()
    thread = listen(queue_server.url, stop)
    yield thread
    stop.set()
    RqWaker(queue_server.url).ring()
    thread.join(20)
    assert not thread.is_alive()


def ring_until_one_waits(server: QueueServer) -> None:
    """A ring that takes too long is given up, and the next one comes when there is something to do."""
    waker = RqWaker(server.url)

    def rung() -> bool:
        waker.ring()
        return waiting(server) > 0

    eventually(rung, "a ring is there")


def is_heard(waker: RqWaker) -> None:
    heard.clear()
    waker.ring()
    eventually(heard.is_set, "the ring is heard")


def test_a_ring_is_heard_in_the_worker(queue_server: QueueServer, listening: threading.Thread) -> None:
    is_heard(RqWaker(queue_server.url))


def test_rings_that_nobody_hears_do_not_pile_up(queue_server: QueueServer) -> None:
    waker = RqWaker(queue_server.url)
    for _ in range(1000):
        waker.ring()
    eventually(lambda: waiting(queue_server) > 0, "a ring is there")
    for _ in range(20):
        waker.ring()
        time.sleep(0.02)
    assert waiting(queue_server) <= WAITING_JOBS


def test_nothing_stays_behind_in_the_queue_server(
    queue_server: QueueServer, listening: threading.Thread
) -> None:
    is_heard(RqWaker(queue_server.url))
    with Redis.from_url(queue_server.url) as connection:
        eventually(lambda: list(connection.scan_iter("rq:job:*")) == [], "the job is gone")
        assert list(connection.scan_iter("rq:results:*")) == []


def test_what_goes_over_the_wire_is_no_pickle(queue_server: QueueServer) -> None:
    ring_until_one_waits(queue_server)
    with Redis.from_url(queue_server.url) as connection:
        key = next(connection.scan_iter("rq:job:*"))
        assert b"workers.queues.ring" in b"".join(connection.hgetall(key).values())
        assert not any(value.startswith(b"\x80") for value in connection.hgetall(key).values())


def test_a_queue_server_that_was_emptied_rings_on(
    queue_server: QueueServer, listening: threading.Thread
) -> None:
    waker = RqWaker(queue_server.url)
    is_heard(waker)
    queue_server.flush()
    is_heard(waker)


def test_a_queue_server_that_is_emptied_in_the_middle_of_a_ring_is_said_in_one_line(
    queue_server: QueueServer,
    listening: threading.Thread,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queues, "AWAKE_S", 10)
    is_heard(RqWaker(queue_server.url))
    queue_server.flush()
    heard.clear()  # a round begins, and so the ring ends
    eventually(lambda: "a ring was not written off" in caplog.text, "it is said")
    assert "Traceback" not in caplog.text


def test_a_queue_server_that_was_killed_rings_again_when_it_is_back(
    queue_server: QueueServer, listening: threading.Thread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "rq.worker")
    waker = RqWaker(queue_server.url)
    is_heard(waker)
    for _ in range(2):
        queue_server.kill()
        waker.ring()
        queue_server.start()

        def rung_and_heard() -> bool:
            waker.ring()
            return heard.is_set()

        heard.clear()
        eventually(rung_and_heard, "the ring is heard again")


def test_a_queue_server_that_is_full_blocks_nobody_and_rings_again_when_there_is_room(
    queue_server: QueueServer, listening: threading.Thread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "rq.worker")
    waker = RqWaker(queue_server.url)
    is_heard(waker)
    with Redis.from_url(queue_server.url) as connection:
        connection.config_set("maxmemory", "1")
        with pytest.raises(OutOfMemoryError):
            connection.set("any", "thing")
        heard.clear()
        rings_at_once(waker)
        time.sleep(4 * queues.REST_S)
        assert not heard.is_set()
        connection.config_set("maxmemory", "0")

    def rung_and_heard() -> bool:
        waker.ring()
        return heard.is_set()

    eventually(rung_and_heard, "the ring is heard again")


def rings_at_once(waker: RqWaker) -> None:
    began = time.monotonic()
    for _ in range(100):
        waker.ring()
    assert time.monotonic() - began < AT_ONCE_S


@pytest.mark.parametrize(
    "url", ["unix:///nowhere/r.sock", "redis://127.0.0.1:1/0", "redis://queue.invalid:6379/0"]
)
def test_a_queue_server_that_is_not_there_blocks_nobody(url: str) -> None:
    rings_at_once(RqWaker(url))


def test_a_queue_server_that_says_nothing_blocks_nobody() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as silent:
        host, port = silent.getsockname()[:2]
        rings_at_once(RqWaker(f"redis://{host}:{port}/0"))


def test_a_worker_without_its_queue_server_goes_on_trying(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    thread = listen("unix:///nowhere/r.sock", stop)
    eventually(lambda: caplog.text.count("out of order") >= 2, "it has tried twice")
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("error", "with_stack"), [(RedisError(), False), (OSError(), False), (ValueError(), True)]
)
def test_a_queue_server_that_is_gone_is_said_without_a_stack(
    listening: threading.Thread, caplog: pytest.LogCaptureFixture, error: Exception, with_stack: bool
) -> None:
    said = logging.getLogger("rq.worker")
    eventually(lambda: said.filters, "RQ's own words are looked at")
    said.error("quitting", exc_info=error)
    assert [record.exc_info is not None for record in caplog.records if record.msg == "quitting"] == [
        with_stack
    ]


def test_a_bell_whose_thread_died_is_started_anew(queue_server: QueueServer) -> None:
    """As after a fork: the thread is known by name and does not run."""
    waker = RqWaker(queue_server.url)
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    waker._thread = dead

    def rung() -> bool:
        waker.ring()
        return waiting(queue_server) > 0

    eventually(rung, "a ring is there")


def test_the_job_is_found_by_its_dotted_name() -> None:
    heard.clear()
    queues.ring()
    assert heard.is_set()


def test_a_ring_lasts_until_the_worker_begins_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few wait while it is at work, and the one after it is heard at once."""
    monkeypatch.setattr(queues, "AWAKE_S", 10)
    heard.clear()
    job = threading.Thread(target=queues.ring)
    job.start()
    assert heard.wait(10)
    assert job.is_alive()
    heard.clear()
    job.join(5)
    assert not job.is_alive()
