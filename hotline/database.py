"""Opens the database so that what is acknowledged is on the disk.

SQLite: WAL, synchronous FULL, BEGIN IMMEDIATE for whoever writes (a deferred transaction that starts to write
fails with 'locked' thousands of times a second under six writers; an immediate one waits its turn);
what is deleted is overwritten.
PostgreSQL: synchronous_commit on, whatever the server's default is; waits are bounded so that a stuck lock
can't hang the desk.
Neither puts a statement's values into error messages: they are people's words and numbers.
"""

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from hotline.pinging import ping_what_rested
from hotline.turnstile import Turnstile, turnstile_of

READING: Final = {"reading": True}
HURRIED: Final = {"hurried": True}
"""For a transaction that somebody waits for who hears nothing until it is done."""
_TURN: Final = "turn"
_TURNS: Final = "turns"
_LESS_PATIENT: Final = "less patient"
PATIENCE_MS: Final = 5000
"""How long a statement waits for a lock."""
FOR_A_TURN: Final = 0.8
"""The part of it that a writer waits for his turn; without one he tries SQLite's lock all the same."""
SQLITE_POOL: Final = {"pool_size": 20, "max_overflow": 60, "pool_timeout": 10}
POSTGRES_POOL: Final = {"pool_size": 10, "max_overflow": 5, "pool_timeout": 10, "pool_use_lifo": True}
"""Two processes of each kind stay below the hundred connections that a server takes by default. The one that
came back last goes out first: each has to learn every statement for itself, and so few of them have to.
"""
LOG_PATIENCE_MS: Final = 10
LOG_PAGES: Final = 16_000
"""How long SQLite's write-ahead log grows until whoever writes next empties it (64 MiB, sixteen times what it
is by itself): `hotline.log_emptying` has emptied most of it by then.
"""
_PRAGMAS: Final = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
    f"wal_autocheckpoint={LOG_PAGES}",
)  # fmt: skip
STATEMENT_MS: Final = 15000
IDLE_MS: Final = 60000
PLANS: Final = {"random_page_cost": 1, "cursor_tuple_fraction": 1, "timezone": "UTC"}
"""What PostgreSQL is to think of its work. By itself it believes that a row looked up costs four times one
read in its turn, as on a disk with a head, though rows of one time lie side by side; and that of what is
fetched in portions only the first tenth is wanted. With either it read whole tables for one month. Times come
in the zone that they are kept in.
"""
SILENCE_MS: Final = 10000
"""A server that was cut off says nothing: after this a connection to it is given up."""


def open_engine(url: str, patience_ms: int = PATIENCE_MS) -> Engine:
    """An engine for `url` (sqlite or postgresql+psycopg); it waits `patience_ms` for a lock. Nothing is
    connected yet.
    """
    if url.startswith("sqlite"):
        return _open_sqlite(url, patience_ms)
    settings = {
        **PLANS,
        "synchronous_commit": "on",
        "statement_timeout": min(STATEMENT_MS, 3 * patience_ms),
        "lock_timeout": patience_ms,
        "idle_in_transaction_session_timeout": IDLE_MS,
    }
    connect = {
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        "connect_timeout": max(patience_ms // 1000, 2),
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": SILENCE_MS,
    }
    engine = create_engine(url, hide_parameters=True, connect_args=connect, **POSTGRES_POOL)
    ping_what_rested(engine)
    return engine


def plan_once(engine: Engine) -> None:
    """For a process that asks few statements and each of them all the time, before it connects: PostgreSQL
    plans each once. By itself it thinks that a list of a hundred ids should be planned for anew each time,
    which took a tenth of its work for a text and found the same plan.
    """
    if engine.dialect.name == "postgresql":
        event.listen(engine, "do_connect", _connect_with_one_plan)


def _connect_with_one_plan(dialect: Dialect, _record: object, _: object, how: dict[str, Any]) -> Any:
    return dialect.connect(**{**how, "options": f"{how['options']} -c plan_cache_mode=force_generic_plan"})


def _open_sqlite(url: str, patience_ms: int) -> Engine:
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    patience_s = patience_ms / 1000
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": patience_s}, **SQLITE_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    if file and file != ":memory:":
        event.listen(engine, "do_connect", partial(_keep_private, Path(file)))
    if (turns := turns_of(engine)) is not None:
        _take_turns(engine, turns, patience_s)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def read_only(engine: Engine) -> Iterator[Session]:
    """A session that only reads; on SQLite it never waits for a writer.

    It is ended, not broken off: after a rollback PostgreSQL's driver forgets every statement that it has
    prepared on this connection, and each is planned anew. What somebody changed by mistake is let go before.
    """
    with Session(engine.execution_options(**READING), expire_on_commit=False) as session:
        yield session
        session.expunge_all()
        session.commit()


@contextmanager
def one_question(engine: Engine) -> Iterator[Connection]:
    """A connection for a single question, which can't see two moments: PostgreSQL is not told that it begins
    and ends, which takes it as long as a small question itself. Portions can't be fetched with it.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
        else:
            yield connection.execution_options(**READING)


def is_wanted(connection: Connection) -> bool:
    """Whether somebody else waits to write, so that a transaction that could end here should. Where writers
    take no turns nobody is known to wait.
    """
    turns = _turns_behind(connection)
    return turns is not None and turns.is_wanted()


def is_hurried(connection: Connection) -> bool:
    """Whether one of them is in a hurry, so that it should end as soon as it can."""
    turns = _turns_behind(connection)
    return turns is not None and turns.is_hurried()


def was_hurried(connection: Connection) -> bool:
    """Whether one was lately, so that nothing long should begin: a call has several steps."""
    turns = _turns_behind(connection)
    return turns is not None and turns.was_hurried()


def begin_log_anew(engine: Engine) -> bool:
    """Empties SQLite's write-ahead log, which holds pages as they were; False where somebody reads for long.

    While it waits for readers nobody can write, not even one of them: so it waits for a moment only.
    """
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        (patience_ms,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {LOG_PATIENCE_MS}")
        try:
            (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience_ms}")
    return not busy


def turns_of(engine: Engine) -> Turnstile | None:
    """Where writers on the engine's file take turns; None where they take none."""
    file = engine.url.database
    on_a_file = engine.dialect.name == "sqlite" and file and file != ":memory:"
    return turnstile_of(Path(file)) if on_a_file and file else None


def patience(seconds: float) -> str:
    """SQL that says how long SQLite waits for its own lock."""
    return f"PRAGMA busy_timeout = {max(round(seconds * 1000), 1)}"


def _turns_behind(connection: Connection) -> Turnstile | None:
    kept = connection.connection.record_info or {}
    return kept[_TURNS] if _TURN in kept else None


def _take_turns(engine: Engine, turns: Turnstile, patience_s: float) -> None:
    """Whoever writes has a turn, from before his transaction begins until his connection is given back. What
    is left of his patience then is for SQLite's own lock. Whoever only reads pays nothing for it.
    """

    def enter(connection: Connection) -> None:
        kept = connection.connection.record_info
        if kept is None or _TURN in kept or _reads(connection):
            return
        began = time.monotonic()
        hurried = bool(connection.get_execution_options().get("hurried", False))
        if (turn := turns.enter(patience_s * FOR_A_TURN, hurried=hurried)) is not None:
            kept[_TURN], kept[_TURNS] = turn, turns
        left = patience_s - (time.monotonic() - began)
        kept[_LESS_PATIENT] = True
        # Through the driver: SQLAlchemy takes ten times as long about it, and each transaction has two.
        connection.connection.driver_connection.execute(patience(left))  # type: ignore[union-attr]

    def leave(connection: Any, record: ConnectionPoolEntry) -> None:
        kept = record.record_info or {}
        if (turn := kept.pop(_TURN, None)) is not None:
            turns.leave(turn)
        if kept.pop(_LESS_PATIENT, False) and connection is not None:
            connection.execute(patience(patience_s))

    event.listen(engine, "begin", enter)
    event.listen(engine, "checkin", leave)


def _keep_private(file: Path, *_connecting: object) -> None:
    """Nobody but its owner (and whatever group he gave it) reads the record; its log is made like it. What is
    in the way of that is SQLite's to say.
    """
    with suppress(OSError):
        file.touch(mode=0o600)
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & stat.S_IRWXO:
            file.chmod(mode & ~stat.S_IRWXO)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reads(connection) else "BEGIN IMMEDIATE")


def _reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("reading", False))
