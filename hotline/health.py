"""How the hotline is, in values: database, spool, queue age, texts that are held or need a person. Screens
say it in words.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.asked_once import remember
from hotline.backlog import Backlog, backlog, held_back
from hotline.carriers import Alarm, Trouble, leaving, troubles
from hotline.domain.delivery import TextState
from hotline.models import STUCK, TextMessage
from hotline.modem_settings import line_names
from hotline.runtime import Runtime
from hotline.spool import Spool

LATE_S = 30
"""Work that is due for longer than this is late: the workers wake by themselves every second."""
HERE: Final = "hotline"
"""What has a trouble that is none of a line."""
LEAST_FREE: Final = 100 * 1024**2
"""Bytes on the spool's disk: room for a hundred callbacks of the largest size."""


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
    spool_free: int
    """Bytes on the disk of the spool; 0 where that can't be asked."""
    troubles: tuple[Trouble, ...] = ()
    """What stands at the head of every page."""

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
    free = Spool(runtime.settings.spool).free()
    try:
        with runtime.reading() as session:
            remember(session, {})
            now = runtime.clock.now()
            lines = line_names(runtime.settings.sms_gateways, runtime.settings.modems)
            last = leaving(session, runtime.playbook.sending, lines)
            due, held = backlog(session, now, leaving=last), held_back(session, last)
            states = dict(
                session.execute(
                    select(TextMessage.state, func.count()).where(STUCK).group_by(TextMessage.state)
                ).all()
            )
            wrong = _troubles(session, runtime, now)
            tray = session.scalar(select(func.count()).where(TextMessage.unread)) or 0
    except SQLAlchemyError:
        return Health(False, Backlog(0, None), 0.0, spooled, corrupt, 0, 0, 0, 0, free)
    return Health(
        True, due, _age(due.oldest, now), spooled, corrupt,
        states.get(TextState.UNKNOWN, 0), held, states.get(TextState.NOT_SENT, 0), tray, free,
        tuple(wrong),
    )  # fmt: skip


def find_troubles(runtime: Runtime) -> list[Trouble]:
    """What somebody at the desk must know now, the worst first. Raises SQLAlchemyError without a database."""
    with runtime.reading() as session:
        remember(session, {})
        return _troubles(session, runtime, runtime.clock.now())


def _troubles(session: Session, runtime: Runtime, now: datetime) -> list[Trouble]:
    """Of the lines, of the work that nobody does, and of the disk that would have to take what comes."""
    rules, settings = runtime.playbook.sending, runtime.settings
    lines = line_names(settings.sms_gateways, settings.modems)
    found = troubles(session, rules, now, lines)
    due = backlog(session, now, leaving=leaving(session, rules, lines))
    if _age(due.oldest, now) >= LATE_S:
        found.append(Trouble(Alarm.NOT_WORKING, HERE, due.oldest))
    if Spool(runtime.settings.spool).free() < LEAST_FREE:
        found.append(Trouble(Alarm.SPOOL_FULL, HERE, None))
    return sorted(found, key=lambda trouble: list(Alarm).index(trouble.alarm))


def _spool(runtime: Runtime) -> tuple[int, int]:
    """Files that wait, and files that need a person; so does a folder that can't be read."""
    spool = Spool(runtime.settings.spool)
    try:
        return len(spool.waiting()), len(spool.corrupt())
    except OSError:
        return 0, 1


def _age(oldest: datetime | None, now: datetime) -> float:
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
