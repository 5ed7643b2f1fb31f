"""Stores callbacks and the promises to handle them: one transaction, each callback once.

Within SQLAlchemy's transaction the rows go to the driver as they are, in two statements on SQLite and one on
PostgreSQL: its turning of each value and result took more than half of what storing a callback costs (what it
buys is in docs/performance.md).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, bindparam, update
from sqlalchemy.exc import DBAPIError

from hotline.models import Kept
from hotline.outbox import Kind, Rank
from hotline.spool import Incoming

Place = tuple[str, str]
"""Kind and key: what makes a callback the same."""

_COUNT_REPEATS: Final = (
    update(Kept.__table__)  # type: ignore[arg-type]
    .where(Kept.kind == bindparam("b_kind"), Kept.key == bindparam("b_key"))
    .values(repeats=Kept.repeats + bindparam("b_times"))
)
_KEEP: Final = (
    "INSERT INTO kept (kind, key, body, content_type, cut, repeats, received_at)"
    " VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (kind, key) DO NOTHING"
)
_PROMISE: Final = "INSERT INTO promise (kind, subject_id, rank, due_at, attempts) VALUES (?, ?, ?, ?, 0)"
_KEEP_AND_PROMISE: Final = """
WITH fresh AS (
  INSERT INTO kept (kind, key, body, content_type, cut, repeats, received_at)
  SELECT kind, key, body, content_type, cut, 0, received_at
  FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::text[], %s::boolean[], %s::timestamptz[])
    AS given (kind, key, body, content_type, cut, received_at)
  ON CONFLICT (kind, key) DO NOTHING RETURNING id, kind, key, received_at
), promised AS (
  INSERT INTO promise (kind, subject_id, rank, due_at, attempts)
  SELECT handling.promise, fresh.id, %s, fresh.received_at, 0
  FROM fresh JOIN unnest(%s::text[], %s::text[]) AS handling (kind, promise) ON handling.kind = fresh.kind
)
SELECT kind, key FROM fresh
"""


def store(engine: Engine, entries: Sequence[Incoming], promises: Mapping[str, Kind]) -> bool:
    """Keeps what is new, counts what is known; whether there was anything new.

    Raises SQLAlchemyError where the database does not take it, LookupError for a kind that nobody handles.
    """
    first: dict[Place, Incoming] = {}
    for entry in entries:
        first.setdefault((entry.kind, entry.key), entry)
    # In the order of their keys: two processes with the same ones never wait for each other in a circle.
    fresh_ones = [first[place] for place in sorted(first)]
    promised = {kind: promises[kind].value for kind in {entry.kind for entry in fresh_ones}}
    with engine.begin() as connection:
        keep = _keep_sqlite if connection.dialect.name == "sqlite" else _keep_postgres
        with _as_ours():
            fresh = keep(connection.connection.driver_connection, fresh_ones, promised)
        repeats = Counter((entry.kind, entry.key) for entry in entries)
        repeats.subtract(fresh)
        again = [(place, times) for place, times in sorted(repeats.items()) if times]
        if again:
            _count(connection, again)
    return bool(fresh)


@contextmanager
def _as_ours() -> Iterator[None]:
    """The driver's errors as SQLAlchemy names them, without the values: those are people's words."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        base = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        raise DBAPIError.instance(None, None, error, base, hide_parameters=True) from error


def _count(connection: Connection, again: Sequence[tuple[Place, int]]) -> None:
    rows = [{"b_kind": kind, "b_key": key, "b_times": times} for (kind, key), times in again]
    connection.execute(_COUNT_REPEATS, rows)


def _keep_sqlite(driver: Any, entries: Sequence[Incoming], promised: Mapping[str, str]) -> set[Place]:
    """Nobody else writes meanwhile, so what is new stands behind what was there."""
    last = driver.execute("SELECT coalesce(max(id), 0) FROM kept").fetchone()[0]
    times = {(entry.kind, entry.key): _sqlite_time(entry.received_at) for entry in entries}
    driver.executemany(
        _KEEP,
        [
            (entry.kind, entry.key, entry.body, _content_type(entry), entry.cut, moment)
            for entry, moment in zip(entries, times.values(), strict=True)
        ],
    )
    fresh = driver.execute("SELECT kind, key, id FROM kept WHERE id > ? ORDER BY id", (last,)).fetchall()
    driver.executemany(
        _PROMISE,
        [(promised[kind], id_, Rank.INCOMING.value, times[kind, key]) for kind, key, id_ in fresh],
    )
    return {(kind, key) for kind, key, _ in fresh}


def _keep_postgres(driver: Any, entries: Sequence[Incoming], promised: Mapping[str, str]) -> set[Place]:
    columns = zip(
        *(
            (entry.kind, entry.key, entry.body, _content_type(entry), entry.cut, entry.received_at)
            for entry in entries
        ),
        strict=True,
    )
    given = [*map(list, columns), Rank.INCOMING.value, list(promised), list(promised.values())]
    return set(driver.execute(_KEEP_AND_PROMISE, given).fetchall())


def _content_type(entry: Incoming) -> str:
    return entry.content_type[:120].replace("\x00", "")


def _sqlite_time(moment: datetime) -> str:
    """As the models write it. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("times are stored with their zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
