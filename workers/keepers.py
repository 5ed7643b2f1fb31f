"""One keeper for each kind of promise.

*Inside* keepers touch the database only: their work and 'kept' are one transaction, so they happen exactly
once.
*Outside* keepers ask somebody else: prepare in a transaction, perform with none open, record in a
transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from hotline.outbox import Kind
from hotline.unit_of_work import UnitOfWork

Inside = Callable[[UnitOfWork, int], None]


class Later(Protocol):
    """The promise is put off."""

    @property
    def due_at(self) -> datetime:
        """Until when."""
        ...

    @property
    def problem(self) -> str:
        """What is in the way."""
        ...


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


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps what; every kind that is promised must have its keeper."""

    inside: Mapping[Kind, Inside]
    outside: Mapping[Kind, Outside]

    def kinds(self) -> tuple[Kind, ...]:
        """All kinds that can be kept here."""
        return (*self.inside, *self.outside)
