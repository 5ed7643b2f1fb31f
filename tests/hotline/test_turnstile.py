"""Writers on one SQLite file take turns, and a turn that is never given back keeps nobody out for ever."""

import multiprocessing
import time
from pathlib import Path

from sqlalchemy import text

from hotline.database import READING, open_engine
from hotline.turnstile import Turnstile


def test_whoever_waits_is_next(tmp_path: Path) -> None:
    one, other = (Turnstile(tmp_path / "hotline.sqlite3", 0.05) for _ in range(2))
    assert one.enter()
    assert not other.enter()
    one.leave()
    assert other.enter()
    other.leave()


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
