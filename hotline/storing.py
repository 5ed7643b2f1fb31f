"""Stores callbacks and the promises to handle them: one transaction, each callback once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

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
        if fresh:
            rows = [_promise(first[place], id_, promises) for place, id_ in fresh.items()]
            connection.execute(insert(Promise), rows)
    return bool(fresh)


def _place(entry: Incoming) -> Place:
    return entry.kind, entry.key


def _promise(entry: Incoming, kept_id: int, promises: Mapping[str, Kind]) -> dict[str, object]:
    return {
        "kind": promises[entry.kind],
        "subject_id": kept_id,
        "rank": Rank.INCOMING,
        "due_at": entry.received_at,
        "attempts": 0,
    }


def _insert(connection: Connection, entries: Sequence[Incoming]) -> dict[Place, int]:
    """Kept ids of the entries that were not known yet."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(Kept)
        .on_conflict_do_nothing(index_elements=["kind", "key"])
        .returning(Kept.kind, Kept.key, Kept.id)
    )
    rows = [
        {
            "kind": entry.kind, "key": entry.key, "body": entry.body,
            "content_type": entry.content_type[:120].replace("\x00", ""),
            "cut": entry.cut, "repeats": 0, "received_at": entry.received_at,
        }
        for entry in entries
    ]  # fmt: skip
    return {(kind, key): id_ for kind, key, id_ in connection.execute(statement, rows)}
