"""What the screens read besides the use cases: the badges, names, the mark that says what changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotline.domain.calls import IN_QUEUE
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act, Actor
from hotline.domain.tasks import LOUD, TaskKind
from hotline.models import (
    STUCK,
    Base,
    Call,
    CallEvent,
    Carrier,
    Incident,
    LogEntry,
    LoginSession,
    Operator,
    Promise,
    Receipt,
    Task,
    TextMessage,
    Unit,
)
from hotline.presence import GONE_AFTER

OPEN: Final = (Incident.disposition.is_(None), Incident.merged_into_id.is_(None))
"""Cases that are nobody's past, each with what was merged into it."""


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The incidents this person may know of; the same rule as `hotline.incidents.may_see`, for a query."""
    if by.may(Act.SEE_CONFIDENTIAL):
        return Incident.id.is_not(None)
    return or_(Incident.confidential.is_(False), Incident.priority == Priority.DARURAT)


def open_by_area(session: Session, by: Actor) -> dict[str | None, dict[Priority, int]]:
    """Kelurahan (None: not known yet) to how many cases are open there, by priority."""
    query = select(Incident.area_code, Incident.priority, func.count()).where(*OPEN, visible_to(by))
    found: dict[str | None, dict[Priority, int]] = defaultdict(dict)
    for area, priority, many in session.execute(query.group_by(Incident.area_code, Incident.priority)):
        found[area][priority] = many
    return found


def hidden_from(session: Session, by: Actor, now: datetime) -> int:
    """How many unchecked cases that nobody holds wait for somebody who may know of them, as `by` may not."""
    if by.may(Act.SEE_CONFIDENTIAL):
        return 0
    new = (*OPEN, Incident.status == IncidentStatus.RECEIVED)
    unheld = or_(Incident.claimed_until.is_(None), Incident.claimed_until <= now)
    return count(session, Incident, *new, unheld, ~visible_to(by))


def names_of(session: Session, *operators: int | None) -> dict[int, str]:
    """Operator id to name."""
    wanted = {operator for operator in operators if operator is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Operator.id, Operator.name).where(Operator.id.in_(wanted)))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Badges:
    """What lies elsewhere and should not be forgotten."""

    tray: int
    doubtful: int
    calls: int
    """Callers who wait, and calls that somebody owes."""
    tasks: int
    """What the desk has to do itself."""
    ringing: int
    """What sounds until somebody takes it: new emergencies that nobody holds, and loud tasks."""


def badges(connection: Connection, now: datetime, by: Actor | None) -> Badges:
    """Unread texts, sends of which nobody knows whether they arrived, and what is owed; for `by` without what
    is about incidents that are not for him, since a bell that leads to an empty page is soon not heard.
    """
    about_text, owed = (
        _about(TextMessage.incident_id, by),
        (Task.done_at.is_(None), _about(Task.incident_id, by)),
    )
    row = connection.execute(
        select(
            _many(TextMessage, and_(TextMessage.unread, about_text)),
            _many(TextMessage, *_doubtful()),
            _many(Call, Call.state.in_(IN_QUEUE), Call.waiting_since.is_not(None)),
            _many(Task, Task.kind == TaskKind.CALL_BACK, *owed),
            _many(Task, Task.kind != TaskKind.CALL_BACK, *owed),
            _many(Task, Task.kind.in_(LOUD), *owed),
            _ringing(now),
        )
    )
    tray, doubtful, waiting, call_backs, tasks, loud, new = row.one()
    return Badges(tray, doubtful, waiting + call_backs, tasks, loud + new)


def _about(incident_id: InstrumentedAttribute[int | None], by: Actor | None) -> ColumnElement[bool]:
    """Rows that are about no incident, or about one that this person may know of."""
    if by is not None and by.may(Act.SEE_CONFIDENTIAL):
        return true()
    hidden = (Incident.confidential, Incident.priority != Priority.DARURAT)
    return ~select(Incident.id).where(Incident.id == incident_id, *hidden).exists()


def _ringing(now: datetime) -> ScalarSelect[int]:
    unheld = or_(Incident.claimed_until.is_(None), Incident.claimed_until <= now)
    emergency = (Incident.priority == Priority.DARURAT, Incident.status == IncidentStatus.RECEIVED)
    return _many(Incident, *OPEN, *emergency, unheld)


def count(session: Session, table: type[Base], *conditions: ColumnElement[bool]) -> int:
    """How many rows of a table fit."""
    return session.scalar(select(_many(table, *conditions))) or 0


def _many(table: type[Base], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def doubtful_texts(session: Session, limit: int = 100) -> list[TextMessage]:
    """Texts that may not have gone out and were not sent again, the newest first."""
    query = select(TextMessage).where(*_doubtful()).order_by(TextMessage.id.desc()).limit(limit)
    return list(session.scalars(query))


def _doubtful() -> tuple[ColumnElement[bool], ...]:
    again = aliased(TextMessage)
    repeated = select(again.id).where(again.resend_of == TextMessage.id).exists()
    return (STUCK, TextMessage.state == TextState.UNKNOWN, TextMessage.inbound.is_(False), ~repeated)


def mark(connection: Connection, now: datetime) -> str:
    """Where the desk stands: another value than before means that something on a screen may have changed.

    One query over indexes: the newest rows of what only grows, and sums over the few rows that are open.
    """
    row = connection.execute(_MARK, {"now": now, "seen_since": now - GONE_AFTER}).one()
    return "-".join(str(value or 0) for value in row)


def _marking() -> Select[*tuple[Any, ...]]:
    now = bindparam("now", type_=Incident.claimed_until.type)
    owed = select(func.count(), func.sum(Promise.attempts)).where(Promise.settled_at.is_(None)).subquery()
    untils = (Incident.claimed_until, Incident.later_until)
    held, put_off = (func.count().filter(until > now) for until in untils)
    cases = select(func.sum(Incident.changes), held, put_off).where(*OPEN).subquery()
    parts = (
        select(func.max(LogEntry.id)),
        select(func.max(TextMessage.id)),
        select(func.max(Receipt.id)),
        select(func.max(Promise.id)),
        select(func.max(CallEvent.id)),
        select(func.max(Call.id)),
        select(func.count()).select_from(Call).where(Call.ended_at.is_(None)),
        select(func.count()).select_from(Task).where(Task.done_at.is_(None)),
        select(func.sum(LoginSession.looking_at)).where(
            LoginSession.looking_at.is_not(None),
            LoginSession.beat_at > bindparam("seen_since", type_=LoginSession.beat_at.type),
        ),
        select(func.max(LoginSession.looks)),
        select(func.count()).select_from(TextMessage).where(TextMessage.unread),
        select(func.sum(Carrier.changes)),
        select(func.count()).select_from(Unit).where(Unit.on_duty.is_(True)),
        select(func.count()).select_from(Unit).where(Unit.on_duty.is_(False)),
    )
    sums = owed.join(cases, true())  # a row each: each table of what is open is read once
    return select(owed, cases, *(part.scalar_subquery() for part in parts)).select_from(sums)


_MARK: Final = _marking()
"""Built once: that takes three times as long as to ask it, and it is asked twice a second all day."""
