"""One transaction, and the promises it makes for after the commit.

A use case gets a `UnitOfWork`, changes rows, and promises what must follow (a text to send, a call to close).
Rows and promises are committed together; only then the bell rings. So nothing is sent for a change that was
rolled back, and nothing is forgotten for one that was not.
"""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import event
from sqlalchemy.orm import Session

from hotline.audit_chain import seal_new
from hotline.clock import Clock
from hotline.domain.playbook import Playbook
from hotline.models import Promise
from hotline.outbox import Kind, Rank


class UnitOfWork:
    """A transaction with the programme's words and one moment in time. Commits when left without an
    exception.
    """

    def __init__(self, session: Session, playbook: Playbook, clock: Clock, ring: Callable[[], None]) -> None:
        self.session = session
        self.playbook = playbook
        self.clock = clock
        self.now: datetime = clock.now()
        self._ring = ring
        self._promised = False
        event.listen(session, "before_flush", seal_new)

    def promise(
        self, kind: Kind, subject_id: int, *, rank: Rank = Rank.CONVERSATION, due_at: datetime | None = None
    ) -> None:
        """Promises to do `kind` about row `subject_id`, now or at `due_at`."""
        moment = due_at or self.now
        self.session.add(Promise(kind=kind, subject_id=subject_id, rank=rank, due_at=moment))
        self._promised = self._promised or moment <= self.now

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
