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
from hotline.turnstile import Turnstile
from tests.support.eventually import eventually


def test_whoever_waits_is_next(tmp_path: Path) -> None:
    one, other = (Turnstile(tmp_path / "hotline.sqlite3", 0.05) for _ in range(2))
    turn = one.enter()
    assert turn
    assert not other.enter()
    one.leave(turn)
    turn = other.enter()
    assert turn
    other.leave(turn)


def test_in_a_process_too_one_has_it_at_a_time(tmp_path: Path) -> None:
    turnstile = Turnstile(tmp_path / "hotline.sqlite3", 0.05)
    turn = turnstile.enter()
    assert turn
    assert not turnstile.enter()
    turnstile.leave(turn)
    assert turnstile.enter()


@pytest.mark.parametrize("elsewhere", [True, False], ids=["in another process", "in this one"])
def test_who_has_the_turn_hears_whether_somebody_waits(tmp_path: Path, elsewhere: bool) -> None:
    one = Turnstile(tmp_path / "hotline.sqlite3", 5)
    other = Turnstile(tmp_path / "hotline.sqlite3", 5) if elsewhere else one
    turn = one.enter()
    assert turn
    assert not one.is_wanted()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other.enter)
        eventually(one.is_wanted, "somebody waits")
        one.leave(turn)
        theirs = waiting.result(5)
    assert theirs
    assert not other.is_wanted()
    other.leave(theirs)


HOLDS: Final = """
import os, sys, time
from pathlib import Path
from hotline.turnstile import Turnstile
turnstile = Turnstile(Path(sys.argv[1]), 1)
assert turnstile.enter()
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
            turnstile = Turnstile(database, 0.05)
            assert not turnstile.enter()
            holder.kill()
            turnstile.patience_s = 5
            assert turnstile.enter()
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
