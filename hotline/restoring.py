"""A database that was put back does not know what has left since: nothing more leaves until a person says so.

What was acknowledged after the backup comes back from the journal (`hotline.completing`). Texts that were
waiting may have gone out in the time that the database has forgotten, so that releasing them makes each a
doubt before a person.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.domain.calls import CallEnd, CallState
from hotline.domain.delivery import TextState
from hotline.domain.phone import masked
from hotline.domain.rights import SYSTEM, Act, Actor, require
from hotline.incidents import ConflictError, fetch, log, touch
from hotline.models import Age, Audit, Call, Promise, Restoration, TextMessage
from hotline.outbox import OUTWARD
from hotline.private_file import write_private
from hotline.unit_of_work import UnitOfWork

NAME: Final = "restoration"
DOUBT: Final = "may have gone out before the database was restored"


def held(session: Session) -> Restoration | None:
    """The restoration that nobody has released yet."""
    query = select(Restoration).where(Restoration.released_at.is_(None)).order_by(Restoration.id.desc())
    return session.scalars(query.limit(1)).one_or_none()


def begin(session: Session, now: datetime, backup_at: datetime) -> None:
    """From now on nothing leaves."""
    session.add(Restoration(at=now, backup_at=backup_at, replayed=0))


def note_replayed(work: UnitOfWork, looked_at: int) -> None:
    """How much of the journal was looked at."""
    if (put_back := held(work.session)) is not None:
        put_back.replayed = looked_at


def release(work: UnitOfWork, by: Actor) -> None:
    """What was waiting becomes a doubt that the desk may send again; what is new leaves. Raises ConflictError
    where nothing is held.
    """
    require(by, Act.RELEASE_QUEUE)
    query = select(Restoration).where(Restoration.released_at.is_(None)).with_for_update()
    waiting = list(work.session.scalars(query))
    if not waiting:
        raise ConflictError("the queue is not held any more")
    for each in waiting:
        each.released_at, each.released_by = work.now, by.id
    work.session.add(Audit(at=work.now, operator_id=by.id, act="release_queue", subject=NAME))
    _doubt_texts(work)
    _give_up_calls(work)
    work.session.execute(
        update(Promise)
        .where(Promise.kind.in_(OUTWARD), Promise.settled_at.is_(None))
        .values(settled_at=work.now, outcome="not repeated")
    )


def _doubt_texts(work: UnitOfWork) -> None:
    unsent = (TextState.QUEUED, TextState.NOT_SENT, TextState.SENDING)
    query = select(TextMessage).where(~TextMessage.inbound, TextMessage.state.in_(unsent))
    for text in work.session.scalars(query.order_by(TextMessage.id).with_for_update()).all():
        text.state, text.problem, text.settled_at = TextState.UNKNOWN, DOUBT, work.now
        if text.incident_id is not None:
            incident = fetch(work, text.incident_id)
            log(work, incident, "text_unknown", SYSTEM, f"{masked(text.number)} {DOUBT}", text_id=text.id)
            touch(work, incident)


def _give_up_calls(work: UnitOfWork) -> None:
    """Of what a call was to say the ladder asks again, and the desk's lists know who waits for one."""
    query = select(Call).where(Call.state == CallState.PLANNED)
    for planned in work.session.scalars(query.order_by(Call.id).with_for_update()):
        planned.state, planned.end, planned.problem = CallState.OVER, CallEnd.WITHHELD, DOUBT
        planned.ended_at = work.now


@dataclass(frozen=True, slots=True)
class Start:
    """The how-manieth start of this database it is, and whether the database went back in time before it."""

    number: int
    went_back: bool


def count_start(work: UnitOfWork, copy: Path) -> Start:
    """Counts the starts of this database: a copy of the count, beside the spool, knows whether it went back.
    `note_start` writes the copy, after the commit: before it, a process killed meanwhile would leave a copy
    ahead of the database, and the next one would hold everything for nothing.
    """
    age = work.session.get(Age, 1, with_for_update=True)
    if age is None:
        age = Age(id=1, starts=0)
        work.session.add(age)
    known = _known(copy)
    went_back = age.starts < known
    age.starts = max(age.starts, known) + 1
    return Start(age.starts, went_back)


def note_start(copy: Path, start: Start) -> None:
    """Writes the copy of the count. Raises OSError."""
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(copy, str(start.number))


def _known(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0
