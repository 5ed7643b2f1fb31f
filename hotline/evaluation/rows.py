"""What the figures are counted from: plain rows of one period, read in a handful of queries.

Exercises are left out everywhere. An incident that was merged is told by the one it was merged into, so it
counts as a report and not as an event.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Result,
    Select,
    and_,
    case,
    extract,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotline.domain.channels import Channel
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.handoff import LegState
from hotline.domain.lifecycle import Disposition, IncidentStatus, UnitStatus
from hotline.domain.playbook import Priority
from hotline.evaluation.neutral import neutral
from hotline.evaluation.period import Period
from hotline.models import (
    Assignment,
    Feedback,
    FollowUp,
    Incident,
    Leg,
    Outage,
    Report,
    TextMessage,
    Unit,
)


class Case(NamedTuple):
    """One event with its moments."""

    number: str
    type_code: str
    priority: Priority
    area_code: str | None
    rt: int | None
    status: IncidentStatus
    disposition: Disposition | None
    rejection: str | None
    received_at: datetime
    verified_at: datetime | None
    dispatched_at: datetime | None
    responded_at: datetime | None
    on_scene_at: datetime | None
    closed_at: datetime | None
    informed_at: datetime | None
    reopenings: int
    confidential: bool
    summary: str
    """The desk's own words, made neutral."""


class Sent(NamedTuple):
    """One unit's task, with the way of its text."""

    number: str
    priority: Priority
    unit_id: int
    unit_name: str
    agency: str
    area_code: str | None
    status: UnitStatus
    alerted_at: datetime
    queued_at: datetime | None
    delivered_at: datetime | None
    answered_at: datetime | None
    accepted_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None
    lost: bool
    """Whether its text is known not to have arrived."""


class Heard(NamedTuple):
    """One report, and the way it came."""

    number: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Word:
    """One caller's word on a closing; `solved` is None for silence, `open` while an answer may still come."""

    number: str
    solved: bool | None
    satisfaction: int | None
    open: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """A text that did not go its way; `number` is empty where it belongs to no incident."""

    number: str
    kind: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A stretch in which a part of the hotline did not work; still going on where `ended_at` is None."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation given at a closing."""

    number: str
    words: str
    owner: str
    due: date | None
    done_at: datetime | None
    confidential: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """A case, or a part of it, that was offered to a partner."""

    number: str
    partner: str
    state: LegState
    accepted: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything of one period."""

    cases: Sequence[Case]
    waiting: Sequence[Case]
    """Open at the end of the period, whenever they came."""
    sent: Sequence[Sent]
    heard: Sequence[Heard]
    words: Sequence[Word]
    troubles: Sequence[Trouble]
    failures: Sequence[Failure]
    advice: Sequence[Advice]
    handed: Sequence[Handed]


NO_ROWS: Final = Rows((), (), (), (), (), (), (), (), ())

_SOME: Final = {"yield_per": 1000}
"""Rows that are read at a time: a large month is not held twice."""
LATE_TEXT: Final = 600
"""Seconds after which a text that comes in counts as late: the carrier held it."""
_NUMBER = func.coalesce(Incident.number, "")
_REAL = Incident.drill.is_(False)
_EVENTS = (_REAL, Incident.merged_into_id.is_(None))
_BAD_STATES = (
    TextState.FAILED, TextState.REFUSED, TextState.EXPIRED, TextState.ABSENT, TextState.UNKNOWN,
    TextState.NOT_SENT,
)  # fmt: skip
_LOST = (TextState.FAILED, TextState.REFUSED, TextState.EXPIRED, TextState.ABSENT)
_CASE = (
    Incident.number, Incident.type_code, Incident.priority, Incident.area_code, Incident.rt, Incident.status,
    Incident.disposition, Incident.rejection, Incident.received_at, Incident.verified_at,
    Incident.dispatched_at, Incident.responded_at, Incident.on_scene_at, Incident.closed_at,
    Incident.informed_at, Incident.reopenings, Incident.confidential, Incident.summary,
)  # fmt: skip


def read_rows(session: Session, period: Period, now: datetime) -> Rows:
    """The rows of `period` as they stand; `now` bounds what is still open."""
    until = min(period.end, now)
    return Rows(
        cases=_cases(session, _during(Incident.received_at, period)),
        waiting=_cases(session, Incident.id.in_(_open_at(until))),
        sent=_sent(session, period),
        heard=_heard(session, period),
        words=_words(session, period, now),
        troubles=_troubles(session, period),
        failures=_failures(session, period),
        advice=_advice(session, period),
        handed=_handed(session, period),
    )


def _during(column: InstrumentedAttribute[datetime], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.start, column < period.end)


def _open_at(until: datetime) -> CompoundSelect[int]:
    """Which had come by then and were not closed: two questions, since each of them finds its answer in the
    index of closings, and one with OR reads all that there ever was.
    """
    came = select(Incident.id).where(Incident.received_at < until)
    return union_all(came.where(Incident.closed_at.is_(None)), came.where(Incident.closed_at >= until))


def _cases(session: Session, *conditions: ColumnElement[bool]) -> list[Case]:
    query = select(*_CASE).where(*_EVENTS, *conditions).order_by(Incident.id)
    names = _names(session, *_EVENTS, Incident.summary != "", *conditions)
    return [_case(row, names) for row in _stream(session, query)]


def _stream(session: Session, query: Select[*tuple[Any, ...]]) -> Result[*tuple[Any, ...]]:
    """Some rows at a time, plain as they come: what a session does to make objects of them costs."""
    session.flush()
    return session.connection().execute(query, execution_options=_SOME)


def _case(row: Sequence[Any], names: Mapping[str, Sequence[str]]) -> Case:
    number, *rest, summary = row
    return Case(number or "", *[*rest, neutral(summary, names.get(number, ())) if summary else ""])


def _names(session: Session, *conditions: ColumnElement[bool]) -> dict[str, list[str]]:
    """The callers' names of these cases, and of what was merged into them, so that no word repeats one."""
    member = aliased(Incident)
    query = (
        select(Incident.number, Report.caller_name)
        .join(member, or_(member.id == Incident.id, member.merged_into_id == Incident.id))
        .join(Report, Report.incident_id == member.id)
        .where(Report.caller_name != "", *conditions)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for number, name in session.execute(query):
        found[number or ""].append(name)
    return found


def _sent(session: Session, period: Period) -> list[Sent]:
    """The first text of each task says how long the carrier took. It is chosen here: where the query chooses,
    each is looked up twice, and PostgreSQL takes seconds over a year.
    """
    text = aliased(TextMessage)
    of_the_task = and_(
        text.assignment_id == Assignment.id, text.purpose == Purpose.DISPATCH, text.inbound.is_(False)
    )
    # Only a text that arrived has a time at which it did.
    delivered = case((text.state == TextState.DELIVERED, text.settled_at))
    query = (
        select(
            Assignment.id, _NUMBER, Incident.priority, Unit.id, Unit.name, Unit.agency, Unit.area_code,
            Assignment.status, Assignment.alerted_at, text.at, delivered, Assignment.answered_at,
            Assignment.accepted_at, Assignment.on_scene_at, Assignment.ended_at,
            func.coalesce(text.state.in_(_LOST), false()),
        )
        .join(Incident, Incident.id == Assignment.incident_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(text, of_the_task)
        .where(_REAL, _during(Assignment.alerted_at, period))
        .order_by(Assignment.id, text.id)
    )  # fmt: skip
    found: dict[int, Sent] = {}
    for serial, *task in _stream(session, query):
        if serial not in found:
            found[serial] = Sent._make(task)
    return list(found.values())


def _heard(session: Session, period: Period) -> list[Heard]:
    query = (
        select(_NUMBER, Report.channel)
        .join(Incident, Incident.id == Report.incident_id)
        .where(_REAL, _during(Report.received_at, period))
        .order_by(Report.id)
    )
    return list(map(Heard._make, _stream(session, query)))


def _words(session: Session, period: Period, now: datetime) -> list[Word]:
    query = (
        select(Incident.number, Feedback.solved, Feedback.satisfaction, Feedback.expires_at)
        .join(Incident, Incident.id == Feedback.incident_id)
        .where(_REAL, _during(Feedback.asked_at, period))
        .order_by(Feedback.id)
    )
    return [
        Word(number or "", solved, mark, solved is None and expires > now)
        for number, solved, mark, expires in session.execute(query)
    ]


def _troubles(session: Session, period: Period) -> list[Trouble]:
    """Texts out that failed or may have, and texts in that came late."""
    out = (
        select(Incident.number, TextMessage.state)
        .outerjoin(Incident, Incident.id == TextMessage.incident_id)
        .where(
            TextMessage.inbound.is_(False), TextMessage.state.in_(_BAD_STATES),
            _during(TextMessage.at, period), or_(Incident.id.is_(None), _REAL),
        )
        .order_by(TextMessage.id)
    )  # fmt: skip
    found = [Trouble(number or "", state.value.lower()) for number, state in session.execute(out)]
    came = (
        select(Incident.number, TextMessage.sent_at, TextMessage.at)
        .outerjoin(Incident, Incident.id == TextMessage.incident_id)
        .where(
            TextMessage.inbound, TextMessage.sent_at.is_not(None), _during(TextMessage.at, period),
            or_(Incident.id.is_(None), _REAL),
            # In whole seconds on SQLite: what may be late is looked at below.
            extract("epoch", TextMessage.at) - extract("epoch", TextMessage.sent_at) >= LATE_TEXT,
        )
        .order_by(TextMessage.id)
    )  # fmt: skip
    return found + [
        Trouble(number or "", "late")
        for number, sent, at in session.execute(came)
        if sent is not None and (at - sent).total_seconds() > LATE_TEXT
    ]


def _failures(session: Session, period: Period) -> list[Failure]:
    query = select(Outage.kind, Outage.started_at, Outage.ended_at, Outage.words)
    return [
        Failure(*row)
        for row in session.execute(query.where(_during(Outage.started_at, period)).order_by(Outage.id))
    ]


def _advice(session: Session, period: Period) -> list[Advice]:
    query = (
        select(
            Incident.number, FollowUp.words, FollowUp.owner, FollowUp.due, FollowUp.done_at,
            Incident.confidential,
        )
        .join(Incident, Incident.id == FollowUp.incident_id)
        .where(_REAL, _during(FollowUp.made_at, period))
        .order_by(FollowUp.id)
    )  # fmt: skip
    given = select(FollowUp.incident_id).where(_during(FollowUp.made_at, period))
    names = _names(session, Incident.id.in_(given))
    return [
        Advice(number or "", neutral(words, names.get(number or "", ())), owner, due, done, confidential)
        for number, words, owner, due, done, confidential in session.execute(query)
    ]


def _handed(session: Session, period: Period) -> list[Handed]:
    query = (
        select(Incident.number, Leg.partner, Leg.state, Leg.accepted_at, Leg.answered_at)
        .join(Incident, Incident.id == Leg.incident_id)
        .where(_REAL, _during(Leg.offered_at, period))
        .order_by(Leg.id)
    )
    return [
        Handed(number or "", partner, state, accepted is not None, answered is not None)
        for number, partner, state, accepted, answered in session.execute(query)
    ]
