"""Work for later is done in time, in order, and not after closing."""

from threading import Event

import pytest

from hotline.pretend_carrier.timetable import Timetable


def test_what_is_due_first_is_done_first() -> None:
    timetable, done, order = Timetable(threads=1), Event(), list[str]()
    timetable.after(0.06, done.set)
    timetable.after(0.03, lambda: order.append("second"))
    timetable.after(0.0, lambda: order.append("first"))
    assert done.wait(10)
    timetable.close()
    assert order == ["first", "second"]


def test_work_that_fails_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    timetable, done = Timetable(threads=1), Event()

    def fail() -> None:
        raise RuntimeError("broken work")

    timetable.after(0, fail)
    timetable.after(0, done.set)
    assert done.wait(10)
    timetable.close()
    assert "broken work" in caplog.text


def test_a_closed_timetable_takes_nothing() -> None:
    timetable = Timetable()
    timetable.close()
    assert timetable.after(0, lambda: None) is False


def test_many_threads_share_a_burst() -> None:
    timetable, done = Timetable(threads=4), [Event() for _ in range(200)]
    for event in done:
        timetable.after(0.01, event.set)
    assert all(event.wait(10) for event in done)
    timetable.close()
