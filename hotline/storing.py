"""Stores callbacks and the promises to handle them: one transaction, each callback once.

On SQLite the rows go to the driver as they are: SQLAlchemy's turning of each value took half of what storing
one costs (what it buys is in docs/performance.md).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, insert, update
from sqlalchemy.dialects import postgresql

from hotline.models import Kept, Promise
from hotline.outbox import Kind, Rank
from hotline.spool import Incoming

Place = tuple[str, str]
"""Kind and key: what makes a callback the same."""

_COUNT_REPEATS: Final = (
    update(Kept.__table__)  # type: ignore[arg-type]
    .where(Kept.kind == bindparam("b_kind"), Kept.key == bindparam("b_key"))
    .values(repeats=Kept.repeats + bindparam("b_times"))
)


def store(engine: Engine, entries: Sequence[Incoming], promises: Mapping[str, Kind]) -> bool:
    """Keeps what is new, counts what is known; whether there was anything new.

    Raises SQLAlchemyError where the database does not take it, LookupError for a kind that nobody handles.
    """
    first: dict[Place, Incoming] = {}
    for entry in entries:
        first.setdefault((entry.kind, entry.key), entry)
    # In the order of their keys: two processes with the same ones never wait for each other in a circle.
    fresh_ones = [first[place] for place in sorted(first)]
    with engine.begin() as connection:
        fresh = _insert(connection, fresh_ones)
        repeats = Counter(_place(entry) for entry in entries)
        repeats.subtract(fresh.keys())
        again = [(place, times) for place, times in sorted(repeats.items()) if times]
        if again:
            connection.execute(
                _COUNT_REPEATS,
                [{"b_kind": kind, "b_key": key, "b_times": times} for (kind, key), times in again],
            )
        _promise(connection, [(first[place], id_) for place, id_ in fresh.items()], promises)
    return bool(fresh)


def _place(entry: Incoming) -> Place:
    return entry.kind, entry.key


def _promise(
    connection: Connection, fresh: Sequence[tuple[Incoming, int]], promises: Mapping[str, Kind]
) -> None:
    if not fresh:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO promise (kind, subject_id, rank, due_at, attempts) VALUES (?, ?, ?, ?, 0)",
            [
                (promises[entry.kind].value, kept_id, Rank.INCOMING.value, _sqlite_time(entry.received_at))
                for entry, kept_id in fresh
            ],
        )
        return
    rows = [
        {"kind": promises[entry.kind], "subject_id": kept_id, "rank": Rank.INCOMING,
         "due_at": entry.received_at, "attempts": 0}
        for entry, kept_id in fresh
    ]  # fmt: skip
    connection.execute(insert(Promise), rows)


def _insert(connection: Connection, entries: Sequence[Incoming]) -> dict[Place, int]:
    """Kept ids of the entries that were not known yet."""
    if connection.dialect.name == "sqlite":
        return _insert_sqlite(connection, entries)
    statement = (
        postgresql.insert(Kept)
        .on_conflict_do_nothing(index_elements=["kind", "key"])
        .returning(Kept.kind, Kept.key, Kept.id)
    )
    rows = [
        {
            "kind": entry.kind, "key": entry.key, "body": entry.body,
            "content_type": _content_type(entry),
            "cut": entry.cut, "repeats": 0, "received_at": entry.received_at,
        }
        for entry in entries
    ]  # fmt: skip
    return {(kind, key): id_ for kind, key, id_ in connection.execute(statement, rows)}


def _insert_sqlite(connection: Connection, entries: Sequence[Incoming]) -> dict[Place, int]:
    """Nobody else writes meanwhile, so what is new stands behind what was there."""
    last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM kept").scalar()
    connection.exec_driver_sql(
        "INSERT INTO kept (kind, key, body, content_type, cut, repeats, received_at)"
        " VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (kind, key) DO NOTHING",
        [
            (entry.kind, entry.key, entry.body, _content_type(entry), entry.cut,
             _sqlite_time(entry.received_at))
            for entry in entries
        ],
    )  # fmt: skip
    fresh = connection.exec_driver_sql("SELECT kind, key, id FROM kept WHERE id > ? ORDER BY id", (last,))
    return {(kind, key): id_ for kind, key, id_ in fresh}


def _content_type(entry: Incoming) -> str:
    return entry.content_type[:120].replace("\x00", "")


def _sqlite_time(moment: datetime) -> str:
    """As the models write it. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("times are stored with their zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
