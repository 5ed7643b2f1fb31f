"""What all tables share: UTC times, enums stored by value, one convention for constraint names."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, DateTime, Enum, Integer, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

E = TypeVar("E", bound=StrEnum)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

BigId: Final = BigInteger().with_variant(Integer, "sqlite")
"""Row numbers: SQLite counts only INTEGER PRIMARY KEY by itself."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, also where the database (SQLite) keeps no zone. Raises ValueError for a naive
    time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: aware times only."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are stored with their zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], datetime | None] | None:
        """From the database: always aware, always UTC. SQLite's words are read in one step, and PostgreSQL's
        times are taken as they come (`hotline.database.PLANS`): a month's figures are made of hundreds of
        thousands.
        """
        return _from_sqlite if dialect.name == "sqlite" else None


def _from_sqlite(words: str | None) -> datetime | None:
    return None if words is None else datetime.fromisoformat(words + "+00:00")


def enum_column(kind: type[E]) -> Enum:
    """A column type that stores the value of a StrEnum as text (no database enum: new values need no
    migration).
    """
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=False,
        values_callable=lambda k: [e.value for e in k],
    )


class Base(DeclarativeBase):
    """The tables' common ancestor."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: Final[dict[Any, Any]] = {datetime: UtcTime()}

    def __init__(self, **values: Any) -> None:
        """A new row with these values. Raises TypeError for a name that the table does not have.

        SQLAlchemy is not told of each column, since of a row that is new it asks what it holds, not what has
        changed: that took a tenth of understanding a text, which makes nine rows (docs/performance.md).
        """
        if not _columns(type(self)).issuperset(values):
            values = self._without_others(values)
        self.__dict__.update(values)

    def _without_others(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values of columns; what else there is (a row that this one belongs to) is set as ever."""
        columns = _columns(type(self))
        for name in values.keys() - columns:
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, values[name])
        return {name: value for name, value in values.items() if name in columns}


@cache
def _columns(kind: type[Base]) -> frozenset[str]:
    return frozenset(kind.__mapper__.column_attrs.keys())
