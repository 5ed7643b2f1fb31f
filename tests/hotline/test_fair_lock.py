"""Whoever waits longest is next, and who gives up leaves no gap."""

import threading
import time

from hotline.fair_lock import FairLock
from tests.support.eventually import eventually

NO_TIME = 0.01


def test_it_is_handed_on_in_the_order_of_asking() -> None:
    lock, order = FairLock(), list[int]()
    assert lock.acquire(NO_TIME)

    def wait(number: int) -> None:
        if lock.acquire(10):
            order.append(number)
            lock.release()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        eventually(lambda number=number: len(lock._waiting) == number + 1, "it stands in the line")  # type: ignore[misc]
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(5))


def test_one_who_asks_again_at_once_is_behind_those_who_wait() -> None:
    lock, had = FairLock(), threading.Event()
    assert lock.acquire(NO_TIME)

    def wait() -> None:
        assert lock.acquire(10)
        had.set()
        lock.release()

    other = threading.Thread(target=wait)
    other.start()
    eventually(lambda: len(lock._waiting) == 1, "it stands in the line")
    lock.release()
    assert lock.acquire(10)
    assert had.is_set()
    other.join()


def test_who_is_in_a_hurry_stands_before_the_others() -> None:
    lock, order = FairLock(), list[str]()
    assert lock.acquire(NO_TIME)
    assert not lock.hurry(), "nobody is in a hurry"

    def wait(name: str, hurried: bool) -> None:
        assert lock.acquire(10, hurried=hurried)
        order.append(name)
        lock.release()

    threads = [threading.Thread(target=wait, args=each) for each in (("calm", False), ("hurried", True))]
    for waiting, thread in enumerate(threads, 1):
        thread.start()
        eventually(
            lambda waiting=waiting: len(lock._waiting) + len(lock._hurried) == waiting,  # type: ignore[misc]
            "it stands in the line",
        )
    assert lock.is_hurried()
    assert lock.hurry()
    for thread in threads:
        thread.join()
    assert order == ["hurried", "calm"]
    assert not lock.is_hurried()


def test_who_gives_up_is_not_waited_for() -> None:
    lock = FairLock()
    assert lock.acquire(NO_TIME)
    assert not lock.acquire(NO_TIME)
    lock.release()
    assert lock.acquire(NO_TIME)


def test_at_most_one_holds_it_however_impatient_all_are() -> None:
    lock, inside, most, had = FairLock(), [0], [0], [0]

    def work() -> None:
        for _ in range(300):
            if lock.acquire(0.0002):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                had[0] += 1
                time.sleep(0)
                inside[0] -= 1
                lock.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert had[0] > 0
    assert lock.acquire(NO_TIME), "nobody is left inside"
