"""What the screens read besides the use cases: the queue, the badges, the mark that says what changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotline.domain.calls import IN_QUEUE
from hotline.domain.channels import Channel
from hotline.domain.delivery import TextState
from hotline.domain.handoff import RED
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act, Actor
from hotline.domain.tasks import LOUD, TaskKind
from hotline.models import (
    Base,
    Call,
    CallEvent,
    Carrier,
    Incident,
    Leg,
    LogEntry,
    LoginSession,
    Operator,
    Promise,
    Receipt,
    Report,
    Task,
    TextMessage,
    Unit,
)
from hotline.presence import GONE_AFTER

QUEUE_LIMIT = 200
_OPEN = (Incident.disposition.is_(None), Incident.merged_into_id.is_(None))


class Band(StrEnum):
    """The three bands of the queue."""

    NEW = "new"
    IN_HAND = "in_hand"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    incident: Incident
    band: Band
    words: str
    channels: tuple[Channel, ...]
    reports: int
    delay: timedelta
    """The longest that a text of it was on its way from its telephone to us."""
    holder: str
    later: datetime | None = None
    """Put off until then."""
    leg_back: bool = False
    """A partner did not take what was handed to him last: it is ours again."""


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The incidents this person may know of; the same rule as `hotline.incidents.may_see`, for a query."""
    if by.may(Act.SEE_CONFIDENTIAL):
        return Incident.id.is_not(None)
    return or_(Incident.confidential.is_(False), Incident.priority == Priority.DARURAT)


def queue(session: Session, by: Actor, now: datetime) -> list[Row]:
    """All open incidents, the most urgent first and of these the oldest."""
    query = (
        select(Incident)
        .where(*_OPEN, visible_to(by))
        .order_by(Incident.rank, Incident.doubted, Incident.received_at, Incident.id)
        .limit(QUEUE_LIMIT)
    )
    incidents = sorted(session.scalars(query), key=lambda each: _put_off(each, now))
    reports = _reports(session, [incident.id for incident in incidents])
    names = _names(session, (incident.claimed_by for incident in incidents))
    back = _legs_back(session, [incident.id for incident in incidents])
    rows = [_row(incident, reports[incident.id], names, now) for incident in incidents]
    return [replace(row, leg_back=True) if row.incident.id in back else row for row in rows]


def _legs_back(session: Session, incident_ids: Sequence[int]) -> set[int]:
    """Of these incidents the ones whose newest leg is ours again."""
    query = select(Leg.incident_id, Leg.state).where(Leg.incident_id.in_(incident_ids)).order_by(Leg.id)
    newest = dict(iter(session.execute(query)))
    return {incident_id for incident_id, state in newest.items() if state in RED}


def _row(incident: Incident, reports: Sequence[Report], names: dict[int, str], now: datetime) -> Row:
    held = incident.claimed_until is not None and incident.claimed_until > now
    holder = names.get(incident.claimed_by or 0, "") if held else ""
    return Row(
        incident=incident,
        band=band(incident, held=bool(holder)),
        words=next((report.words for report in reports if report.words), ""),
        channels=tuple(dict.fromkeys(report.channel for report in reports)),
        reports=len(reports),
        delay=max(
            (each.received_at - each.made_at for each in reports if each.channel is Channel.SMS),
            default=timedelta(0),
        ),
        holder=holder,
        later=incident.later_until if _put_off(incident, now) else None,
    )


def _put_off(incident: Incident, now: datetime) -> bool:
    """An emergency never stands after the others, whatever it was when it was put off."""
    until = incident.later_until
    return incident.priority is not Priority.DARURAT and until is not None and until > now


def band(incident: Incident, *, held: bool) -> Band:
    """New is what nobody has checked or holds; waiting is what no unit has answered yet."""
    if incident.status is IncidentStatus.DISPATCHED:
        return Band.WAITING
    return Band.NEW if incident.status is IncidentStatus.RECEIVED and not held else Band.IN_HAND


def _reports(session: Session, roots: Sequence[int]) -> dict[int, list[Report]]:
    """The reports of these incidents, with those of what was merged into them."""
    root_of = {root: root for root in roots}
    fresh: Sequence[int] = roots
    while fresh:
        query = select(Incident.id, Incident.merged_into_id).where(Incident.merged_into_id.in_(fresh))
        rows = session.execute(query)
        found = {child: root_of[into] for child, into in rows if into and child not in root_of}
        root_of.update(found)
        fresh = list(found)
    reports: dict[int, list[Report]] = defaultdict(list)
    members = select(Report).where(Report.incident_id.in_(root_of)).order_by(Report.id)
    for report in session.scalars(members):
        reports[root_of[report.incident_id]].append(report)
    return reports


def _names(session: Session, operators: Iterable[int | None]) -> dict[int, str]:
    wanted = {operator for operator in operators if operator is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Operator.id, Operator.name).where(Operator.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def names_of(session: Session, *operators: int | None) -> dict[int, str]:
    """Operator id to name."""
    return _names(session, operators)


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


def badges(session: Session, now: datetime, by: Actor | None) -> Badges:
    """Unread texts, sends of which nobody knows whether they arrived, and what is owed; for `by` without what
    is about incidents that are not for him, since a bell that leads to an empty page is soon not heard.
    """
    tray = select(func.count()).select_from(TextMessage).where(TextMessage.unread)
    ours = session.scalar(tray.where(_about(TextMessage.incident_id, by))) or 0
    doubtful = count(session, TextMessage, *_doubtful())
    waiting = count(session, Call, Call.state.in_(IN_QUEUE), Call.waiting_since.is_not(None))
    owed = (Task.done_at.is_(None), _about(Task.incident_id, by))
    calls = waiting + count(session, Task, Task.kind == TaskKind.CALL_BACK, *owed)
    tasks = count(session, Task, Task.kind != TaskKind.CALL_BACK, *owed)
    loud = count(session, Task, Task.kind.in_(LOUD), *owed)
    return Badges(ours, doubtful, calls, tasks, loud + _ringing(session, now))


def _about(incident_id: InstrumentedAttribute[int | None], by: Actor | None) -> ColumnElement[bool]:
    """Rows that are about no incident, or about one that this person may know of."""
    if by is not None and by.may(Act.SEE_CONFIDENTIAL):
        return true()
    hidden = (Incident.confidential, Incident.priority != Priority.DARURAT)
    return ~select(Incident.id).where(Incident.id == incident_id, *hidden).exists()


def _ringing(session: Session, now: datetime) -> int:
    unheld = or_(Incident.claimed_until.is_(None), Incident.claimed_until <= now)
    emergency = (Incident.priority == Priority.DARURAT, Incident.status == IncidentStatus.RECEIVED)
    return count(session, Incident, *_OPEN, *emergency, unheld)


def count(session: Session, table: type[Base], *conditions: ColumnElement[bool]) -> int:
    """How many rows of a table fit."""
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def doubtful_texts(session: Session, limit: int = 100) -> list[TextMessage]:
    """Texts that may not have gone out and were not sent again, the newest first."""
    query = select(TextMessage).where(*_doubtful()).order_by(TextMessage.id.desc()).limit(limit)
    return list(session.scalars(query))


def _doubtful() -> tuple[ColumnElement[bool], ...]:
    again = aliased(TextMessage)
    repeated = select(again.id).where(again.resend_of == TextMessage.id).exists()
    return (TextMessage.state == TextState.UNKNOWN, TextMessage.inbound.is_(False), ~repeated)


def mark(session: Session, now: datetime) -> str:
    """Where the desk stands: another value than before means that something on a screen may have changed.

    One query over indexes: the newest rows of what only grows, and sums over the few rows that are open.
    """
    owed = (Promise.settled_at.is_(None),)
    held = (*_OPEN, Incident.claimed_until > now)
    parts = (
        select(func.max(LogEntry.id)),
        select(func.max(TextMessage.id)),
        select(func.max(Receipt.id)),
        select(func.max(Promise.id)),
        select(func.max(CallEvent.id)),
        select(func.max(Call.id)),
        select(func.count()).select_from(Call).where(Call.ended_at.is_(None)),
        select(func.count()).select_from(Task).where(Task.done_at.is_(None)),
        select(func.count()).select_from(Promise).where(*owed),
        select(func.sum(Promise.attempts)).where(*owed),
        select(func.sum(Incident.changes)).where(*_OPEN),
        select(func.count()).select_from(Incident).where(*held),
        select(func.count()).select_from(Incident).where(*_OPEN, Incident.later_until > now),
        select(func.sum(LoginSession.looking_at)).where(
            LoginSession.looking_at.is_not(None), LoginSession.beat_at > now - GONE_AFTER
        ),
        select(func.max(LoginSession.looks)),
        select(func.count()).select_from(TextMessage).where(TextMessage.unread),
        select(func.sum(Carrier.changes)),
        select(func.count()).select_from(Unit).where(Unit.on_duty.is_(True)),
        select(func.count()).select_from(Unit).where(Unit.on_duty.is_(False)),
    )
    row = session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return "-".join(str(value or 0) for value in row)
