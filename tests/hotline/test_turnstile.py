"""Writers on one SQLite file take turns, and a turn that is never given back keeps nobody out for ever."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from hotline.database import READING, open_engine
from hotline.turnstile import Turnstile, turnstile_of
from tests.support.eventually import eventually


def test_whoever_waits_is_next(tmp_path: Path) -> None:
    one, other = (Turnstile(tmp_path / "hotline.sqlite3") for _ in range(2))
    turn = one.enter(0.05)
    assert turn
    assert not other.enter(0.05)
    one.leave(turn)
    turn = other.enter(0.05)
    assert turn
    other.leave(turn)


def test_in_a_process_too_one_has_it_at_a_time(tmp_path: Path) -> None:
    turnstile = Turnstile(tmp_path / "hotline.sqlite3")
    turn = turnstile.enter(0.05)
    assert turn
    assert not turnstile.enter(0.05)
    turnstile.leave(turn)
    assert turnstile.enter(0.05)


@pytest.mark.parametrize("elsewhere", [True, False], ids=["in another process", "in this one"])
def test_who_has_the_turn_hears_whether_somebody_waits(tmp_path: Path, elsewhere: bool) -> None:
    one = Turnstile(tmp_path / "hotline.sqlite3")
    other = Turnstile(tmp_path / "hotline.sqlite3") if elsewhere else one
    turn = one.enter(5)
    assert turn
    assert not one.is_wanted()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other.enter, 5)
        eventually(one.is_wanted, "somebody waits")
        one.leave(turn)
        theirs = waiting.result(5)
    assert theirs
    assert not other.is_wanted()
    other.leave(theirs)


@pytest.mark.parametrize("elsewhere", [True, False], ids=["in another process", "in this one"])
def test_who_has_the_turn_hears_whether_a_caller_waits(
    tmp_path: Path, elsewhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Turnstile(tmp_path / "hotline.sqlite3")
    other = Turnstile(tmp_path / "hotline.sqlite3") if elsewhere else one
    turn = one.enter(5)
    assert turn
    with ThreadPoolExecutor(2) as pool:
        calm = pool.submit(other.enter, 5)
        eventually(one.is_wanted, "somebody waits")
        assert not one.was_hurried()
        hurried = pool.submit(one.enter, 5, hurried=True)
        eventually(turn.is_hurried, "a caller stands in the line, and has not only said so")
        assert one.is_hurried()
        one.leave(turn)
        theirs = hurried.result(5)
        assert theirs
        assert not calm.done(), "the caller comes first in his process, with the turn that it has"
        assert not one.is_hurried()
        assert one.was_hurried(), "he has more steps to come"
        monkeypatch.setattr("hotline.turnstile.LATELY_S", 0.0)
        assert not one.was_hurried()
        one.leave(theirs)
        last = calm.result(5)
    assert last
    other.leave(last)
    assert one.enter(0.05), "nothing is held any more"


def test_of_two_callers_the_one_who_gives_up_does_not_speak_for_the_other(tmp_path: Path) -> None:
    one, other = (Turnstile(tmp_path / "hotline.sqlite3") for _ in range(2))
    turn = one.enter(5)
    first = other.enter(0.01)  # so that the other process knows the files
    assert turn
    assert not first
    with ThreadPoolExecutor(2) as pool:
        patient = pool.submit(other.enter, 5, hurried=True)
        eventually(one.is_hurried, "a caller waits")
        hasty = pool.submit(other.enter, 0.05, hurried=True)
        assert not hasty.result(5)
        assert one.is_hurried(), "the patient one still does"
        one.leave(turn)
        theirs = patient.result(5)
    assert theirs
    assert not one.is_hurried()
    other.leave(theirs)


def test_all_engines_of_a_process_stand_in_one_line(tmp_path: Path) -> None:
    """Two lines of one process would meet in the lottery between processes."""
    url = f"sqlite:///{tmp_path / 'hotline.sqlite3'}"
    door, desk = open_engine(url, patience_ms=2000), open_engine(url)
    with desk.connect() as writing, ThreadPoolExecutor(1) as pool:
        writing.begin()

        def write() -> None:
            with door.begin() as connection:
                connection.execute(text("CREATE TABLE said (x)"))

        waiting = pool.submit(write)
        eventually(turnstile_of(tmp_path / "hotline.sqlite3")._line.is_wanted, "the door stands in the line")
        writing.close()
        waiting.result(5)


HOLDS: Final = """
import os, sys, time
from pathlib import Path
from hotline.turnstile import Turnstile
turnstile = Turnstile(Path(sys.argv[1]))
assert turnstile.enter(1)
if sys.argv[2] == "forks" and os.fork() == 0:
    time.sleep(20)
print("inside", flush=True)
time.sleep(20)
"""


@pytest.mark.parametrize("how", ["alone", "forks"])
def test_who_is_killed_inside_keeps_nobody_out(tmp_path: Path, how: str) -> None:
    """Not even where a child lives on that was forked during the turn."""
    database = tmp_path / "hotline.sqlite3"
    command = [sys.executable, "-c", HOLDS, str(database), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"inside\n"
            turnstile = Turnstile(database)
            assert not turnstile.enter(0.05)
            holder.kill()
            assert turnstile.enter(5)
        finally:
            os.killpg(holder.pid, signal.SIGKILL)


def test_one_connection_may_write_twice_and_its_turn_ends(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'hotline.sqlite3'}", patience_ms=2000)
    began = time.monotonic()
    with engine.connect() as connection:
        for _ in range(2):
            with connection.begin():
                connection.execute(text("CREATE TABLE IF NOT EXISTS said (x)"))
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO said VALUES (1)"))
    assert time.monotonic() - began < 1


def test_where_no_turns_can_be_had_everybody_writes(tmp_path: Path) -> None:
    """The file of the turns can't be opened: a folder is in its place."""
    (tmp_path / "hotline.sqlite3-turn").mkdir()
    engine = open_engine(f"sqlite:///{tmp_path / 'hotline.sqlite3'}")
    files = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS said (x)"))
    assert len(list(Path("/proc/self/fd").iterdir())) < files + 5, "files are left open with every try"
    engine.dispose()


def _write_without_a_pause(url: str, seconds: float) -> None:
    engine = open_engine(url)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO said VALUES (1)"))
            time.sleep(0.02)


def test_one_who_writes_without_a_pause_keeps_nobody_out(tmp_path: Path) -> None:
    """Without turns the other one waits for seconds: SQLite lets him sleep while the lock goes round."""
    url = f"sqlite:///{tmp_path / 'hotline.sqlite3'}"
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE said (x)"))
    busy = multiprocessing.get_context("spawn").Process(target=_write_without_a_pause, args=(url, 20.0))
    busy.start()
    try:
        written = theirs = 0
        while written < 10:
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO said VALUES (2)"))
            with engine.connect() as connection:
                theirs = connection.execute(text("SELECT count(*) FROM said WHERE x = 1")).scalar_one()
            written += theirs > 0
    finally:
        busy.kill()
        busy.join()
    assert theirs < 10 * 5, "the other one wrote many times for each of ours"


def test_readers_need_no_turn(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.sqlite3'}"
    engine = open_engine(url, patience_ms=100)
    with engine.begin() as writing:
        writing.execute(text("CREATE TABLE said (x)"))
        with engine.execution_options(**READING).connect() as reading:
            assert reading.execute(text("SELECT 1")).scalar_one() == 1


def test_a_turn_ends_with_the_transaction_however_it_ends(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'hotline.sqlite3'}", patience_ms=200)
    connection = engine.connect()
    connection.begin()
    connection.invalidate()
    connection.close()
    began = time.monotonic()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE said (x)"))
    assert time.monotonic() - began < 0.2
