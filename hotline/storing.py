"""Stores callbacks and the promises to handle them: one transaction, each callback once.

The rows go to the driver as they are, all of a batch in one statement: SQLAlchemy's turning of each value
took more than half of what storing costs, and with each row that is a step of its own the thread gives
Python's lock away and waits for it again. A text in a batch of 27 costs 15 us instead of 25, alone 188
instead of 355 (with `hotline.pen`; docs/performance.md).
"""

from binascii import b2a_base64
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import Engine

from hotline.outbox import Kind, Rank
from hotline.pen import Pen
from hotline.spool import Incoming

Place = tuple[str, str]
"""Kind and key: what makes a callback the same."""

MOST_ROWS: Final = 256
"""Of one statement on SQLite, which takes 32,766 values at most."""
_COUNT: Final = "UPDATE kept SET repeats = repeats + {0} WHERE kind = {0} AND key = {0}"
_BEHIND: Final = (
    "UPDATE promise SET rank = {0} WHERE kind = {0} AND settled_at IS NULL"
    " AND subject_id = (SELECT id FROM kept WHERE kind = {0} AND key = {0})"
)
_LAST: Final = "SELECT coalesce(max(id), 0) FROM kept"
_FRESH: Final = "SELECT kind, key FROM kept WHERE id > ?"
_KEEP: Final = (
    "INSERT INTO kept (kind, key, body, content_type, cut, repeats, received_at)"
    " VALUES {} ON CONFLICT (kind, key) DO NOTHING"
)
_PROMISE: Final = """
INSERT INTO promise (kind, subject_id, rank, due_at, attempts)
SELECT ?, id, ?, received_at, 0 FROM kept WHERE id > ? AND +kind = ? ORDER BY id
"""
_KEEP_AND_PROMISE: Final = """
WITH fresh AS (
  INSERT INTO kept (kind, key, body, content_type, cut, repeats, received_at)
  SELECT kind, key, decode(body, 'base64'), content_type, cut, 0, received_at
  FROM json_to_recordset(%s::json)
    AS given (kind text, key text, body text, content_type text, cut boolean, received_at timestamptz)
  ON CONFLICT (kind, key) DO NOTHING RETURNING id, kind, key, received_at
), promised AS (
  INSERT INTO promise (kind, subject_id, rank, due_at, attempts)
  SELECT handling.value, fresh.id, %s, fresh.received_at, 0
  FROM fresh JOIN json_each_text(%s::json) AS handling ON handling.key = fresh.kind
)
SELECT kind, key FROM fresh
"""


def store(engine: Engine, entries: Sequence[Incoming], promises: Mapping[str, Kind]) -> bool:
    """As `write`, for whoever does it now and then."""
    with closing(Pen(engine)) as pen:
        return write(pen, entries, promises)


def write(
    pen: Pen, entries: Sequence[Incoming], promises: Mapping[str, Kind], behind: Collection[Place] = ()
) -> bool:
    """Keeps what is new, counts what is known; whether there was anything new. What of it is `behind` is
    handled after everything else.

    Raises SQLAlchemyError where the database does not take it, LookupError for a kind that nobody handles.
    """
    first: dict[Place, Incoming] = {}
    for entry in entries:
        first.setdefault((entry.kind, entry.key), entry)
    # In the order of their keys: two processes with the same ones never wait for each other in a circle.
    fresh_ones = [first[place] for place in sorted(first)]
    promised = {kind: promises[kind].value for kind in sorted({entry.kind for entry in fresh_ones})}
    keep, sign = (_keep_sqlite, "?") if pen.engine.dialect.name == "sqlite" else (_keep_postgres, "%s")
    with pen.writing() as driver:
        fresh = keep(driver, fresh_ones, promised)
        if len(fresh) < len(entries):
            driver.cursor().executemany(_COUNT.format(sign), _repeats(entries, fresh))
        if late := sorted(fresh.intersection(behind)):
            rows = [(Rank.LATER.value, promised[kind], kind, key) for kind, key in late]
            driver.cursor().executemany(_BEHIND.format(sign), rows)
    return bool(fresh)


def _repeats(entries: Sequence[Incoming], fresh: set[Place]) -> list[tuple[int, str, str]]:
    """How often each was there already, or came once more in this batch, in the order of their keys."""
    repeats = Counter((entry.kind, entry.key) for entry in entries)
    repeats.subtract(fresh)
    return [(times, *place) for place, times in sorted(repeats.items()) if times]


def _keep_sqlite(driver: Any, entries: Sequence[Incoming], promised: Mapping[str, str]) -> set[Place]:
    """Nobody else writes meanwhile, so what is new stands behind what was there."""
    last = driver.execute(_LAST).fetchone()[0]
    kept = 0
    for at in range(0, len(entries), MOST_ROWS):
        rows = entries[at : at + MOST_ROWS]
        kept += driver.execute(_keep(len(rows)), [value for entry in rows for value in _row(entry)]).rowcount
    for kind, promise in promised.items():
        driver.execute(_PROMISE, (promise, Rank.INCOMING.value, last, kind))
    if kept == len(entries):
        return {(entry.kind, entry.key) for entry in entries}
    return set(driver.execute(_FRESH, (last,)).fetchall())


@lru_cache(maxsize=MOST_ROWS)
def _keep(rows: int) -> str:
    return _KEEP.format(", ".join(["(?, ?, ?, ?, ?, 0, ?)"] * rows))


def _row(entry: Incoming) -> tuple[Any, ...]:
    moment = _sqlite_time(entry.received_at)
    return entry.kind, entry.key, entry.body, _content_type(entry), entry.cut, moment


def _keep_postgres(driver: Any, entries: Sequence[Incoming], promised: Mapping[str, str]) -> set[Place]:
    given, handling = (orjson.dumps(each).decode() for each in ([*map(_object, entries)], promised))
    return set(driver.execute(_KEEP_AND_PROMISE, (given, Rank.INCOMING.value, handling)).fetchall())


def _object(entry: Incoming) -> dict[str, Any]:
    """In JSON, which costs half of what the driver's arrays do."""
    return {
        "kind": entry.kind,
        "key": entry.key,
        "body": b2a_base64(entry.body, newline=False).decode(),
        "content_type": _content_type(entry),
        "cut": entry.cut,
        "received_at": entry.received_at,
    }


def _content_type(entry: Incoming) -> str:
    return entry.content_type[:120].replace("\x00", "")


def _sqlite_time(moment: datetime) -> str:
    """As the models write it. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("times are stored with their zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
