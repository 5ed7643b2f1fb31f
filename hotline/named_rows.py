"""A row that is known by its name: locked for this transaction, and begun by whoever asks for it first."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.models import Carrier, Line

Named = TypeVar("Named", Carrier, Line)


def row_named(session: Session, kind: type[Named], name: str, beginning: Mapping[str, object]) -> Named:
    """The row, as it is in the database now; one that is new begins with these values. Two who begin it at
    once get the same one.
    """
    query = select(kind).where(kind.name == name).with_for_update()
    query = query.execution_options(populate_existing=True)
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(kind).values(name=name, **beginning).on_conflict_do_nothing(index_elements=["name"])
    session.execute(row)
    return session.scalars(query).one()
