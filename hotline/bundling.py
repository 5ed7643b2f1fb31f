"""A storm of reports with nobody at the desk: its officer hears of the first at once, then of all that came
since in one text, the most urgent first, each with a challenge of its own. An emergency never waits.

The text is a promise about the officer; what it says is found when it is kept, so that whatever was settled
in between is left out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update

from hotline import climbing, notify, tasks
from hotline.case_facts import case_facts, desk_limits
from hotline.domain.contact import Purpose
from hotline.domain.escalation import CaseStep, next_case_step
from hotline.domain.priority import Priority
from hotline.domain.segments import measure
from hotline.domain.tasks import TaskKind
from hotline.incidents import fetch, recompute
from hotline.intake import place_words
from hotline.models import Climb, Incident, Promise, Unit
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork

LOOKED_AT: Final = 60
"""How many cases that nobody has taken are looked at for one text."""
TOGETHER: Final = 6
"""More cases than fit into one text."""
LOOKS_AGAIN: Final = timedelta(seconds=60)
"""After the officer should have heard, the case looks by itself whether he has."""


def wait_for_others(work: UnitOfWork, incident: Incident) -> datetime | None:
    """Promises the officer's next text, in which this case will stand; when the case should look again.

    None where it is told alone and now: an emergency, an exercise, a case without an officer. The incident
    must be locked.
    """
    pause = work.playbook.ladders[incident.priority].bundle_seconds
    officer = climbing.next_officer(work, incident)
    if not pause or incident.drill or officer is None:
        return None
    tasks.ask_desk(work, TaskKind.UNCLAIMED, incident)
    at = _free_at(work, officer, timedelta(seconds=pause))
    _promise(work, officer, at)
    return at + LOOKS_AGAIN


def _promise(work: UnitOfWork, officer: Unit, at: datetime) -> None:
    """One open promise for each officer, at the earliest moment that was wanted."""
    waiting = (
        Promise.kind == Kind.TELL_OFFICER, Promise.subject_id == officer.id, Promise.settled_at.is_(None),
        Promise.claimed_until.is_(None),
    )  # fmt: skip
    known = work.session.scalar(select(func.min(Promise.due_at)).where(*waiting))
    if known is None:
        work.promise(Kind.TELL_OFFICER, officer.id, rank=Rank.DISPATCH, due_at=at)
    elif known > at:
        work.session.execute(update(Promise).where(*waiting).values(due_at=at))


def _free_at(work: UnitOfWork, officer: Unit, pause: timedelta) -> datetime:
    """When he may hear of more: at once where he has decided all he was asked, else after the pause."""
    bundled = [priority for priority, ladder in work.playbook.ladders.items() if ladder.bundle_seconds]
    asked = select(Climb.at).join(Incident, Incident.id == Climb.incident_id).where(
        Climb.unit_id == officer.id, Climb.step == CaseStep.TAKE_UP, Climb.decided_at.is_(None),
        Climb.at > work.now - pause, Incident.priority.in_(bundled), Incident.drill.is_(False),
        Incident.verified_at.is_(None), Incident.disposition.is_(None),
    )  # fmt: skip
    last = work.session.scalar(asked.order_by(Climb.at.desc()).limit(1))
    # A clock that was put back must not keep him waiting for the hour that comes twice.
    return work.now if last is None else min(last, work.now) + pause


def hurry(work: UnitOfWork, officer: Unit) -> None:
    """He has decided something: what waits for him need not wait any more once nothing else is open."""
    waiting = (
        Promise.kind == Kind.TELL_OFFICER, Promise.subject_id == officer.id, Promise.settled_at.is_(None),
        Promise.due_at > work.now,
    )  # fmt: skip
    if _free_at(work, officer, _longest_pause(work)) <= work.now:
        work.session.execute(update(Promise).where(*waiting).values(due_at=work.now))


def _longest_pause(work: UnitOfWork) -> timedelta:
    return timedelta(seconds=max(ladder.bundle_seconds for ladder in work.playbook.ladders.values()))


def tell_officer(work: UnitOfWork, unit_id: int) -> None:
    """Keeps the promise of one text to this officer, and promises the next where not all cases fit."""
    officer = work.session.get_one(Unit, unit_id)
    waiting = _waiting_for(work, officer)
    if not waiting or not officer.active:
        return
    pause = min(timedelta(seconds=work.playbook.ladders[each.priority].bundle_seconds) for each in waiting)
    if (at := _free_at(work, officer, pause)) > work.now:
        _promise(work, officer, at)
        return
    told = [fetch(work, each) for each in sorted(each.id for each in waiting[:TOGETHER])]
    still = [each for each in waiting if each in told and _is_for(work, each, officer)]
    here = _tell(work, officer, still, len(waiting))
    for incident in here:
        recompute(work, incident)
    if len(waiting) > len(here):
        _promise(work, officer, work.now + pause)


def _waiting_for(work: UnitOfWork, officer: Unit) -> list[Incident]:
    """The cases that this officer should take up now, the most urgent first, then the oldest."""
    bundled = [priority for priority, ladder in work.playbook.ladders.items() if ladder.bundle_seconds]
    query = select(Incident).where(
        Incident.verified_at.is_(None), Incident.disposition.is_(None), Incident.merged_into_id.is_(None),
        Incident.priority.in_(bundled), Incident.drill.is_(False),
    )  # fmt: skip
    found = work.session.scalars(query.order_by(Incident.rank, Incident.id).limit(LOOKED_AT))
    return [each for each in found if _is_for(work, each, officer)]


def _is_for(work: UnitOfWork, incident: Incident, officer: Unit) -> bool:
    ladder = work.playbook.ladders[incident.priority]
    due = next_case_step(ladder, desk_limits(work, incident), case_facts(work, incident))
    if due is None or due.step is not CaseStep.TAKE_UP or due.at > work.now:
        return False
    following = climbing.next_officer(work, incident)
    return following is not None and following.id == officer.id


def _tell(work: UnitOfWork, officer: Unit, cases: Sequence[Incident], count: int) -> Sequence[Incident]:
    """One text about as many of these locked cases as fit; these."""
    if len(cases) <= 1:
        for incident in cases:
            climbing.take_up(work, incident, officer)
        return cases
    with_place = [_line(work, each, place=True) for each in cases]
    bare = [_line(work, each, place=False) for each in cases]
    lines = _fitting(work, with_place, cases, count)
    if len(lines) == 1:
        lines = _fitting(work, bare, cases, count)
    here = cases[: len(lines)]
    challenges = [climbing.asked(work, each, officer) for each in here]
    words = _words(work, lines, challenges, here, count)
    notify.text(work, officer.number, words, Purpose.DISPATCH, unit=officer)
    return here


def _line(work: UnitOfWork, incident: Incident, *, place: bool) -> str:
    kind = work.playbook.types[incident.type_code].name.split(",")[0]
    return " ".join(filter(None, (kind, place_words(work, incident) if place else "")))


def _fitting(work: UnitOfWork, lines: Sequence[str], cases: Sequence[Incident], count: int) -> Sequence[str]:
    """As many of these lines as one part takes, beside numbers and challenges."""
    fits = [
        size
        for size in range(1, len(lines) + 1)
        if measure(_words(work, lines[:size], ["0000"] * size, cases, count)).parts == 1
    ]
    return lines[: max(fits, default=1)]


def _words(
    work: UnitOfWork, lines: Sequence[str], challenges: Sequence[str], cases: Sequence[Incident], count: int
) -> str:
    told = [
        f"{case.number} {challenge} {line}"
        for case, challenge, line in zip(cases, challenges, lines, strict=False)
    ]
    highest: Priority = cases[0].priority
    return work.playbook.say(
        "desk_down_many", count=str(count), priority=work.playbook.targets[highest].name,
        cases="; ".join(told), example=f"{cases[0].number} {challenges[0]}",
    )  # fmt: skip
