"""Rows that are new in a transaction which many texts share: numbered at once, written together.

An ORM object that is flushed for its id costs a statement and 0.3 ms; here a row has its id before anything
is written, and all rows of a table go to the driver in one statement: 1.2 statements a text, where ids ahead
and strangers in batches had 17 (docs/performance.md).
They are written before the session asks or flushes anything, so that nobody sees a transaction without its
own rows.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any, Final

from sqlalchemy import Table, event
from sqlalchemy.orm import ORMExecuteState, Session, make_transient_to_detached

from hotline.many_rows import Row, insert
from hotline.models import Incident
from hotline.models.base import Base

BLOCK: Final = 64
"""Ids that are taken from a sequence of PostgreSQL at first; what is left over is a gap. Each next block of a
transaction is twice as large.
"""
BLOCK_OF_INCIDENTS: Final = 8
"""Fewer, since people type an incident's number, which follows from its id."""
LONGEST_BLOCK: Final = 128

_ORDER: Final = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
"""What others refer to is written before them."""

_NEXT_OF_SEQUENCE: Final = """
SELECT nextval(serial) FROM generate_series(1, %s),
  (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS serial OFFSET 0) AS looked_up_once
"""


class FreshRows:
    """The rows of one session that are not written yet."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tables = defaultdict[tuple[type[Base], bool], list[Row]](list)
        """By what they are, and whether they are numbered."""
        self._known: list[Base] = []
        self._ids: dict[type[Base], Iterator[int]] = {}
        self._blocks: dict[Table, int] = {}
        event.listen(session, "before_flush", self._before)
        event.listen(session, "do_orm_execute", self._before_asking)

    def close(self) -> None:
        """Writes what is left; from now on rows are the session's own business."""
        event.remove(self._session, "before_flush", self._before)
        event.remove(self._session, "do_orm_execute", self._before_asking)
        self._write()

    def add(self, row: Base) -> None:
        """Keeps the row until it is written. It has its id at once, and what is changed of it is written."""
        kind, held = type(row), row.__dict__
        held.update({**_defaults(kind), **held, "id": self._next_id(kind)})
        self._tables[kind, True].append(held)
        self._known.append(row)

    def note(self, kind: type[Base], values: Row) -> None:
        """Keeps a row that nobody needs to know. Raises TypeError for a name that the table does not have."""
        defaults = _defaults(kind)
        if not defaults.keys() >= values.keys():
            raise TypeError(f"{kind.__name__} has no {', '.join(values.keys() - defaults.keys())}")
        self._tables[kind, False].append({**defaults, **values})

    def _before_asking(self, _: ORMExecuteState) -> None:
        """Whoever asks about nothing that is new says so with `no_autoflush`, as he would to the session."""
        if self._session.autoflush:
            self._before()

    def _before(self, *_: Any) -> None:
        """Somebody asks, or flushes: what is new must be there, and further changes of it must be seen."""
        for row in self._write():
            make_transient_to_detached(row)
            self._session.add(row)

    def _write(self) -> list[Base]:
        """Writes what is new; those rows of it that are known."""
        tables, self._tables = self._tables, defaultdict(list)
        known, self._known = self._known, []
        if self._session.get_bind().dialect.name == "sqlite":
            self._ids.clear()  # others may number rows of their own now, from the highest that is written
        for kind, numbered in sorted(tables, key=_place):
            insert(self._session.connection(), kind, tables[kind, numbered], numbered=numbered)
        return known

    def _next_id(self, kind: type[Base]) -> int:
        if (found := next(self._ids.get(kind, iter(())), None)) is None:
            self._ids[kind] = self._more_ids(kind.__table__)  # type: ignore[arg-type]
            found = next(self._ids[kind])
        return found

    def _more_ids(self, table: Table) -> Iterator[int]:
        """On SQLite, whose one writer we are, what follows the highest; else a block of the sequence."""
        connection = self._session.connection()
        if connection.dialect.name == "sqlite":
            highest = connection.exec_driver_sql(_highest_on_sqlite(table)).scalar()
            return count((highest or 0) + 1)
        block = connection.exec_driver_sql(_NEXT_OF_SEQUENCE, (self._size_of_block(table), table.name))
        return iter(sorted(block.scalars()))

    def _size_of_block(self, table: Table) -> int:
        size = self._blocks.get(table, BLOCK_OF_INCIDENTS if table is Incident.__table__ else BLOCK)
        self._blocks[table] = min(size * 2, LONGEST_BLOCK)
        return size


@cache
def _highest_on_sqlite(table: Table) -> str:
    """Of all rows that the table has or, where no id may come again, ever had."""
    if table.dialect_options["sqlite"]["autoincrement"]:
        return f"SELECT seq FROM sqlite_sequence WHERE name = '{table.name}'"  # noqa: S608
    return f"SELECT max(id) FROM {table.name}"  # noqa: S608


def _place(table: tuple[type[Base], bool]) -> tuple[int, bool]:
    """Numbered ones first: what SQLite numbers by itself follows the highest that is written."""
    kind, numbered = table
    return _ORDER[kind.__tablename__], not numbered


@cache
def _defaults(kind: type[Base]) -> dict[str, Any]:
    """What the columns hold where nobody said anything."""
    plain = [column for column in kind.__table__.columns if column.name != "id"]
    return {each.name: each.default.arg if each.default is not None else None for each in plain}
