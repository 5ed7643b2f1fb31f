"""What a person asks for his own data: to be forgotten, a copy, a correction, a pause (UU 27/2022).

HAPUS by text is one of them. Each is a task with a term of 3 x 24 hours for whoever answers for the data.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, func, select, union_all, update
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor, require
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError, NoSuchIncidentError, family, root_of
from hotline.models import (
    Audit,
    Call,
    Caller,
    Contact,
    ErasureRequest,
    Incident,
    Kept,
    Nuisance,
    Question,
    Report,
    Task,
    TextMessage,
    TextPart,
    UnreadWord,
)
from hotline.privacy.emptying import empty_calls, empty_cases, empty_texts
from hotline.privacy.holds import callbacks_of
from hotline.privacy.keyed import mark_of
from hotline.privacy.old_rows import mark_caller
from hotline.unit_of_work import UnitOfWork

TERM: Final = timedelta(hours=72)
"""3 x 24 hours."""
_WORD: Final = re.compile(r"\w+")


class Wish(StrEnum):
    """What can be asked for."""

    ERASE = "erase"
    ACCESS = "access"
    CORRECT = "correct"
    RESTRICT = "restrict"


def due_of(request: ErasureRequest) -> datetime:
    """Until when it must be answered."""
    return request.asked_at + TERM


def ask_erasure(work: UnitOfWork, number: str, text_id: int) -> ErasureRequest:
    """HAPUS by text; the one open request of a number stands for further ones."""
    open_one = select(ErasureRequest).where(
        ErasureRequest.number == number, ErasureRequest.settled_at.is_(None),
        ErasureRequest.kind == Wish.ERASE,
    )  # fmt: skip
    known = work.session.scalars(open_one.limit(1)).one_or_none()
    return known or _note(work, number, Wish.ERASE, text_id=text_id)


def ask(work: UnitOfWork, number: str, wish: Wish, words: str, by: Actor) -> ErasureRequest:
    """A wish that came at the counter, by letter or by telephone. Raises NotAllowedError."""
    require(by, Act.GUARD_DATA)
    request = _note(work, number, wish, words=words)
    _audit(work, "request_noted", request, by)
    return request


def _note(
    work: UnitOfWork, number: str, wish: Wish, *, text_id: int | None = None, words: str = ""
) -> ErasureRequest:
    request = ErasureRequest(number=number, text_id=text_id, kind=wish, words=words, asked_at=work.now)
    work.session.add(request)
    work.session.flush()
    work.session.add(
        Task(kind=TaskKind.SUBJECT_REQUEST, words=str(request.id), raised_at=work.now, due_at=due_of(request))
    )
    return request


def open_requests(session: Session) -> list[ErasureRequest]:
    """Requests that nobody has settled, oldest first."""
    query = select(ErasureRequest).where(ErasureRequest.settled_at.is_(None)).order_by(ErasureRequest.id)
    return list(session.scalars(query))


def settle(work: UnitOfWork, request_id: int, outcome: str, by: Actor) -> ErasureRequest:
    """It has been answered, in these words. Raises NoSuchIncidentError, NotAllowedError."""
    require(by, Act.GUARD_DATA)
    request = _fetch(work, request_id)
    _settle(work, request, outcome, by)
    return request


def erase(work: UnitOfWork, request_id: int, key: bytes, by: Actor) -> Mapping[str, int]:
    """Forgets the person now: his words, sounds and number; how much of each.

    A case that others reported too keeps what they said. Raises ConflictError while one of his cases is open
    or under legal hold (art. 44: not if tied to a legal case), NoSuchIncidentError, NotAllowedError.
    """
    require(by, Act.GUARD_DATA)
    request = _fetch(work, request_id)
    number = request.number
    cases = _cases_of(work.session, number)
    if any(each.legal_hold for each in cases):
        raise ConflictError("a case of this number is under legal hold")
    if any(each.closed_at is None and each.merged_into_id is None for each in cases):
        raise ConflictError("a case of this number is open")
    done = _erase(work, number, [each.id for each in cases], key)
    _settle(work, request, "erased", by)
    request.number, request.words = mark_of(key, number), ""
    return done


def _erase(work: UnitOfWork, number: str, case_ids: list[int], key: bytes) -> Mapping[str, int]:
    session = work.session
    caller = session.scalars(select(Caller).where(Caller.number == number)).one_or_none()
    alone = [case for case in case_ids if _told_by_nobody_else(session, case, caller)]
    session.execute(delete(UnreadWord).where(UnreadWord.word.in_(_words_of(session, number, caller))))
    if caller is not None:
        mine = update(Report).where(Report.caller_id == caller.id)
        session.execute(mine.values(words="", caller_name="", spans="[]"))
    callbacks = callbacks_of(TextMessage.number == number, Call.number == number)
    emptied = {"body": b"", "content_type": "", "problem": None}
    session.execute(update(Kept).where(Kept.id.in_(callbacks)).values(emptied))
    texts = empty_texts(session, key, TextMessage.number == number)
    calls = empty_calls(session, key, list(session.scalars(select(Call.id).where(Call.number == number))))
    done = empty_cases(session, key, alone) if alone else {}
    session.execute(update(Incident).where(Incident.id.in_(alone)).values(forgotten_at=work.now))
    for table in (Contact, Question, TextPart):
        session.execute(delete(table).where(table.number == number))
    marked = mark_of(key, number)
    session.execute(update(Nuisance).where(Nuisance.number == number).values(number=marked))
    session.execute(update(Task).where(Task.number == number).values(number="", words=""))
    if caller is not None:
        mark_caller(session, key, caller)
    return {**done, "texts": texts + done.get("texts", 0), "calls": calls + done.get("calls", 0)}


def _words_of(session: Session, number: str, caller: Caller | None) -> set[str]:
    """Every single word that he told: a name is one that the text line can't read, and so it was counted."""
    texts = select(TextMessage.words).where(TextMessage.number == number)
    reports = select(Report.words).where(Report.caller_id == (caller.id if caller else None))
    said = session.scalars(union_all(texts, reports)).all()
    return {word for words in said for word in _WORD.findall(words.lower())}


def _cases_of(session: Session, number: str) -> list[Incident]:
    """The cases that he reported, with all that is told together with them."""
    told = (
        select(Report.incident_id)
        .join(Caller, Caller.id == Report.caller_id)
        .where(Caller.number == number)
        .distinct()
    )
    roots = {root_of(session, case) for case in session.scalars(told)}
    ids = [member for root in sorted(roots) for member in family(session, root)]
    return list(session.scalars(select(Incident).where(Incident.id.in_(ids))))


def _told_by_nobody_else(session: Session, case: int, caller: Caller | None) -> bool:
    mine = None if caller is None else caller.id
    others = select(func.count()).where(Report.incident_id == case, Report.caller_id.is_distinct_from(mine))
    return session.scalar(others) == 0


def copy_of(work: UnitOfWork, request_id: int, reason: str, by: Actor) -> Iterator[list[str]]:
    """Everything that is kept about the person, as lines of a sheet; that it was taken is in the audit.

    Raises NoSuchIncidentError, NotAllowedError.
    """
    require(by, Act.GUARD_DATA)
    request = _fetch(work, request_id)
    _audit(work, "copy_taken", request, by, reason)
    return iter(_lines(work.session, request.number))


def _lines(session: Session, number: str) -> list[list[str]]:
    reports = (
        select(Report, Incident.number)
        .join(Incident, Incident.id == Report.incident_id)
        .join(Caller, Caller.id == Report.caller_id)
        .where(Caller.number == number)
        .order_by(Report.id)
    )
    texts = select(TextMessage).where(TextMessage.number == number).order_by(TextMessage.id)
    calls = select(Call).where(Call.number == number).order_by(Call.id)
    return [
        ["jenis", "waktu", "kasus", "isi"],
        *(
            [f"laporan {report.channel}", _at(report.received_at), case or "",
             f"{report.caller_name} {report.words}".strip()]
            for report, case in session.execute(reports)
        ),
        *(
            ["SMS masuk" if text.inbound else "SMS keluar", _at(text.at), "", text.words]
            for text in session.scalars(texts)
        ),
        *(["telepon", _at(call.started_at), "", ""] for call in session.scalars(calls)),
    ]  # fmt: skip


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _fetch(work: UnitOfWork, request_id: int) -> ErasureRequest:
    request = work.session.get(ErasureRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.settled_at is not None:
        raise NoSuchIncidentError(f"request {request_id}")
    return request


def _settle(work: UnitOfWork, request: ErasureRequest, outcome: str, by: Actor) -> None:
    request.settled_at, request.settled_by, request.outcome = work.now, by.id, outcome
    work.session.execute(
        update(Task)
        .where(Task.kind == TaskKind.SUBJECT_REQUEST, Task.words == str(request.id), Task.done_at.is_(None))
        .values(done_at=work.now, done_by=by.id, outcome="done")
    )
    _audit(work, "request_settled", request, by)


def _audit(work: UnitOfWork, act: str, request: ErasureRequest, by: Actor, reason: str = "") -> None:
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act=act, subject=f"request {request.id}", reason=reason)
    )
