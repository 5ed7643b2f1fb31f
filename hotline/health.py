"""How the hotline is, in values: database, spool, queue age, texts that are held or need a person. Screens
say it in words.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from hotline.backlog import Backlog, backlog, held_back
from hotline.carriers import leaving
from hotline.domain.delivery import TextState
from hotline.models import TextMessage
from hotline.modem_settings import line_names
from hotline.runtime import Runtime
from hotline.spool import Spool

LATE_S = 30
"""Work that is due for longer than this is late: the workers wake by themselves every second."""


@dataclass(frozen=True, slots=True)
class Health:
    """One look at everything. `ready` is whether traffic should come here."""

    database: bool
    backlog: Backlog
    late_s: float
    spooled: int
    corrupt: int
    unknown_texts: int
    held_texts: int
    """Texts that wait on purpose, until there is money or the account works again: held is not late."""
    unsent_texts: int
    """Texts that could not be handed over and are tried again."""
    tray: int

    @property
    def ready(self) -> bool:
        """The database answers; a full spool or late work is said, but turning callbacks away would lose
        them.
        """
        return self.database

    @property
    def working(self) -> bool:
        """Whether due work is being done."""
        return self.late_s < LATE_S


def look(runtime: Runtime) -> Health:
    """Looks at everything now; never raises."""
    spooled, corrupt = _spool(runtime)
    try:
        with runtime.reading() as session:
            now = runtime.clock.now()
            lines = line_names(runtime.settings.sms_gateways, runtime.settings.modems)
            last = leaving(session, runtime.playbook.sending, lines)
            due, held = backlog(session, now, leaving=last), held_back(session, last)
            states = dict(
                session.execute(
                    select(TextMessage.state, func.count())
                    .where(TextMessage.state.in_((TextState.UNKNOWN, TextState.NOT_SENT)))
                    .group_by(TextMessage.state)
                ).all()
            )
            tray = session.scalar(select(func.count()).where(TextMessage.unread)) or 0
    except SQLAlchemyError:
        return Health(False, Backlog(0, None), 0.0, spooled, corrupt, 0, 0, 0, 0)
    return Health(
        True, due, _age(due.oldest, now), spooled, corrupt,
        states.get(TextState.UNKNOWN, 0), held, states.get(TextState.NOT_SENT, 0), tray,
    )  # fmt: skip


def _spool(runtime: Runtime) -> tuple[int, int]:
    """Files that wait, and files that need a person; so does a folder that can't be read."""
    spool = Spool(runtime.settings.spool)
    try:
        return len(spool.waiting()), len(spool.corrupt())
    except OSError:
        return 0, 1


def _age(oldest: datetime | None, now: datetime) -> float:
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
