"""Rehearsals: a communication test with its answer rates and dead numbers, and exercises marked LATIHAN."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.escalation import UNREACHED
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError, fetch_for, log, touch
from hotline.models import Drill, DrillCall, Incident, Unit
from hotline.unit_of_work import UnitOfWork

OPEN_FOR: Final = timedelta(hours=24)
"""An answer after this is not counted any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test has shown so far."""

    drill: Drill
    asked: int
    delivered: int
    answered: int
    within_5_minutes: int
    dead: tuple[str, ...]
    """Names of those whose telephone the text did not reach."""
    silent: tuple[str, ...]


def start(work: UnitOfWork, units: Sequence[Unit], note: str, by: Actor) -> Drill:
    """Texts everybody and waits for HADIR. Raises NotAllowedError, ConflictError for nobody."""
    require(by, Act.MANAGE_UNITS)
    if not units:
        raise ConflictError("choose at least one unit")
    drill = Drill(note=note[:120], started_at=work.now, started_by=by.id)
    work.session.add(drill)
    work.session.flush()
    for unit in units:
        text = notify.text(work, unit.number, work.playbook.say("drill"), Purpose.ANNOUNCEMENT, unit=unit)
        work.session.add(DrillCall(drill_id=drill.id, unit_id=unit.id, text_id=text.id))
    return drill


def present(work: UnitOfWork, unit: Unit) -> bool:
    """The unit answers the last test that it was in; False where there is none to answer."""
    query = (
        select(DrillCall)
        .join(Drill, Drill.id == DrillCall.drill_id)
        .where(DrillCall.unit_id == unit.id, Drill.started_at > work.now - OPEN_FOR)
        .order_by(Drill.id.desc())
    )
    call = work.session.scalars(query.limit(1)).one_or_none()
    if call is None:
        return False
    call.answered_at = call.answered_at or work.now
    return True


def outcome(session: Session, drill: Drill) -> Outcome:
    """Counts and names of one test."""
    query = (
        select(DrillCall)
        .where(DrillCall.drill_id == drill.id)
        .options(joinedload(DrillCall.unit), joinedload(DrillCall.text))
        .order_by(DrillCall.id)
    )
    calls = list(session.scalars(query))
    came = [call for call in calls if call.answered_at is not None]
    soon = drill.started_at + timedelta(minutes=5)
    missing = [call for call in calls if call.answered_at is None]
    return Outcome(
        drill=drill,
        asked=len(calls),
        delivered=sum(call.text.state is TextState.DELIVERED for call in calls),
        answered=len(came),
        within_5_minutes=sum(call.answered_at is not None and call.answered_at <= soon for call in came),
        dead=tuple(call.unit.name for call in missing if call.text.state in UNREACHED),
        silent=tuple(call.unit.name for call in missing if call.text.state not in UNREACHED),
    )


def mark_exercise(work: UnitOfWork, incident_id: int, by: Actor) -> Incident:
    """Makes the case an exercise for good: LATIHAN stands in every text about it, and no figure counts it.

    Raises ConflictError once real alerts went out.
    """
    incident = fetch_for(work, incident_id, by, Act.CLOSE)
    if incident.dispatched_at is not None:
        raise ConflictError("units were sent in earnest already")
    incident.drill = True
    log(work, incident, "exercise", by)
    touch(work, incident)
    return incident
