"""Whether anybody sits at the desk: its open pages say so every few seconds, and we write it down now and
then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.among import among
from hotline.domain.rights import RIGHTS, Act, Role
from hotline.models import LoginSession, Operator
from hotline.unit_of_work import UnitOfWork

WRITTEN_EVERY: Final = timedelta(seconds=20)
"""Pages ask every two seconds; one write in ten keeps the figure true to twenty seconds."""

_AT_THE_DESK: Final = tuple(role for role, acts in RIGHTS.items() if Act.VERIFY in acts)
_SEE_ALL: Final = tuple(role for role in _AT_THE_DESK if Act.SEE_CONFIDENTIAL in RIGHTS[role])
_LAST: Final = (
    select(func.max(LoginSession.beat_at))
    .join(Operator, Operator.id == LoginSession.operator_id)
    .where(LoginSession.ended_at.is_(None), among(Operator.role, "roles"), Operator.active)
)


def beat(work: UnitOfWork, operator_id: int) -> None:
    """A page of this operator is open at this moment."""
    open_ones = (LoginSession.operator_id == operator_id, LoginSession.ended_at.is_(None))
    work.session.execute(update(LoginSession).where(*open_ones).values(beat_at=work.now))


def last_beat(session: Session) -> datetime | None:
    """When a page of somebody who can verify was last open; None where none ever was."""
    return _last_of(session, _AT_THE_DESK)


def last_beat_for_hidden(session: Session) -> datetime | None:
    """The same of somebody who also sees what is hidden from the operators: to such a case a desk with
    operators alone is empty.
    """
    return _last_of(session, _SEE_ALL)


def _last_of(session: Session, roles: Sequence[Role]) -> datetime | None:
    return session.scalar(_LAST, {"roles": roles})


def is_stale(written: datetime | None, now: datetime) -> bool:
    """Whether the last written beat is old enough to be written anew, or stands ahead of a clock that was
    put back.
    """
    return written is None or not timedelta(0) <= now - written < WRITTEN_EVERY
