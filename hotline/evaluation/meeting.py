"""The monthly meeting (SOP step 8): its agenda, what it decides, and whether that changed anything.

Closing it is the eighth step of every case that was closed by the end of its month.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor, require
from hotline.evaluation.agenda import draft, facts_of
from hotline.evaluation.counting import Figure
from hotline.evaluation.figures import count_period
from hotline.evaluation.period import Period
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.models import AgendaItem, Audit, Decision, Evaluation, Incident, LogEntry
from hotline.unit_of_work import UnitOfWork

LONGEST_POINT: Final = 300
_MORE_IS_BETTER: Final = ("/within", "/accepted", "/arrived", "/clear", "t9/solved", "t9/informed",
                          "t9/satisfaction", "t9/yes", "t11/done")  # fmt: skip
_LENGTHS: Final = ("/median", "/p90")


def evaluation_of(session: Session, period: Period) -> Evaluation | None:
    """The month's evaluation, if somebody or the clock has drafted one."""
    return session.scalars(select(Evaluation).where(Evaluation.period == period.key)).one_or_none()


def draft_agenda(work: UnitOfWork, period: Period, by: Actor) -> Evaluation:
    """Puts the month's points on the table, anew where they stood there already.

    Raises ConflictError for what is no month, or for a meeting that is closed; NotAllowedError.
    """
    require(by, Act.EVALUATE)
    if not period.is_month:
        raise ConflictError("a meeting evaluates one whole month")
    found = evaluation_of(work.session, period)
    if found is None:
        found = Evaluation(period=period.key, drafted_at=work.now)
        work.session.add(found)
        work.session.flush()
    found = _open(work, period)
    work.session.execute(delete(AgendaItem).where(AgendaItem.evaluation_id == found.id))
    counted = count_period(work.session, period, work.playbook, work.now)
    points = draft(facts_of(work.session, counted, work.playbook))
    for position, point in enumerate(points, 1):
        work.session.add(
            AgendaItem(
                evaluation_id=found.id, position=position, topic=point.topic,
                words=point.words[:LONGEST_POINT], figure=point.figure, numbers=",".join(point.numbers),
            )
        )  # fmt: skip
    found.drafted_at = work.now
    _note(work, period, "agenda_drafted", by)
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: who does it, until when, and the figure that will show it (or none)."""

    words: str
    owner: str
    due: date
    figure: str = ""


def decide(work: UnitOfWork, period: Period, decided: Decided, by: Actor) -> Decision:
    """Writes a decision down, with its figure as it stands. Raises ConflictError for one that is none."""
    require(by, Act.EVALUATE)
    found = _open(work, period)
    value = ""
    if decided.figure:
        figure = count_period(work.session, period, work.playbook, work.now).by_key.get(decided.figure)
        if figure is None:
            raise ConflictError("there is no such figure")
        value = _stored(figure)
    made = Decision(
        evaluation_id=found.id, words=decided.words, owner=decided.owner, due=decided.due,
        figure=decided.figure, value=value, made_at=work.now, made_by=by.id,
    )  # fmt: skip
    work.session.add(made)
    _note(work, period, "decided", by)
    return made


def decision_done(work: UnitOfWork, decision_id: int, by: Actor) -> Decision:
    """It has been done; a second click changes nothing. Raises NoSuchIncidentError, NotAllowedError."""
    require(by, Act.EVALUATE)
    found = work.session.get(Decision, decision_id, with_for_update=True)
    if found is None:
        raise NoSuchIncidentError(f"decision {decision_id}")
    if found.done_at is None:
        found.done_at, found.done_by = work.now, by.id
        work.session.add(
            Audit(at=work.now, operator_id=by.id, act="decision_done", subject=f"decision {found.id}")
        )
    return found


@dataclass(frozen=True, slots=True)
class Minutes:
    """When they met, who was there, what was said."""

    held_on: date
    present: str
    words: str


def write_minutes(work: UnitOfWork, period: Period, minutes: Minutes, by: Actor) -> Evaluation:
    """Writes the minutes down; they can be written again until the meeting is closed."""
    require(by, Act.EVALUATE)
    found = _open(work, period)
    found.held_on, found.present, found.minutes = minutes.held_on, minutes.present, minutes.words
    _note(work, period, "minutes_written", by)
    return found


def close_evaluation(work: UnitOfWork, period: Period, by: Actor) -> int:
    """Ends the meeting: step eight of every case closed by the end of the month that had none yet; how many.

    Raises ConflictError before the month is over, and for a meeting that nobody has held.
    """
    require(by, Act.EVALUATE)
    found = _open(work, period)
    if work.now < period.end:
        raise ConflictError("the month is not over yet")
    if found.held_on is None:
        raise ConflictError("write down first when they met")
    found.closed_at, found.closed_by = work.now, by.id
    evaluated = list(
        work.session.scalars(
            update(Incident)
            .where(Incident.closed_at < period.end, Incident.evaluated_at.is_(None))
            .values(evaluated_at=work.now, changes=Incident.changes + 1)
            .returning(Incident.id)
        )
    )
    if evaluated:
        line = {"at": work.now, "kind": "evaluated", "actor_kind": by.kind, "actor_id": by.id,
                "actor_name": by.name, "words": period.key}  # fmt: skip
        work.session.execute(insert(LogEntry), [{**line, "incident_id": each} for each in evaluated])
    _note(work, period, "evaluation_closed", by)
    return len(evaluated)


def _open(work: UnitOfWork, period: Period) -> Evaluation:
    """The month's evaluation, locked. Raises ConflictError where there is none, or where it is closed."""
    query = select(Evaluation).where(Evaluation.period == period.key).with_for_update()
    found = work.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise ConflictError("nobody has drafted this month's agenda")
    if found.closed_at is not None:
        raise ConflictError("the meeting is closed")
    return found


def _note(work: UnitOfWork, period: Period, act: str, by: Actor) -> None:
    work.session.add(Audit(at=work.now, operator_id=by.id, act=act, subject=f"evaluation {period.key}"))


@dataclass(frozen=True, slots=True)
class Followed:
    """A decision of an earlier meeting, and its figure then and now."""

    decision: Decision
    period: str
    then: Decimal | None
    now: Decimal | None
    moved: str
    """better, worse, same; unknown where there is no figure, or nothing to hold it against."""


def followed(session: Session, period: Period, figures: Mapping[str, Figure]) -> list[Followed]:
    """What the month before decided, and older decisions that nobody has done, held against `figures`."""
    query = (
        select(Decision, Evaluation.period)
        .join(Evaluation, Evaluation.id == Decision.evaluation_id)
        .where(
            Evaluation.period < period.key,
            Decision.done_at.is_(None) | (Evaluation.period == period.before().key),
        )
        .order_by(Evaluation.period, Decision.id)
    )
    return [_follow(decision, made_in, figures) for decision, made_in in session.execute(query)]


def _follow(decision: Decision, made_in: str, figures: Mapping[str, Figure]) -> Followed:
    then = Decimal(decision.value) if decision.value else None
    now = _now(decision.figure, figures) if decision.figure else None
    return Followed(decision, made_in, then, now, direction(decision.figure, then, now))


def _now(key: str, figures: Mapping[str, Figure]) -> Decimal | None:
    """A count that is not there is nought; a length that is not there is not known."""
    found = figures.get(key)
    if found is None:
        return None if key.endswith(_LENGTHS) else Decimal(0)
    return found.value


def direction(key: str, then: Decimal | None, now: Decimal | None) -> str:
    """Whether a figure moved the way that people want; of most figures less is better."""
    if not key or then is None or now is None:
        return "unknown"
    if now == then:
        return "same"
    return "better" if (now > then) is key.endswith(_MORE_IS_BETTER) else "worse"


def _stored(figure: Figure) -> str:
    return "" if figure.value is None else str(figure.value)
