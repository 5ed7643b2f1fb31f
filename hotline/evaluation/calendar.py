"""What the calendar brings: at the beginning of a month the last one's agenda, and its report by mail."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from hotline.domain.rights import SYSTEM
from hotline.evaluation.files import FileKind, ask_for_file
from hotline.evaluation.meeting import draft_agenda, evaluation_of
from hotline.evaluation.period import Period, month_of
from hotline.models import Incident, ReportFile
from hotline.outbox import Kind, Rank
from hotline.timers import tick
from hotline.unit_of_work import UnitOfWork

AFTER_MIDNIGHT: Final = timedelta(minutes=10)
"""When a month begins here: what came in the last minutes has been read by then."""
ONLY: Final = 0
"""There is one calendar."""


def keep_calendar(work: UnitOfWork) -> None:
    """Makes sure that the calendar runs; asked by every worker that starts."""
    tick(work.session, Kind.BEGIN_MONTH, ONLY, work.now, at_once=False)


def begin_month(work: UnitOfWork, _subject: int, *, mail: bool) -> None:
    """Drafts the agenda of the month that ended and has its report made, once; promises the next beginning.

    `mail` says whether there is a mail server: the report then goes to the playbook's recipients.
    """
    zone = work.playbook.programme.zone
    present = month_of(work.now, zone)
    ended = present.before()
    if _anything(work, ended):
        if evaluation_of(work.session, ended) is None:
            draft_agenda(work, ended, SYSTEM)
        if not _made(work, ended):
            wanted = mail and bool(work.playbook.evaluation.recipients)
            ask_for_file(work, ended, FileKind.PDF, SYSTEM, mail=wanted)
    work.promise(Kind.BEGIN_MONTH, ONLY, rank=Rank.LATER, due_at=next_beginning(work.now, present))


def next_beginning(now: datetime, present: Period) -> datetime:
    """The first moment after `now` at which a month begins."""
    first = present.start + AFTER_MIDNIGHT
    return first if first > now else present.end + AFTER_MIDNIGHT


def _anything(work: UnitOfWork, period: Period) -> bool:
    query = select(Incident.id).where(Incident.received_at >= period.start, Incident.received_at < period.end)
    return work.session.scalars(query.limit(1)).first() is not None


def _made(work: UnitOfWork, period: Period) -> bool:
    query = select(ReportFile.id).where(ReportFile.period == period.key, ReportFile.asked_by.is_(None))
    return work.session.scalars(query.limit(1)).first() is not None
