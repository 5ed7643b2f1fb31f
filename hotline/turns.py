"""One at a time about one telephone: two texts of one number are never understood side by side.

Two workers would otherwise each see no open incident and open one each. SQLite has one writer anyway.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.orm import Session

_SPACE: Final = 7435
"""Keeps our keys apart from those of others who lock by a number in the same database."""

_EACH: Final = func.unnest(bindparam("numbers", type_=ARRAY(Text()))).column_valued("number")
_TAKING: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(_EACH, _SPACE)))


def take_turn(session: Session, number: str) -> None:
    """Waits until no other transaction is busy with this number; ours ends with the transaction.

    Taken before any row is locked, so that whoever waits here holds nothing that others wait for.
    """
    take_turns(session, [number])


def take_turns(session: Session, numbers: Collection[str]) -> None:
    """The same for several, in one order for everybody."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TAKING, {"numbers": sorted(set(numbers))})
