"""What is deleted by its own age, whatever case it belongs to."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import (
    Audit,
    AuditDay,
    Call,
    Caller,
    ErasureRequest,
    Feedback,
    Incident,
    Kept,
    Nuisance,
    Promise,
    Report,
    ReportFile,
    TextMessage,
    Token,
    UnreadWord,
)
from hotline.privacy.emptying import empty_calls, empty_texts
from hotline.privacy.keyed import MARK, mark_of

LIMIT: Final = 500
"""Rows of a kind that one transaction deals with."""
TOKENS: Final = timedelta(days=7)
"""A form that was sent longer ago is not sent again."""

Ends = Mapping[str, datetime]
"""Kind of data (a code of the playbook) to the moment before which it has ended."""


def forget_old(session: Session, key: bytes, ends: Ends, now: datetime) -> dict[str, int]:
    """Deletes what has ended; how much of each kind. Raises KeyError for a kind without an end."""
    done = {name: act(session, key, ends, now) for name, act in _ACTS.items()}
    return {name: n for name, n in done.items() if n}


def _loose_texts(session: Session, key: bytes, ends: Ends, _now: datetime) -> int:
    """Texts of no case; one that nobody has read yet waits for its reader, however old it is."""
    found = session.scalars(
        select(TextMessage.id)
        .where(
            TextMessage.incident_id.is_(None), TextMessage.at < ends["words"],
            TextMessage.unread.is_(False), TextMessage.number.not_like(f"{MARK}%"), TextMessage.number != "",
        )
        .limit(LIMIT)
    )  # fmt: skip
    return empty_texts(session, key, TextMessage.id.in_(list(found)))


def _loose_calls(session: Session, key: bytes, ends: Ends, _now: datetime) -> int:
    found = session.scalars(
        select(Call.id)
        .where(
            Call.incident_id.is_(None), Call.started_at < ends["words"], Call.number.not_like(f"{MARK}%"),
            Call.number != "",
        )
        .limit(LIMIT)
    )  # fmt: skip
    return empty_calls(session, key, list(found))


def _callers(session: Session, key: bytes, ends: Ends, _now: datetime) -> int:
    """People of whom nothing is left but their number. Who asked for no announcements stays on that list."""
    live = exists().where(
        Report.caller_id == Caller.id, Report.incident_id == Incident.id, Incident.forgotten_at.is_(None)
    )
    texts = exists().where(TextMessage.number == Caller.number)
    calls = exists().where(Call.number == Caller.number)
    found = session.scalars(
        select(Caller)
        .where(
            Caller.number.not_like(f"{MARK}%"), Caller.first_seen_at < ends["words"],
            Caller.opted_out_at.is_(None), ~live, ~texts, ~calls,
        )
        .limit(LIMIT)
    ).all()  # fmt: skip
    for caller in found:
        mark_caller(session, key, caller)
    return len(found)


def mark_caller(session: Session, key: bytes, caller: Caller) -> None:
    """Puts the mark in the place of the number; somebody who was forgotten before is the same person."""
    mark = mark_of(key, caller.number)
    before = session.scalars(select(Caller).where(Caller.number == mark)).one_or_none()
    if before is None or before is caller:
        caller.number = mark
    else:
        for table in (Report, Feedback):
            session.execute(update(table).where(table.caller_id == caller.id).values(caller_id=before.id))
        session.delete(caller)
    session.flush()


def _raw(session: Session, _key: bytes, ends: Ends, _now: datetime) -> int:
    """Callbacks as they came. Their keys stay, so that a carrier that repeats itself is still recognised."""
    held = (
        select(TextMessage.kept_id)
        .join(Incident, Incident.id == TextMessage.incident_id)
        .where(Incident.legal_hold, TextMessage.kept_id.is_not(None))
    )
    waiting = select(Promise.subject_id).where(Promise.settled_at.is_(None), Promise.kind.like("read_%"))
    which = and_(
        Kept.received_at < ends["raw"], Kept.body != b"", Kept.id.not_in(held), Kept.id.not_in(waiting)
    )
    return _many(session, update(Kept).where(which).values(body=b"", content_type="", problem=None))


def _nuisances(session: Session, key: bytes, ends: Ends, _now: datetime) -> int:
    which = and_(Nuisance.at < ends["misuse"], Nuisance.number.not_like(f"{MARK}%"))
    found = session.scalars(select(Nuisance).where(which).limit(LIMIT)).all()
    for each in found:
        each.number = mark_of(key, each.number)
    return len(found)


def _requests(session: Session, key: bytes, ends: Ends, _now: datetime) -> int:
    which = and_(ErasureRequest.settled_at < ends["words"], ErasureRequest.number.not_like(f"{MARK}%"))
    found = session.scalars(select(ErasureRequest).where(which).limit(LIMIT)).all()
    for each in found:
        each.number, each.words = mark_of(key, each.number), ""
    return len(found)


def _audit(session: Session, _key: bytes, ends: Ends, now: datetime) -> int:
    """Whole days, from the first on: what is left is still a chain."""
    over = ends["audit"].date().isoformat()
    days = list(
        session.scalars(select(AuditDay.day).where(AuditDay.day < over, AuditDay.forgotten_at.is_(None)))
    )
    gone = _many(session, delete(Audit).where(or_(Audit.day.in_(days), _older_than_the_chain(ends))))
    session.execute(update(AuditDay).where(AuditDay.day.in_(days)).values(forgotten_at=now))
    return gone


def _older_than_the_chain(ends: Ends) -> ColumnElement[bool]:
    return and_(Audit.day == "", Audit.at < ends["audit"])


def _reasons(session: Session, _key: bytes, ends: Ends, _now: datetime) -> int:
    """Words of the audit; their digest stays in the chain."""
    which = and_(Audit.at < ends["words"], Audit.reason != "")
    return _many(session, update(Audit).where(which).values(reason=""))


def _files(session: Session, _key: bytes, ends: Ends, _now: datetime) -> int:
    which = and_(ReportFile.made_at < ends["files"], ReportFile.body.is_not(None))
    return _many(session, update(ReportFile).where(which).values(body=None))


def _unread_words(session: Session, _key: bytes, ends: Ends, _now: datetime) -> int:
    return _many(session, delete(UnreadWord).where(UnreadWord.week < ends["words"].date()))


def _promises(session: Session, _key: bytes, ends: Ends, _now: datetime) -> int:
    """Kept ones: what was in the way of them may name what they were about."""
    return _many(session, delete(Promise).where(Promise.settled_at < ends["raw"]))


def _tokens(session: Session, _key: bytes, _ends: Ends, now: datetime) -> int:
    return _many(session, delete(Token).where(Token.used_at < now - TOKENS))


def _many(session: Session, statement: Update | Delete) -> int:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return int(getattr(found, "rowcount"))  # noqa: B009  a statement that writes has it


_ACTS: Final[Mapping[str, Callable[[Session, bytes, Ends, datetime], int]]] = {
    "loose_texts": _loose_texts,
    "loose_calls": _loose_calls,
    "callers": _callers,
    "raw": _raw,
    "misuse": _nuisances,
    "requests": _requests,
    "audit": _audit,
    "reasons": _reasons,
    "files": _files,
    "unread_words": _unread_words,
    "promises": _promises,
    "tokens": _tokens,
}
