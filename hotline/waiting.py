"""Callers who ask for a person: their place in the queue, and the operator who takes the next one.

A caller is handed to the carrier's queue only once the operator's telephone was picked up: the carrier knows
no end of waiting there, and nobody must be left in it with music. Until then the line asks him back every few
seconds, so that after `wait_s` he can leave a message.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotline import notify
from hotline.calls import move
from hotline.domain.calls import IN_QUEUE, CallState, Errand
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError
from hotline.models import Call, Operator
from hotline.unit_of_work import UnitOfWork

QUEUE: Final = "operator"
"""The carrier's name for our queue."""
LONGEST_RING: Final = timedelta(seconds=45)
"""An operator's telephone that rings longer is not coming; carriers have forgotten to say so."""


def waiting(session: Session) -> list[Call]:
    """Who waits, in the order in which they will be taken."""
    query = select(Call).where(Call.state.in_(IN_QUEUE), Call.waiting_since.is_not(None))
    return list(session.scalars(query.order_by(*_ORDER)))


def talking(session: Session) -> list[Call]:
    """Callers who talk with an operator now."""
    query = select(Call).where(Call.state == CallState.TALKING, Call.waiting_since.is_not(None))
    return list(session.scalars(query.order_by(Call.id)))


def position(session: Session, call: Call) -> int:
    """The caller's place, 1 for the next."""
    earlier = select(func.count()).where(
        Call.state.in_(IN_QUEUE),
        or_(
            Call.waiting_since < call.waiting_since,
            (Call.waiting_since == call.waiting_since) & (Call.id < call.id),
        ),
    )
    return (session.scalar(earlier) or 0) + 1


def take_next(work: UnitOfWork, by: Actor) -> Call:
    """Rings the operator's telephone for the caller who has waited longest.

    Who is stuck in the carrier's queue goes first. Raises ConflictError where nobody waits, or where the
    operator has no telephone that may be rung or is being rung already.
    """
    require(by, Act.ANSWER_CALLS)
    operator = work.session.get_one(Operator, by.id)
    if not operator.telephone:
        raise ConflictError("say first at which telephone you are")
    if _is_rung(work, operator):
        raise ConflictError("your telephone is ringing already")
    call = _next(work)
    if call is None:
        raise ConflictError("nobody is waiting any more")
    if call.state is CallState.WAITING:
        move(work, call, CallState.TAKEN)
    call.operator_id, call.taken_at = operator.id, work.now
    if not work.playbook.voice.record_talks:
        _ring(work, call, operator, by)
    return call


def _next(work: UnitOfWork) -> Call | None:
    free = or_(Call.state == CallState.WAITING, (Call.state == CallState.QUEUED) & Call.operator_id.is_(None))
    query = select(Call).where(free).order_by(*_ORDER).limit(1)
    return work.session.scalars(query.with_for_update(skip_locked=True)).one_or_none()


_ORDER: Final = ((Call.state != CallState.QUEUED), Call.waiting_since, Call.id)


def _is_rung(work: UnitOfWork, operator: Operator) -> bool:
    query = select(Call.id).where(
        Call.errand == Errand.DESK, Call.operator_id == operator.id, Call.ended_at.is_(None),
        Call.started_at > work.now - LONGEST_RING,
    )  # fmt: skip
    return work.session.scalar(query.limit(1)) is not None


def _ring(work: UnitOfWork, call: Call, operator: Operator, by: Actor) -> None:
    about = notify.About(operator_id=operator.id, answers=call)
    rung = notify.call(work, operator.telephone, Errand.DESK, about, by=by)
    if rung.end is not None:
        raise ConflictError("your telephone's number must not be rung")


def desk_leg(session: Session, call: Call) -> Call | None:
    """The call that rings, or rang last, for this caller."""
    query = select(Call).where(Call.for_call_id == call.id, Call.errand == Errand.DESK)
    return session.scalars(query.order_by(Call.id.desc()).limit(1)).one_or_none()


def is_coming(work: UnitOfWork, call: Call) -> bool:
    """Whether the operator who took the call may still come; one who does not gives it back."""
    leg = desk_leg(work.session, call)
    ringing = leg is not None and leg.ended_at is None
    in_time = call.taken_at is not None and work.now - call.taken_at < LONGEST_RING
    return in_time and (ringing or work.playbook.voice.record_talks)


def give_back(work: UnitOfWork, call: Call) -> None:
    """Nobody came: the caller waits again, where he is."""
    if call.state is CallState.TAKEN:
        move(work, call, CallState.WAITING)
    elif call.state is CallState.QUEUED:
        call.operator_id = call.taken_at = None


def set_telephone(work: UnitOfWork, number: str | None, by: Actor) -> None:
    """At which telephone this operator takes calls."""
    require(by, Act.ANSWER_CALLS)
    work.session.get_one(Operator, by.id).telephone = number or ""
