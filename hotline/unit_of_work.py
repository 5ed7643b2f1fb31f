"""One transaction, and the promises it makes for after the commit.

A use case gets a `UnitOfWork`, changes rows, and promises what must follow (a text to send, a call to close).
Rows and promises are committed together; only then the bell rings. So nothing is sent for a change that was
rolled back, and nothing is forgotten for one that was not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

from hotline.audit_chain import seal_new
from hotline.clock import Clock
from hotline.correspondents import Correspondents
from hotline.domain.playbook import Playbook
from hotline.fresh_rows import FreshRows
from hotline.models import Incident, Promise
from hotline.models.base import Base
from hotline.outbox import Kind, Rank

T = TypeVar("T")


class UnitOfWork:
    """A transaction with the programme's words and one moment in time. Commits when left without an
    exception.
    """

    def __init__(self, session: Session, playbook: Playbook, clock: Clock, ring: Callable[[], None]) -> None:
        self.session = session
        self.playbook = playbook
        self.clock = clock
        self.now: datetime = clock.now()
        self.met = Correspondents()
        """Who texts, while many texts are understood in this transaction."""
        self.locked: dict[int, Incident] = {}
        """Incidents that `hotline.incidents.lock_roots` has locked for many pieces of work."""
        self._fresh: FreshRows | None = None
        self._told: dict[Callable[[Session], Any], Any] = {}
        self._gathered = defaultdict[Callable[[Session, Sequence[Any]], None], list[Any]](list)
        self._ring = ring
        self._promised = False
        event.listen(session, "before_flush", seal_new)

    def promise(
        self, kind: Kind, subject_id: int, *, rank: Rank = Rank.CONVERSATION, due_at: datetime | None = None
    ) -> None:
        """Promises to do `kind` about row `subject_id`, now or at `due_at`."""
        moment = due_at or self.now
        self.note(Promise, kind=kind, subject_id=subject_id, rank=rank, due_at=moment)
        self._promised = self._promised or moment <= self.now

    def add(self, row: Base) -> None:
        """Adds a row that has its id from now on."""
        if self._fresh is not None:
            self._fresh.add(row)
        else:
            self.session.add(row)
            self.session.flush()

    def note(self, table: type[Base], **values: Any) -> None:
        """Adds a row that nobody needs to know. Raises TypeError for a name that the table does not have."""
        if self._fresh is not None:
            self._fresh.note(table, values)
        else:
            self.session.add(table(**values))

    def once(self, ask: Callable[[Session], T]) -> T:
        """What `ask` finds; asked once while many pieces of work are done."""
        if self._fresh is None:
            return ask(self.session)
        if ask not in self._told:
            self._told[ask] = ask(self.session)
        found: T = self._told[ask]
        return found

    def gather(self, write: Callable[[Session, Sequence[T]], None], items: Iterable[T]) -> None:
        """Has `write` write these; while many pieces of work are done, all of them at the end: a row that
        others write too is held for a moment only, and costs one statement.
        """
        self._gathered[write].extend(items)
        if self._fresh is None:
            self._write_gathered()

    def _write_gathered(self) -> None:
        for write, items in self._gathered.items():
            if items:
                write(self.session, items)
        self._gathered.clear()

    @contextmanager
    def many(self) -> Iterator[None]:
        """Many pieces of work follow: their rows are written together."""
        self._fresh = FreshRows(self.session)
        try:
            yield
            self._fresh.close()
            self._write_gathered()
        finally:
            self._fresh, self._told, self.met, self.locked = None, {}, Correspondents(), {}
            self._gathered.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.session.commit()
            else:
                self.session.rollback()
        finally:
            self.session.close()
        if error is None and self._promised:
            self._ring()
