"""SQLite's write-ahead log: emptied beside those who write, and never growing without end."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from hotline import log_emptying
from hotline.database import LOG_PAGES, READING, open_engine
from hotline.log_emptying import LogEmptying
from tests.support.eventually import eventually

PAGE = 4096


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hotline.sqlite3"


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE word (said BLOB)")
        connection.commit()
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_emptying, "EVERY_S", 0.01)


@contextmanager
def emptying(engine: Engine) -> Iterator[LogEmptying]:
    found = LogEmptying(engine)
    thread = threading.Thread(target=found.run)
    thread.start()
    try:
        yield found
    finally:
        found.stop()
        thread.join(timeout=5)
        assert not thread.is_alive()


def write(engine: Engine, length: int = 1) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO word VALUES (zeroblob(?))", (length,))


def words_outside_of_the_log(file: Path) -> int:
    """What the database's own file holds; of a file that never changes nobody reads a log."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        try:
            (count,) = connection.execute("SELECT count(*) FROM word").fetchone()
        except sqlite3.OperationalError:  # not even the table
            return 0
        return int(count)


def length_of_log(file: Path) -> int:
    return file.with_name(f"{file.name}-wal").stat().st_size


def test_the_log_is_emptied_once_enough_was_written_and_not_before(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_emptying, "COMMITS", 3)
    with emptying(engine) as log:
        for _ in range(2):
            write(engine)
            log.count_commit()
        assert words_outside_of_the_log(file) == 0
        write(engine)
        log.count_commit()
        eventually(lambda: words_outside_of_the_log(file) == 3, "the log is emptied")


def test_nobody_who_reads_or_writes_holds_it_up_or_is_held_up(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_emptying, "COMMITS", 1)
    write(engine)
    reading = engine.execution_options(**READING)
    with reading.connect() as reader, engine.begin() as writer, emptying(engine) as log:
        assert reader.exec_driver_sql("SELECT count(*) FROM word").scalar_one() == 1
        writer.exec_driver_sql("INSERT INTO word VALUES ('')")
        log.count_commit()
        eventually(lambda: words_outside_of_the_log(file) == 1, "the log is emptied beside them")


@pytest.mark.parametrize(
    "fault", [OperationalError("PRAGMA", {}, Exception()), sqlite3.OperationalError("disk I/O error")]
)
def test_a_database_that_takes_nothing_is_tried_again(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """A full disk is said by the driver itself."""

    class Broken:
        dialect, broken = engine.dialect, True

        def connect(self) -> object:
            if self.broken:
                self.broken = False
                raise fault
            return engine.connect()

    monkeypatch.setattr(log_emptying, "COMMITS", 1)
    write(engine)
    broken = Broken()
    with emptying(broken) as log:  # type: ignore[arg-type]
        log.count_commit()
        eventually(lambda: not broken.broken, "it was tried")
        log.count_commit()
        eventually(lambda: words_outside_of_the_log(file) == 1, "it was tried again")


def test_without_anybody_who_empties_it_the_log_has_an_end_all_the_same(engine: Engine, file: Path) -> None:
    pages = LOG_PAGES // 8
    for _ in range(20):
        write(engine, pages * PAGE)
    assert length_of_log(file) < 1.3 * LOG_PAGES * PAGE


def test_on_another_database_there_is_nothing_to_do() -> None:
    LogEmptying(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")).run()
