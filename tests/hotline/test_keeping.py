"""Nothing that was acknowledged is lost, whatever the database does meanwhile."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from hotline import keeping
from hotline.database import open_engine
from hotline.keeping import Keeper, NotKeptError
from hotline.spool import Incoming, Spool
from hotline.storing import write
from tests.support.callbacks import PROMISES, incoming, kept, promised
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.schema import prepare_schema
from tests.support.still_clock import StillClock

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What asks nothing of the database that one of the two would answer otherwise."""


class Bell:
    """Counts its rings."""

    def __init__(self) -> None:
        self.rings = 0

    def ring(self) -> None:
        self.rings += 1


@pytest.fixture
def bell() -> Bell:
    return Bell()


KeeperFor = Callable[..., Keeper]


@pytest.fixture
def keeper_for(tmp_path: Path, bell: Bell) -> Iterator[KeeperFor]:
    """`keeper_for(url, patience_ms=…, patience_s=…)`, stopped with the test."""
    made: list[Keeper] = []

    def make(url: str, *, patience_ms: int = 2000, patience_s: float = 20.0) -> Keeper:
        engine = open_engine(url, patience_ms)
        spool = Spool(tmp_path / "spool")
        made.append(Keeper(engine, spool, PROMISES, StillClock(), bell.ring, patience_s))
        return made[-1]

    yield make
    for keeper in made:
        keeper.stop()
        keeper.engine.dispose()


@contextmanager
def locked(url: str) -> Iterator[Connection]:
    """Somebody else holds the whole database, or the table that callbacks go to."""
    engine = open_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE kept IN ACCESS EXCLUSIVE MODE"))
        else:
            connection.execute(text("SELECT 1"))  # which begins an immediate transaction
        yield connection
        connection.rollback()
    engine.dispose()


def keep_all(keeper: Keeper, entries: list[Incoming]) -> None:
    with ThreadPoolExecutor(64) as pool:
        for done in [pool.submit(keeper.keep, entry) for entry in entries]:
            done.result()


def numbered(count: int, prefix: str = "") -> list[Incoming]:
    return [incoming(f"{prefix}{number}") for number in range(count)]


def replayed(keeper: Keeper) -> None:
    eventually(lambda: not keeper.spool.waiting(), "the spool is empty")


def test_it_is_there_when_keep_returns(keeper_for: KeeperFor, database_url: str, bell: Bell) -> None:
    keeper = keeper_for(database_url)
    keeper.keep(incoming("a"))
    assert kept(keeper.engine) == {"a": 0}
    assert bell.rings == 1
    keeper.keep(incoming("a"))
    assert kept(keeper.engine) == {"a": 1}
    assert bell.rings == 1


def test_five_thousand_numbers_at_once_are_each_kept_once_and_wait_for_few_commits(
    keeper_for: KeeperFor, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keeper_for(database_url)
    commits = []

    def counted(*given: Any) -> bool:
        commits.append(1)
        return write(*given)

    monkeypatch.setattr(keeping, "write", counted)
    everybody = [
        incoming(f"panic-{serial}", b"from=%%2B62812700%05d&text=gempa" % serial) for serial in range(5000)
    ]
    keep_all(keeper, everybody)
    assert kept(keeper.engine) == {entry.key: 0 for entry in everybody}
    assert len(promised(keeper.engine)) == 5000
    assert keeper.spool.waiting() == []
    assert 0 < len(commits) < 5000 / 4


def test_the_same_callback_in_64_threads_is_one(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url)
    keep_all(keeper, [incoming("a")] * 64)
    replayed(keeper)
    assert kept(keeper.engine) == {"a": 63}
    assert len(promised(keeper.engine)) == 1


def test_a_locked_database_delays_and_loses_nothing(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url, patience_ms=50)
    with locked(database_url):
        keep_all(keeper, numbered(64))
        assert keeper.spool.waiting()
    keep_all(keeper, numbered(64, "later"))
    replayed(keeper)
    expected = {entry.key for entry in (*numbered(64), *numbered(64, "later"))}
    assert kept(keeper.engine) == dict.fromkeys(expected, 0)
    assert len(promised(keeper.engine)) == 128


def test_a_database_that_does_not_answer_keeps_nobody_waiting(
    keeper_for: KeeperFor, database_url: str
) -> None:
    keeper = keeper_for(database_url, patience_ms=60_000, patience_s=0.2)
    with locked(database_url):
        keep_all(keeper, numbered(64))
        keeper.keep(incoming("next"))  # goes to the spool at once
        assert len(keeper.spool.waiting()) >= 2
    replayed(keeper)
    eventually(lambda: len(kept(keeper.engine)) == 65, "all are kept")
    assert len(promised(keeper.engine)) == 65


@ON_SQLITE
def test_whoever_gives_up_at_the_moment_it_is_kept_sends_nobody_else_to_the_spool(
    keeper_for: KeeperFor, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = keeping._Waiting.wait

    def give_up_just_then(waiting: keeping._Waiting, patience_s: float) -> None:
        wait(waiting, patience_s)
        raise TimeoutError

    keeper = keeper_for(database_url)
    with monkeypatch.context() as patched:
        patched.setattr(keeping._Waiting, "wait", give_up_just_then)
        keeper.keep(incoming("late"))
    replayed(keeper)
    keeper.keep(incoming("next"))
    assert "next" in kept(keeper.engine)
    assert not keeper.spool.waiting()


def test_a_database_that_is_killed_and_comes_back_loses_nothing(keeper_for: KeeperFor) -> None:
    server = PostgresServer(durable=True)
    try:
        server.start()
        name = server.create_database()
        prepare_schema(server.url(name))
        keeper = keeper_for(server.url(name), patience_ms=200)
        keep_all(keeper, numbered(64, "before"))
        server.kill()
        keep_all(keeper, numbered(64, "while"))
        assert keeper.spool.waiting()
        server.start()
        keep_all(keeper, numbered(64, "after"))
        replayed(keeper)
        found = kept(keeper.engine)
        assert set(found) == {f"{when}{n}" for when in ("before", "while", "after") for n in range(64)}
        assert len(promised(keeper.engine)) == len(found)
    finally:
        server.remove()


def test_without_tables_it_waits_until_they_are_there(keeper_for: KeeperFor, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    keeper = keeper_for(url)
    keeper.keep(incoming("a"))
    assert len(keeper.spool.waiting()) == 1
    prepare_schema(url)
    replayed(keeper)
    assert kept(keeper.engine) == {"a": 0}
    assert keeper.spool.corrupt() == []


def break_spool(keeper: Keeper) -> None:
    keeper.spool.folder.parent.mkdir(exist_ok=True)
    keeper.spool.folder.write_text("a file where the folder should be")


@ON_SQLITE
def test_when_both_are_gone_the_sender_is_told_and_the_words_are_said_aloud(
    keeper_for: KeeperFor, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = keeper_for(database_url, patience_ms=50)
    break_spool(keeper)
    with locked(database_url), pytest.raises(NotKeptError):
        keeper.keep(incoming("a", b"tolong\x00"))
    assert r"NOT KEPT sms.inbound 2026-06-01T05:00:00+00:00 b'tolong\x00'" in capsys.readouterr().err


@ON_SQLITE
def test_after_that_the_line_is_open_again(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url, patience_ms=50)
    break_spool(keeper)
    with locked(database_url), pytest.raises(NotKeptError):
        keeper.keep(incoming("a"))
    keeper.spool.folder.unlink()
    keeper.keep(incoming("b"))
    eventually(lambda: "b" in kept(keeper.engine), "it is kept")


@ON_SQLITE
def test_a_bug_on_the_way_to_the_database_ends_in_the_spool_and_not_in_silence(
    keeper_for: KeeperFor, database_url: str
) -> None:
    keeper = keeper_for(database_url)
    keeper.keep(incoming("a", kind="fax"))  # a kind that nobody handles
    keeper.keep(incoming("b"))
    eventually(lambda: "b" in kept(keeper.engine), "the next one is kept")
    eventually(lambda: len(keeper.spool.corrupt()) == 1, "the other one waits for a person")


def test_one_unfit_entry_spoils_none_beside_it(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url)
    keeper.spool.write([incoming("a"), incoming("b", kind="fax"), incoming("c")])
    assert keeper.replay() == 2
    assert set(kept(keeper.engine)) == {"a", "c"}
    assert len(keeper.spool.corrupt()) == 1
    assert keeper.spool.waiting() == []


@ON_SQLITE
def test_a_damaged_file_holds_up_no_other(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url)
    for key in "abc":
        keeper.spool.write([incoming(key)])
    keeper.spool.waiting()[1].write_bytes(b"{")
    assert keeper.replay() == 2
    assert set(kept(keeper.engine)) == {"a", "c"}
    assert len(keeper.spool.corrupt()) == 1


@ON_SQLITE
def test_a_file_that_cannot_be_read_holds_up_no_other(
    keeper_for: KeeperFor,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keeper = keeper_for(database_url)
    for key in "abc":
        keeper.spool.write([incoming(key)])
    first, read = keeper.spool.waiting()[0], keeper.spool.read

    def refuse(path: Path) -> Any:
        if path == first:
            raise PermissionError(path)
        return read(path)

    monkeypatch.setattr(keeper.spool, "read", refuse)
    assert keeper.replay() == 2
    assert set(kept(keeper.engine)) == {"b", "c"}
    assert keeper.spool.waiting() == [first]
    assert "can't be read" in caplog.text


@ON_SQLITE
def test_the_journal_is_put_on_the_disk_while_the_spool_waits(
    keeper_for: KeeperFor, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    keeper = keeper_for(database_url)
    monkeypatch.setattr(keeping, "REPLAY_EVERY_S", 0.01)
    monkeypatch.setattr(keeper, "_replay_entry", broken)
    monkeypatch.setattr(keeper.journal, "sync", synced.set)
    keeper.spool.write([incoming("a")])
    keeper.start()
    for _ in range(3):
        synced.clear()
        assert synced.wait(5)


@ON_SQLITE
def test_a_journal_that_cannot_be_put_on_the_disk_holds_up_no_words(
    keeper_for: KeeperFor,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse() -> None:
        raise OSError(5, "Input/output error")

    keeper = keeper_for(database_url)
    monkeypatch.setattr(keeping, "REPLAY_EVERY_S", 0.01)
    monkeypatch.setattr(keeper.journal, "sync", refuse)
    keeper.spool.write([incoming("a")])
    keeper.spool.write([incoming("b")])
    keeper.start()
    replayed(keeper)
    assert set(kept(keeper.engine)) == {"a", "b"}
    assert "can't be put on the disk" in caplog.text


def broken(*_: object) -> bool:
    raise OperationalError("", {}, Exception("the database is down"))


@ON_SQLITE
def test_what_a_dead_process_left_is_replayed_by_the_next(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url)
    keeper.spool.write([incoming("a"), incoming("b")])
    keeper.start()
    replayed(keeper)
    assert set(kept(keeper.engine)) == {"a", "b"}


def test_replaying_twice_changes_nothing(keeper_for: KeeperFor, database_url: str) -> None:
    """The crash between the commit and putting the file away."""
    keeper = keeper_for(database_url)
    keeper.spool.write([incoming("a")])
    path = keeper.spool.waiting()[0]
    whole = path.read_bytes()
    keeper.replay()
    path.write_bytes(whole)
    keeper.replay()
    assert len(promised(keeper.engine)) == 1


def test_a_bell_that_breaks_costs_nothing(tmp_path: Path, sqlite_url: str) -> None:
    def broken() -> None:
        raise RuntimeError("can't start new thread")

    engine: Engine = open_engine(sqlite_url)
    keeper = Keeper(engine, Spool(tmp_path / "spool"), PROMISES, StillClock(), broken)
    keeper.keep(incoming("a"))
    keeper.stop()
    assert kept(engine) == {"a": 0}
    engine.dispose()


def test_stopping_finishes_what_waits(keeper_for: KeeperFor, database_url: str) -> None:
    keeper = keeper_for(database_url)
    keeper.keep(incoming("a"))
    with locked(database_url) as held:
        waiting = [threading.Thread(target=keeper.keep, args=(entry,)) for entry in numbered(8)]
        for thread in waiting:
            thread.start()
        held.rollback()
        keeper.stop()
        for thread in waiting:
            thread.join()
    stored = set(kept(keeper.engine))
    spooled = {entry.key for path in keeper.spool.waiting() for entry in keeper.spool.read(path).entries}
    assert stored | spooled == {"a", *(entry.key for entry in numbered(8))}
