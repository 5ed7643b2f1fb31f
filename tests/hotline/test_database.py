import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from hotline.clock import SystemClock
from hotline.database import PLANS, READING, begin_log_anew, open_engine, plan_once
from hotline.models import Caller
from tests.support.still_clock import NOON


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url, patience_ms=100)
    yield engine
    engine.dispose()


def add(connection: Session, number: str) -> None:
    connection.execute(insert(Caller).values(number=number, first_seen_at=NOON))


def test_sqlite_puts_every_commit_on_the_disk(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_postgresql_puts_every_commit_on_the_disk_whatever_its_default_is(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    name = make_url(postgresql_url).database
    with engine.begin() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    engine.dispose()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    engine.dispose()


def test_six_writers_that_read_first_all_get_their_turn(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    failed: list[Exception] = []

    def write(writer: int) -> None:
        try:
            for turn in range(20):
                with Session(engine) as session:
                    session.execute(select(Caller)).all()
                    add(session, f"+6281200{writer:03d}{turn:03d}")
                    session.commit()
        except DBAPIError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with Session(engine) as session:
        assert len(session.execute(select(Caller)).all()) == 120
    engine.dispose()


def test_who_only_reads_does_not_wait_for_a_writer(engine: Engine) -> None:
    with Session(engine) as writer, Session(engine.execution_options(**READING)) as reader:
        add(writer, "+6281200000001")
        assert reader.execute(select(Caller)).all() == []
        writer.commit()
    with Session(engine.execution_options(**READING)) as reader:
        assert len(reader.execute(select(Caller)).all()) == 1


def test_a_second_writer_gives_up_after_its_patience(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url, patience_ms=50)
    with Session(engine) as first, Session(engine) as second:
        add(first, "+6281200000001")
        with pytest.raises(DBAPIError, match="locked"):
            add(second, "+6281200000002")
    engine.dispose()


def test_the_log_is_begun_anew_once_nobody_reads_and_keeps_no_writer_out_until_then(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE said (x)"))
    with engine.execution_options(**READING).connect() as reading:
        reading.execute(text("SELECT * FROM said")).all()
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO said VALUES (1)"))
        began = time.monotonic()
        assert not begin_log_anew(engine)
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO said VALUES (2)"))
        assert time.monotonic() - began < 2
    assert begin_log_anew(engine)
    log = Path(f"{engine.url.database}-wal")
    assert not log.exists() or log.stat().st_size == 0
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() > 1000


def test_postgresql_waits_are_bounded_and_its_plans_ours(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url, patience_ms=2000)
    with engine.connect() as connection:
        found = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", *PLANS)
        }
    engine.dispose()
    assert found == {
        "random_page_cost": "1",
        "cursor_tuple_fraction": "1",
        "timezone": "UTC",
        "statement_timeout": "6s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "1min",
    }


def test_postgresql_plans_once_for_who_asks_the_same_all_the_time(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    plan_once(engine)
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("plan_cache_mode", "random_page_cost")
        }
    engine.dispose()
    assert settings == {"plan_cache_mode": "force_generic_plan", "random_page_cost": "1"}


def test_a_connection_may_be_used_by_another_thread(engine: Engine) -> None:
    counted: list[int] = []
    with Session(engine) as session:
        add(session, "+6281200000001")
        thread = threading.Thread(target=lambda: counted.append(len(session.execute(select(Caller)).all())))
        thread.start()
        thread.join()
    assert counted == [1]


def test_peoples_words_do_not_get_into_error_messages(engine: Engine) -> None:
    with Session(engine) as session:
        add(session, "+6281200000001")
        with pytest.raises(StatementError) as refused:
            add(session, "+6281200000001")
    # The key itself may stand in PostgreSQL's own detail; the values of the statement do not.
    assert "[parameters:" not in str(refused.value)


@pytest.mark.parametrize(("before", "after"), [(None, 0o600), (0o644, 0o640)])
def test_the_database_is_for_its_owner_alone_or_for_the_group_that_he_gave_it(
    tmp_path: Path, before: int | None, after: int
) -> None:
    file = tmp_path / "var" / "hotline.sqlite3"
    engine = open_engine(f"sqlite:///{file}")
    assert file.parent.stat().st_mode & 0o077 == 0
    if before is not None:
        file.touch()
        file.chmod(before)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE told (number TEXT)")
        made = {path.name: path.stat().st_mode & 0o777 for path in file.parent.glob("hotline.sqlite3*")}
    assert {made[file.name + end] for end in ("", "-wal", "-shm")} == {after}
    assert not any(mode & 0o007 for mode in made.values()), made
    engine.dispose()


def test_the_database_tells_its_own_time(engine: Engine) -> None:
    clock = SystemClock()
    with Session(engine) as session:
        told = clock.database_now(session)
    assert told.utcoffset() == timedelta(0)
    assert abs(told - clock.now()) < timedelta(seconds=60)


def test_sqlite_is_new_enough_for_what_is_asked_of_it() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35), "UPDATE … RETURNING"
