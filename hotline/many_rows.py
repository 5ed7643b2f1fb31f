"""New rows of a table go to the driver as they are, as many as may be in one statement.

SQLite's driver gives Python's lock away for each row that is a step of its own, and waits for it again
wherever another thread wants to compute meanwhile; PostgreSQL takes a batch as JSON in one round trip,
which costs half of a list of statements, with orjson 4 us a row instead of 14. What SQLAlchemy does for each
row and value anew takes twice as long as that (docs/performance.md).
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Dialect
from sqlalchemy.types import TypeEngine

from hotline.models.base import Base, UtcTime

SIZES: Final = (64, 16, 4, 1)
"""Rows of a statement on SQLite; few sizes, since its driver keeps statements by their words."""
MOMENTS: Final = 512
"""Turned values that are remembered: a batch of 64 texts has some four each."""

Row = dict[str, Any]
Turn = Callable[[Any], Any]
Write = Callable[[Connection, Sequence[Row]], None]


def insert(connection: Connection, kind: type[Base], rows: Sequence[Row], *, numbered: bool) -> None:
    """Writes these rows of one table, each with a value for every column, and its id where it is `numbered`.
    Raises SQLAlchemyError.
    """
    _writing(kind, connection.dialect, numbered)(connection, rows)


@cache
def _writing(kind: type[Base], dialect: Dialect, numbered: bool) -> Write:
    table = kind.__table__
    names = [name for name, _ in table.columns.items() if numbered or name != "id"]
    if dialect.name == "sqlite":
        return _on_sqlite(kind, dialect, names)
    return _on_postgres(kind, dialect, names)


def _on_sqlite(kind: type[Base], dialect: Dialect, names: Sequence[str]) -> Write:
    into = _into(kind, dialect, names)
    one = f"({', '.join('?' * len(names))})"
    statements = {size: f"{into} VALUES {', '.join([one] * size)}" for size in SIZES}
    values = _values(kind, dialect, names)

    def write(connection: Connection, rows: Sequence[Row]) -> None:
        given, done = values(rows), 0
        for size in SIZES:
            while len(given) - done >= size:
                flat = tuple(chain.from_iterable(given[done : done + size]))
                connection.exec_driver_sql(statements[size], flat)
                done += size

    return write


def _on_postgres(kind: type[Base], dialect: Dialect, names: Sequence[str]) -> Write:
    quote, columns = dialect.identifier_preparer.quote, kind.__table__.columns
    types = ", ".join(f"{quote(name)} {columns[name].type.compile(dialect)}" for name in names)
    into, chosen = _into(kind, dialect, names), ", ".join(map(quote, names))
    statement = f"{into} SELECT {chosen} FROM json_to_recordset(%s::json) AS given ({types})"  # noqa: S608
    values = _values(kind, dialect, names)

    def write(connection: Connection, rows: Sequence[Row]) -> None:
        given = [
            {name: value for name, value in zip(names, each, strict=True) if value is not None}
            for each in values(rows)
        ]
        connection.exec_driver_sql(statement, (orjson.dumps(given, default=_as_words).decode(),))

    return write


def _into(kind: type[Base], dialect: Dialect, names: Sequence[str]) -> str:
    quote = dialect.identifier_preparer.quote
    return f"INSERT INTO {quote(kind.__tablename__)} ({', '.join(map(quote, names))})"


def _values(
    kind: type[Base], dialect: Dialect, names: Sequence[str]
) -> Callable[[Sequence[Row]], list[tuple[Any, ...]]]:
    """What turns rows into the driver's values, column by column."""
    columns = kind.__table__.columns
    turned = [
        (place, turn)
        for place, name in enumerate(names)
        if (turn := _turn(columns[name].type, dialect)) is not None
    ]
    held = itemgetter(*names)

    def values(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        found = list(zip(*map(held, rows), strict=True))
        for place, turn in turned:
            found[place] = tuple(map(turn, found[place]))
        return list(zip(*found, strict=True))

    return values


def _turn(kind: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    """What makes the driver's value of one of this type; None where that is the value itself."""
    if isinstance(kind, UtcTime):
        return _moments(dialect)
    return kind.dialect_impl(dialect).bind_processor(dialect)


@cache
def _moments(dialect: Dialect) -> Turn | None:
    """For all tables: a text's rows have the same few moments."""
    turn = UtcTime().dialect_impl(dialect).bind_processor(dialect)
    return turn and lru_cache(MOMENTS)(turn)


def _as_words(value: Any) -> str:
    """What the encoder does not know, as PostgreSQL reads it: bytes, and exact numbers."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
