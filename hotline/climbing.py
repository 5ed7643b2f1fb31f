"""Takes a case to somebody's telephone because nobody answers: duty officers, coordinator, lurah.

Each alert is a row with a challenge of its own, so that a decision by text is a decision about this alert.
"""

import secrets
from collections import Counter
from typing import Final

from sqlalchemy import select

from hotline import notify, tasks
from hotline.alerting import summary_of
from hotline.domain.contact import Purpose
from hotline.domain.escalation import CaseStep
from hotline.domain.rights import SYSTEM
from hotline.domain.tasks import TaskKind
from hotline.incidents import family, is_hidden, log, touch
from hotline.models import Climb, Incident, Unit
from hotline.roster import duties
from hotline.unit_of_work import UnitOfWork
from hotline.waves import plan_of

NEEDS_SOMEBODY: Final = frozenset({CaseStep.TAKE_UP, CaseStep.COORDINATOR, CaseStep.HEAD})
"""Steps that lead to a person's telephone; without one nobody was asked."""


def climbs(work: UnitOfWork, incident: Incident) -> list[Climb]:
    """To whom the case and what was merged into it were taken, oldest first."""
    members = family(work.session, incident.id)
    query = select(Climb).where(Climb.incident_id.in_(members)).order_by(Climb.id)
    return list(work.session.scalars(query.execution_options(populate_existing=True)))


def officers(work: UnitOfWork, incident: Incident) -> list[Unit]:
    """Who stands in for the desk, in the order in which they are asked; of a confidential case that is no
    emergency only the coordinator hears, and first of an emergency where people are chosen by hand.
    """
    desk = work.playbook.desk
    hidden = is_hidden(incident)
    agencies = (desk.coordinator,) if hidden else (*desk.officers, desk.coordinator)
    if plan_of(work, incident).by_hand:
        agencies = (desk.coordinator, *agencies)
    found = [unit for agency in dict.fromkeys(agencies) for unit in on_duty_first(work, agency)]
    return found if hidden else [*found, *on_duty_first(work, desk.head, incident.area_code)]


def on_duty_first(work: UnitOfWork, agency: str, area_code: str | None = None) -> list[Unit]:
    """Everybody of this agency (and of this area), who is on duty first."""
    on_duty = duties(work.session, work.playbook, work.now)
    query = select(Unit).where(Unit.agency == agency, Unit.active).order_by(Unit.id)
    if area_code is not None:
        query = query.where(Unit.area_code == area_code)
    return sorted(work.session.scalars(query), key=lambda unit: not on_duty[unit.id].on)


def next_officer(work: UnitOfWork, incident: Incident) -> Unit | None:
    """The officer who was asked least about this case."""
    told = Counter(climb.unit_id for climb in climbs(work, incident))
    return min(officers(work, incident), key=lambda unit: told[unit.id], default=None)


def take_up(work: UnitOfWork, incident: Incident, following: Unit | None) -> None:
    """The telephone of this officer, about this case alone. The incident must be locked."""
    challenge = asked(work, incident, following)
    if following is not None:
        words = work.playbook.say("desk_down", **_told(work, incident), challenge=challenge)
        _text(work, incident, following, words)


def asked(work: UnitOfWork, incident: Incident, officer: Unit | None) -> str:
    """Keeps that the officer is asked; the challenge that his text must carry. The desk's screen rings all
    the while. The incident must be locked.
    """
    tasks.ask_desk(work, TaskKind.UNCLAIMED, incident)
    return _climb(work, incident, CaseStep.TAKE_UP, officer).challenge


def escalate(work: UnitOfWork, incident: Incident, step: CaseStep) -> None:
    """Tells the coordinator or the lurah that nobody has accepted, and the desk that it must see to it."""
    desk = work.playbook.desk
    agency, area = (
        (desk.coordinator, None) if step is CaseStep.COORDINATOR else (desk.head, incident.area_code)
    )
    people = on_duty_first(work, agency, area)
    following = people[0] if people else None
    _climb(work, incident, step, following)
    tasks.ask_desk(work, TaskKind.ESCALATED, incident, unit=following, words=step)
    if following is not None:
        minutes = work.now - (incident.dispatched_at or work.now)
        words = work.playbook.say(
            "escalated", **_told(work, incident), minutes=str(int(minutes.total_seconds() // 60))
        )
        _text(work, incident, following, words)


def note_step(work: UnitOfWork, incident: Incident, step: CaseStep) -> None:
    """Remembers a step that goes to nobody's telephone."""
    _climb(work, incident, step, None)


def _told(work: UnitOfWork, incident: Incident) -> dict[str, str]:
    return {
        "number": incident.number or "",
        "priority": work.playbook.targets[incident.priority].name,
        "summary": incident.summary or summary_of(work, incident),
    }


def _climb(work: UnitOfWork, incident: Incident, step: CaseStep, unit: Unit | None) -> Climb:
    climb = Climb(
        incident_id=incident.id, step=step, unit_id=unit.id if unit else None, at=work.now,
        challenge=f"{secrets.randbelow(10_000):04d}", tries=0, decision="",
    )  # fmt: skip
    work.session.add(climb)
    missing = unit is None and step in NEEDS_SOMEBODY
    log(work, incident, "step_nobody" if missing else f"step_{step}", SYSTEM, unit.name if unit else "")
    touch(work, incident)
    return climb


def _text(work: UnitOfWork, incident: Incident, unit: Unit, words: str) -> None:
    notify.text(work, unit.number, words, Purpose.DISPATCH, incident=incident, unit=unit)
