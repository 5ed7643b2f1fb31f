"""As many threads ask somebody outside as are needed, and nothing of it is lost sight of before its end."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing

import pytest

from hotline.outbox import Claim, Kind
from tests.support.eventually import eventually
from workers import senders
from workers.senders import READY, WORTH_IT, Senders

HELD = Claim(1, Kind.SEND_TEXT, 1, 1)


class Rung:
    """Notes how often it was called."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def tell() -> Rung:
    return Rung()


@pytest.fixture
def pool(tell: Rung) -> Iterator[Senders]:
    with closing(Senders("asking", 10, 2, tell, Rung())) as made:
        yield made


@pytest.fixture
def go() -> threading.Event:
    return threading.Event()


def waiting(go: threading.Event, begun: list[int]) -> Callable[[], None]:
    """A task that notes who does it, and waits for an answer."""

    def keep() -> None:
        begun.append(threading.get_ident())
        go.wait(10)

    return keep


def test_where_answers_come_at_once_few_do_everything(pool: Senders, go: threading.Event) -> None:
    by, others = list[int](), list[int]()
    pool.put(waiting(go, by))
    pool.put(waiting(go, by))
    for _ in range(50):
        pool.put(lambda: others.append(threading.get_ident()))
    go.set()
    assert pool.wait(10)
    assert len(others) == 50
    assert len({*by, *others}) <= 2


def test_for_each_that_waits_for_an_answer_another_is_woken_up_to_the_most(
    pool: Senders, go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "HELD_UP_S", 0.0)
    begun = list[int]()
    for _ in range(30):
        pool.put(waiting(go, begun))

    def all_ask() -> bool:
        assert pool.look()
        return len(begun) == 10

    eventually(all_ask, "all threads ask")
    assert pool.look()
    assert len(set(begun)) == 10
    go.set()
    assert pool.wait(10)
    assert len(begun) == 30
    assert not pool.look()


def test_what_is_written_down_is_under_way_until_then(pool: Senders) -> None:
    written, broken, again = Future[None](), Future[None](), threading.Event()

    def keep() -> None:
        pool.follow(written, again.set)
        pool.follow(broken, again.set)

    pool.put(keep)
    assert not pool.wait(0.05)
    written.set_result(None)
    assert not pool.wait(0.05)
    assert not again.is_set()
    broken.set_exception(OSError())
    assert pool.wait(10)
    assert again.is_set()


def test_who_found_no_room_is_told_once_when_there_is_some(
    pool: Senders, tell: Rung, go: threading.Event
) -> None:
    wide = Senders("wide", 3 * READY, 1, tell, Rung())
    assert wide.room() == READY
    for _ in range(READY):
        wide.put(waiting(go, []))
    assert wide.room() == 0
    assert tell.times == 0
    go.set()
    wide.close()
    assert tell.times == 1
    assert wide.room() >= WORTH_IT


def test_an_end_that_is_told_twice_is_one(pool: Senders, go: threading.Event) -> None:
    begun = list[int]()
    for _ in range(2):
        pool.put(waiting(go, begun))
    eventually(lambda: len(begun) == 2, "both ask")
    go.set()
    eventually(lambda: len(pool._asleep) == 2, "both sleep")
    with pool._lock:  # nobody wakes in between
        threads = [threading.Thread(target=pool.close) for _ in range(2)]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(10)
    pool.close()
    assert pool._asleep == []


def test_what_has_not_begun_may_be_taken_out_if_somebody_claims_it(
    pool: Senders, go: threading.Event
) -> None:
    begun, prepared = list[int](), list[int]()
    for _ in range(2):
        pool.put(waiting(go, begun), [HELD])
    eventually(lambda: len(begun) == 2, "both ask")
    pool.put(waiting(go, begun), [HELD])
    pool.put(lambda: prepared.append(1))
    assert pool.withdraw() == [HELD]
    go.set()
    assert pool.wait(10)
    assert (len(begun), len(prepared)) == (2, 1)


def test_a_task_that_breaks_off_ends_no_thread(pool: Senders, caplog: pytest.LogCaptureFixture) -> None:
    done = list[int]()
    for at in range(6):
        pool.put(lambda at=at: done.append(1 // (at % 2)))  # type: ignore[misc]
    assert pool.wait(10)
    assert len(done) == 3
    assert caplog.text.count("a task broke off") == 3


def test_a_thread_that_has_nothing_to_do_ends_and_another_begins(
    pool: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "IDLE_S", 0.01)

    def named() -> int:
        return sum(thread.name == "asking" for thread in threading.enumerate())

    for _ in range(2):
        pool.put(lambda: None)
        assert pool.wait(10)
        eventually(lambda: named() == 0, "it has ended")
