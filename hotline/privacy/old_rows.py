"""What is deleted by its own age, whatever case it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, exists, false, func, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import (
    Audit,
    AuditDay,
    Breach,
    Call,
    Caller,
    DutyChange,
    ErasureRequest,
    Feedback,
    HandOver,
    Incident,
    Kept,
    Nuisance,
    Promise,
    Report,
    ReportFile,
    TextMessage,
    TextPart,
    Token,
    UnreadWord,
)
from hotline.privacy.emptying import empty_calls, empty_texts
from hotline.privacy.holds import held_callbacks, held_numbers, held_subjects
from hotline.privacy.keyed import MARK, mark_of

LIMIT: Final = 200
"""Rows of a kind that one transaction deals with: 20 ms at most."""
TOKENS: Final = timedelta(days=7)
"""A form that was sent longer ago is not sent again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one night goes by: the key of the marks, when each kind of data ends, what is under hold."""

    key: bytes
    ends: Mapping[str, datetime]
    """Kind of data (a code of the playbook) to the moment before which it has ended."""
    held: list[int]
    """Cases of which nothing may go."""
    now: datetime


def forget_old(session: Session, terms: Terms) -> dict[str, int]:
    """Deletes what has ended; how much of each kind. Raises KeyError for a kind without an end."""
    done = {name: act(session, terms) for name, act in _ACTS.items()}
    return {name: n for name, n in done.items() if n}


def _loose_texts(session: Session, terms: Terms) -> int:
    """Texts of no case; one that nobody has read yet waits for its reader, however old it is."""
    found = session.scalars(
        select(TextMessage.id)
        .where(
            TextMessage.incident_id.is_(None), TextMessage.at < terms.ends["words"],
            TextMessage.unread.is_(False), TextMessage.number.not_like(f"{MARK}%"), TextMessage.number != "",
        )
        .limit(LIMIT)
    )  # fmt: skip
    return empty_texts(session, terms.key, TextMessage.id.in_(list(found)))


def _loose_calls(session: Session, terms: Terms) -> int:
    found = session.scalars(
        select(Call.id)
        .where(
            Call.incident_id.is_(None), Call.started_at < terms.ends["words"],
            Call.number.not_like(f"{MARK}%"), Call.number != "",
        )
        .limit(LIMIT)
    )  # fmt: skip
    return empty_calls(session, terms.key, list(found))


def _callers(session: Session, terms: Terms) -> int:
    """People of whom nothing is left but their number. Who asked for no announcements stays on that list."""
    live = exists().where(
        Report.caller_id == Caller.id, Report.incident_id == Incident.id, Incident.forgotten_at.is_(None)
    )
    texts = exists().where(TextMessage.number == Caller.number)
    calls = exists().where(Call.number == Caller.number)
    found = session.scalars(
        select(Caller)
        .where(
            Caller.number.not_like(f"{MARK}%"), Caller.first_seen_at < terms.ends["words"],
            Caller.opted_out_at.is_(None), ~live, ~texts, ~calls,
        )
        .limit(LIMIT)
    ).all()  # fmt: skip
    marks = {mark_of(terms.key, caller.number): caller for caller in found}
    before = set(session.scalars(select(Caller.number).where(Caller.number.in_(marks))))
    for mark, caller in marks.items():
        if mark in before:
            mark_caller(session, terms.key, caller)
        else:
            caller.number = mark
    session.flush()
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


def _raw(session: Session, terms: Terms) -> int:
    """Callbacks as they came. Their keys stay, so that a carrier that repeats itself is still recognised."""
    held = held_callbacks(terms.held)
    waiting = select(Promise.subject_id).where(Promise.settled_at.is_(None), Promise.kind.like("read_%"))
    which = and_(
        Kept.received_at < terms.ends["raw"], Kept.body != b"", Kept.id.not_in(held), Kept.id.not_in(waiting)
    )
    return _many(session, update(Kept).where(which).values(body=b"", content_type="", problem=None))


def _nuisances(session: Session, terms: Terms) -> int:
    which = and_(
        Nuisance.at < terms.ends["misuse"], Nuisance.number.not_like(f"{MARK}%"),
        Nuisance.number.not_in(held_numbers(terms.held)),
    )  # fmt: skip
    found = session.scalars(select(Nuisance).where(which).limit(LIMIT)).all()
    for each in found:
        each.number = mark_of(terms.key, each.number)
    return len(found)


def _requests(session: Session, terms: Terms) -> int:
    which = and_(
        ErasureRequest.settled_at < terms.ends["words"], ErasureRequest.number.not_like(f"{MARK}%"),
        ErasureRequest.number.not_in(held_numbers(terms.held)),
    )  # fmt: skip
    found = session.scalars(select(ErasureRequest).where(which).limit(LIMIT)).all()
    for each in found:
        each.number, each.words, each.outcome = mark_of(terms.key, each.number), "", ""
    return len(found)


def _audit(session: Session, terms: Terms) -> int:
    """Whole days, from the first on: what is left is still a chain. What is held keeps the days from when
    it came in.
    """
    held_since = session.scalar(select(func.min(Incident.received_at)).where(Incident.id.in_(terms.held)))
    end = min(filter(None, (terms.ends["audit"], held_since)))
    over = end.date().isoformat()
    days = list(
        session.scalars(select(AuditDay.day).where(AuditDay.day < over, AuditDay.forgotten_at.is_(None)))
    )
    gone = _many(session, delete(Audit).where(or_(Audit.day.in_(days), _older_than_the_chain(end))))
    session.execute(update(AuditDay).where(AuditDay.day.in_(days)).values(forgotten_at=terms.now))
    return gone


def _older_than_the_chain(end: datetime) -> ColumnElement[bool]:
    return and_(Audit.day == "", Audit.at < end)


def _reasons(session: Session, terms: Terms) -> int:
    """Words of the audit; their digest stays in the chain."""
    which = and_(
        Audit.at < terms.ends["words"], Audit.reason != "",
        Audit.subject.not_in(held_subjects(terms.held)),
    )  # fmt: skip
    return _many(session, update(Audit).where(which).values(reason=""))


def _files(session: Session, terms: Terms) -> int:
    which = and_(ReportFile.made_at < terms.ends["files"], ReportFile.body.is_not(None))
    return _many(session, update(ReportFile).where(which).values(body=None))


def _unread_words(session: Session, terms: Terms) -> int:
    return _many(session, delete(UnreadWord).where(UnreadWord.week < terms.ends["words"].date()))


def _pieces(session: Session, terms: Terms) -> int:
    """Pieces of longer texts, once the whole was read."""
    which = and_(
        TextPart.received_at < terms.ends["raw"], TextPart.told_at.is_not(None),
        TextPart.kept_id.not_in(held_callbacks(terms.held)),
    )  # fmt: skip
    return _many(session, delete(TextPart).where(which))


def _notes(session: Session, terms: Terms) -> int:
    """What one shift told the next, and why somebody changed his duty: people are named there, and ill."""
    numbers = session.scalars(select(Incident.number).where(Incident.id.in_(terms.held))).all()
    of_held = or_(false(), *(HandOver.cases.contains(number) for number in numbers if number))
    told = and_(HandOver.given_at < terms.ends["words"], HandOver.note != "", ~of_held)
    swapped = and_(DutyChange.ends_at < terms.ends["words"], DutyChange.note != "")
    return sum(
        _many(session, update(table).where(which).values(note=""))
        for table, which in ((HandOver, told), (DutyChange, swapped))
    )


def _breaches(session: Session, terms: Terms) -> int:
    """Long after everybody was told."""
    return _many(session, delete(Breach).where(Breach.told_at < terms.ends["facts"]))


def _promises(session: Session, terms: Terms) -> int:
    """Kept ones: what was in the way of them may name what they were about."""
    return _many(session, delete(Promise).where(Promise.settled_at < terms.ends["raw"]))


def _tokens(session: Session, terms: Terms) -> int:
    return _many(session, delete(Token).where(Token.used_at < terms.now - TOKENS))


def _many(session: Session, statement: Update | Delete) -> int:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return int(getattr(found, "rowcount"))  # noqa: B009  a statement that writes has it


_ACTS: Final[Mapping[str, Callable[[Session, Terms], int]]] = {
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
    "pieces": _pieces,
    "notes": _notes,
    "breaches": _breaches,
    "promises": _promises,
    "tokens": _tokens,
}
