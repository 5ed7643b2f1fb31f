"""How a case finds its people, as its page shows it: plan and reasons, places, ladder, partners."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hotline import inquiring, tasks
from hotline.climbing import NEEDS_SOMEBODY
from hotline.console.tasks import TaskView, views_of
from hotline.domain.escalation import CaseStep
from hotline.domain.plans import Hole, Plan, holes
from hotline.domain.routing import Suggestion
from hotline.handoff import legs
from hotline.incidents import assignments, family
from hotline.models import Climb, Incident, Inquiry, Leg, Promise
from hotline.outbox import Kind
from hotline.places import Places, places
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork
from hotline.waves import plan_of


@dataclass(frozen=True, slots=True)
class Callout:
    """Everything about who was called out, and what comes next."""

    plan: Plan
    holes: tuple[Hole, ...]
    places: Mapping[str, Places]
    due: Mapping[int, datetime]
    """Assignment to when its ladder looks again."""
    climbs: tuple[Climb, ...]
    legs: tuple[Leg, ...]
    inquiries: tuple[Inquiry, ...]
    tasks: tuple[TaskView, ...]
    needs_somebody: frozenset[CaseStep] = NEEDS_SOMEBODY


def callout_of(work: UnitOfWork, incident: Incident, suggested: list[Suggestion]) -> Callout:
    """Read with a unit of work that only looks."""
    session = work.session
    members = family(session, incident.id)
    plan = plan_of(work, incident)
    open_tasks = tasks.open_tasks_of(session, members)
    return Callout(
        plan=plan,
        holes=tuple(holes(plan.needs, work.playbook.roles, suggested)),
        places={role: held for role, held in places(work, incident).items() if held.wanted},
        due=_due(work, [each.id for each in assignments(session, members)]),
        climbs=_climbs(session, members),
        legs=tuple(legs(work, incident)),
        inquiries=tuple(inquiring.inquiries(session, members)),
        tasks=tuple(views_of(session, open_tasks)),
    )


def _climbs(session: Session, members: list[int]) -> tuple[Climb, ...]:
    if has_none(session, Climb, members):
        return ()
    query = select(Climb).where(Climb.incident_id.in_(members)).order_by(Climb.id)
    return tuple(session.scalars(query.options(joinedload(Climb.unit))))


def _due(work: UnitOfWork, sent: list[int]) -> dict[int, datetime]:
    query = select(Promise.subject_id, Promise.due_at).where(
        Promise.kind == Kind.WATCH_UNIT, Promise.subject_id.in_(sent), Promise.settled_at.is_(None),
        Promise.due_at > work.now,
    )  # fmt: skip
    return dict(iter(work.session.execute(query))) if sent else {}
