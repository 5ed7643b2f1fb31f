"""What the callers say of an end: is it solved, and how content are they (SOP step 7).

Whoever answers no is believed: the case is open again, more urgent than before, and the coordinator is asked.
Whoever says nothing said nothing, which is not yes.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor
from hotline.domain.tasks import TaskKind
from hotline.incidents import kinds, log, recompute, touch
from hotline.models import SOLVED, Caller, Feedback, Incident, Question, TextMessage
from hotline.tasks import ask_desk
from hotline.unit_of_work import UnitOfWork

SATISFACTION: Final = "satisfaction"
MARKS: Final = range(1, 6)


def ask_if_solved(work: UnitOfWork, incident: Incident, told: list[TextMessage]) -> None:
    """The closing text asked its readers; their next digit answers it until it expires."""
    for message in told:
        if message.state is TextState.WITHHELD:
            continue
        caller = work.session.scalars(select(Caller).where(Caller.number == message.number)).one()
        expires = work.now + timedelta(hours=work.playbook.limits.solved_expires_hours)
        work.session.add_all(
            (
                Question(
                    number=message.number, kind=SOLVED, incident_id=incident.id, asked_at=work.now,
                    expires_at=expires,
                ),
                Feedback(
                    incident_id=incident.id, caller_id=caller.id, asked_at=work.now, expires_at=expires
                ),
            )
        )  # fmt: skip


def feedback_of(work: UnitOfWork, asked: Question) -> Feedback | None:
    """What this question's number has said of this closing so far."""
    query = (
        select(Feedback)
        .join(Caller, Caller.id == Feedback.caller_id)
        .where(Caller.number == asked.number, Feedback.incident_id == asked.incident_id)
        .order_by(Feedback.id.desc())
        .limit(1)
    )
    return work.session.scalars(query).one_or_none()


def say_solved(work: UnitOfWork, incident: Incident, asked: Question, by: Actor) -> bool:
    """It is solved, says one caller. Whether a mark is asked for next. The incident must be locked."""
    word = feedback_of(work, asked)
    if word is None:
        return False
    word.solved, word.answered_at = True, work.now
    asked.answered_at = work.now
    log(work, incident, "solved", by)
    touch(work, incident)
    wanted = any(kind.asks_satisfaction for kind in kinds(work, [incident.id]))
    if not wanted or word.satisfaction is not None:
        return False
    mark = Question(
        number=asked.number, kind=SATISFACTION, incident_id=incident.id, asked_at=work.now,
        expires_at=asked.expires_at,
    )  # fmt: skip
    work.session.add(mark)
    work.met.note_asked(mark)
    return True


def say_unsolved(work: UnitOfWork, incident: Incident, asked: Question, by: Actor) -> None:
    """It is not, says one caller: open again, raised by one step, and a task for the coordinator.

    The incident must be locked. One that is open already is raised no further: a second caller's no is the
    same no.
    """
    word = feedback_of(work, asked)
    if word is not None:
        word.solved, word.answered_at = False, work.now
    asked.answered_at = work.now
    log(work, incident, "not_solved", by)
    if incident.disposition is not None:
        take_back(work, incident, by)
        _raise(work, incident, by)
    ask_desk(work, TaskKind.NOT_SOLVED, incident)
    recompute(work, incident)


def take_back(work: UnitOfWork, incident: Incident, by: Actor, reason: str = "") -> None:
    """The end is none any more; callers who were told of it hear that it is open again."""
    told = incident.informed_at is not None
    incident.disposition = None
    incident.rejection = None
    incident.closed_at = None
    incident.closed_by = None
    incident.informed_at = None
    incident.evaluated_at = None
    incident.forgotten_at = None  # what is said from now on has a term of its own
    incident.reopenings += 1
    log(work, incident, "reopened", by, reason)
    recompute(work, incident)
    if told:
        words = work.playbook.say("reopened", number=incident.number or "")
        notify.text_callers(work, incident, words, Purpose.PROGRESS)


def _raise(work: UnitOfWork, incident: Incident, by: Actor) -> None:
    before = incident.priority
    if before.rank == 1:
        return
    incident.priority = list(Priority)[before.rank - 2]
    log(work, incident, "raised", by, f"{before} -> {incident.priority}")


def give_mark(work: UnitOfWork, incident: Incident, asked: Question, mark: int, by: Actor) -> None:
    """How content a caller is, from 1 to 5. The incident must be locked."""
    word = feedback_of(work, asked)
    if word is not None and mark in MARKS:
        word.satisfaction = mark
        asked.answered_at = work.now
        log(work, incident, "satisfaction", by, str(mark))
        touch(work, incident)
