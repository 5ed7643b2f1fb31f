"""Deletes whole rows at the end of the term for facts: first what hangs on them, last the rows themselves."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from hotline.models import Base

DEEPEST: Final = 8
"""Tables that hang on each other; more would be a circle."""


def purge(session: Session, model: type[Base], ids: Sequence[int]) -> int:
    """Deletes these rows with all rows that are only about them; how many of these."""
    _delete(session, Base.metadata.tables[model.__tablename__], list(ids), DEEPEST)
    return len(ids)


def _delete(session: Session, table: Table, ids: list[int], deep: int) -> None:
    """A row that can stand alone loses its link; one that can't is deleted with what hangs on it."""
    if not ids:
        return
    if not deep:
        raise RecursionError(f"{table.name} hangs on itself")
    for child, column in _hanging_on(table):
        if column.nullable:
            session.execute(update(child).where(column.in_(ids)).values({column.name: None}))
        elif "id" in child.c:
            below = list(session.scalars(select(child.c.id).where(column.in_(ids))))
            _delete(session, child, below, deep - 1)
        else:
            session.execute(delete(child).where(column.in_(ids)))
    session.execute(delete(table).where(table.c.id.in_(ids)))


def _hanging_on(table: Table) -> list[tuple[Table, Column[Any]]]:
    return [
        (child, key.parent)
        for child in reversed(Base.metadata.sorted_tables)
        for key in child.foreign_keys
        if key.column.table is table and key.column.name == "id"
    ]
