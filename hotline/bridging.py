"""Joins somebody of ours to the reporter, without either seeing the other's number."""

from hotline import notify
from hotline.dispatch import find_assignment
from hotline.domain.calls import Errand
from hotline.domain.contact import Refusal
from hotline.domain.lifecycle import ACTIVE, UnitStatus
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, fetch_for, touch
from hotline.models import Call, Incident, Operator
from hotline.notify import MayNotCallError
from hotline.unit_of_work import UnitOfWork


def join_operator(work: UnitOfWork, incident_id: int, by: Actor) -> Call:
    """Rings the operator's telephone and, when that is picked up, the reporter's.

    Raises ConflictError where the operator has no telephone or nobody left a number, MayNotCallError where
    the reporter must not be rung; besides what `fetch_for` raises.
    """
    incident = fetch_for(work, incident_id, by, Act.ANSWER_CALLS)
    operator = work.session.get_one(Operator, by.id)
    if not operator.telephone:
        raise ConflictError("say first at which telephone you are")
    about = notify.About(incident=incident, operator_id=operator.id, joins=reporter_of(work, incident))
    return _place(work, operator.telephone, Errand.BRIDGE, about, by)


def join_unit(work: UnitOfWork, assignment_id: int, by: Actor) -> Call:
    """Rings a unit that is on the case and, when it picks up, the reporter. Raises as `join_operator`."""
    assignment = find_assignment(work, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.DISPATCH)
    if assignment.status not in ACTIVE:
        raise ConflictError("this unit is not on the incident any more")
    about = notify.About(
        incident=incident, unit=assignment.unit, assignment=assignment, joins=reporter_of(work, incident)
    )
    return _place(work, assignment.unit.number, Errand.BRIDGE, about, by)


def read_to_unit(work: UnitOfWork, assignment_id: int, by: Actor) -> Call:
    """Rings a unit that was alerted and reads the task to it. Raises ConflictError once it has answered."""
    assignment = find_assignment(work, assignment_id)
    incident = fetch_for(work, assignment.incident_id, by, Act.DISPATCH)
    if assignment.status is not UnitStatus.ALERTED or incident.disposition is not None:
        raise ConflictError("this unit has answered already")
    about = notify.About(incident=incident, unit=assignment.unit, assignment=assignment)
    return _place(work, assignment.unit.number, Errand.DISPATCH, about, by)


def reporter_of(work: UnitOfWork, incident: Incident) -> str:
    """Who reported first. Raises ConflictError for nobody, MayNotCallError in quiet mode."""
    numbers = notify.callers(work.session, incident.id)
    if incident.do_not_call:
        raise MayNotCallError(Refusal.QUIET)
    if not numbers:
        raise ConflictError("no caller of this incident left a number")
    return numbers[0]


def _place(work: UnitOfWork, number: str, errand: Errand, about: notify.About, by: Actor) -> Call:
    placed = notify.call(work, number, errand, about, by=by)
    if placed.end is not None:
        raise MayNotCallError(Refusal(placed.problem))
    if about.incident is not None:
        touch(work, about.incident)
    return placed
