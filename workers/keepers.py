"""One keeper for each kind of promise.

*Inside* keepers touch the database only: their work and 'kept' are one transaction, so they happen exactly
once.
*Outside* keepers ask somebody else: prepare in a transaction, perform with none open, record in a
transaction.
*Together* keepers do so too, and choose for themselves what may leave now and what leaves in one request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from hotline.outbox import Claim, Kind, Later
from hotline.unit_of_work import UnitOfWork

Inside = Callable[[UnitOfWork, int], None]
Many = Callable[[UnitOfWork, Sequence[int]], int]
"""Keeps several promises of one kind at once, as their inside keeper would one after the other; how many it
kept, at least the first: where somebody else waits to write it stops.
"""

Ahead = Callable[[Session, Sequence[int]], None]
"""Does of several promises what changes nothing, before their transaction begins."""


class Outside(Protocol):
    """Keeps a promise that needs somebody outside."""

    def prepare(self, work: UnitOfWork, subject_id: int) -> Any | None:
        """Plain values for `perform`; None where there is nothing to do any more."""
        ...

    def perform(self, prepared: Any) -> Any:
        """Does it, with no transaction open; every way it can end is a value, not an exception."""
        ...

    def record(self, work: UnitOfWork, subject_id: int, outcome: Any, attempts: int) -> Later | None:
        """Writes what came of it."""
        ...


class Together(Protocol):
    """Keeps several promises that need somebody outside by asking once."""

    def take(self, work: UnitOfWork, now: datetime, limit: int) -> list[list[Claim]]:
        """Claims what may leave now, in lots of what is asked together: what is urgent whatever else is under
        way, and at most `limit` others. `now` is the database's.
        """
        ...

    def prepare(self, work: UnitOfWork, subject_ids: Sequence[int]) -> Mapping[int, Any | Later | None]:
        """Plain values for `perform`; Later where one must wait; None where nothing is to do any more."""
        ...

    def perform(self, prepared: Sequence[Any]) -> Sequence[Any]:
        """Does all of a lot, with no transaction open; one outcome each, in the same order."""
        ...

    def record(self, work: UnitOfWork, told: Sequence[tuple[int, Any, int]]) -> Sequence[Later | None]:
        """Writes what came of each: its row, its outcome, and the attempt that it was."""
        ...


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps what; every kind that is promised must have its keeper."""

    inside: Mapping[Kind, Inside]
    outside: Mapping[Kind, Outside]
    together: Mapping[Kind, Together] = field(default_factory=dict)
    many: Mapping[Kind, Many] = field(default_factory=dict)
    """For some of the kinds that are kept inside."""
    ahead: Mapping[Kind, Ahead] = field(default_factory=dict)
    """For some of those."""

    def kinds(self) -> tuple[Kind, ...]:
        """All kinds that can be kept here."""
        return (*self.inside, *self.outside, *self.together)
