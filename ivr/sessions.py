"""Which call a callback speaks of, and what it was answered before: the same callback, the same answer."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.calls import move
from hotline.domain.calls import OURS, CallState, Errand
from hotline.models import Call, CallEvent, Unit
from hotline.outbox import Kind, Rank
from hotline.unit_of_work import UnitOfWork
from ivr.gateway import CallEvent as Event
from ivr.gateway import Direction
from ivr.hearing import At

_AWAITED: Final = (CallState.PLACING, CallState.RINGING)
_RUNGUP: Final = timedelta(minutes=3)
# Each step asks these: built once, they cost half.
_BY_SESSION: Final = select(Call).where(Call.session == bindparam("session")).with_for_update(key_share=True)
_ANSWER: Final = select(CallEvent.answer).where(
    CallEvent.call_id == bindparam("call_id"), CallEvent.mark == bindparam("mark")
)
_UNIT: Final = select(Unit.id, Unit.pin_hash).where(Unit.number == bindparam("number"), Unit.active)
_KEY: Final = ("session",)
_NEW: Final = {
    "sqlite": sqlite.insert(Call).on_conflict_do_nothing(index_elements=_KEY).returning(Call),
    "postgresql": postgresql.insert(Call).on_conflict_do_nothing(index_elements=_KEY).returning(Call),
}
_KEEP_ANSWER: Final = insert(CallEvent.__table__)  # type: ignore[arg-type]
_AS_IT_IS: Final = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class Met:
    """A call, locked, and whether this callback is the first that was heard of it."""

    call: Call
    is_new: bool = False


def call_of(work: UnitOfWork, event: Event, at: At) -> Met:
    """The call that a callback speaks of; its row is made at the first one, whichever that is.

    One that rings is believed to be new, and looked for only where it is known after all: one question less
    for whoever hears nothing yet.
    """
    session = (event.session or f"unnamed-{event.caller_raw}-{work.now:%Y%m%d%H%M}")[:120]
    found = _placed(work, event)
    if found is None and not _rings(event, at):
        found = _known(work, session) or _awaited(work, event)
    if found is None:
        return _new(work, event, session)
    if found.session == found.request_id and event.session:
        found.session = session
        found.carrier = event.carrier
    return Met(found)


def _rings(event: Event, at: At) -> bool:
    return event.active and event.direction is Direction.INBOUND and at == At() and not event.digits


def _known(work: UnitOfWork, session: str) -> Call | None:
    found = work.session.scalars(_BY_SESSION, {"session": session}, execution_options=_AS_IT_IS)
    return found.one_or_none()


def _placed(work: UnitOfWork, event: Event) -> Call | None:
    """One of ours, by the mark that its callbacks bring back."""
    if not event.client_request_id:
        return None
    return _locked(work, Call.request_id == event.client_request_id[:40])


def _awaited(work: UnitOfWork, event: Event) -> Call | None:
    """One of ours whose callback came without our mark, and before the carrier's answer with its own."""
    if event.direction is not Direction.OUTBOUND:
        return None
    number = event.caller.address
    query = (
        select(Call.id)
        .where(
            Call.number == number, Call.state.in_(_AWAITED), Call.session == Call.request_id,
            Call.started_at > work.now - _RUNGUP,
        )
        .order_by(Call.id)
        .limit(1)
    )  # fmt: skip
    waiting = work.session.scalar(query)
    return None if waiting is None else _locked(work, Call.id == waiting)


def _locked(work: UnitOfWork, condition: ColumnElement[bool]) -> Call | None:
    query = select(Call).where(condition).with_for_update(key_share=True)
    return work.session.scalars(query, execution_options=_AS_IT_IS).one_or_none()


def _new(work: UnitOfWork, event: Event, session: str) -> Met:
    inbound = event.direction is Direction.INBOUND
    number = (event.caller.address or event.caller_raw)[:80]
    unit = work.session.execute(_UNIT, {"number": number}).one_or_none() if inbound else None
    row = {
        "carrier": event.carrier, "session": session, "inbound": inbound, "number": number,
        "errand": _errand(inbound=inbound, has_pin=unit is not None and bool(unit.pin_hash)),
        "state": CallState.LIVE, "started_at": work.now, "pressed": "", "cause": "", "problem": "",
        "proved": False, "joins": "", "unit_id": unit.id if unit else None,
        "answered_at": work.now if event.active and not inbound else None,
    }  # fmt: skip
    # Two callbacks of one call may arrive at this moment; the second waits and finds the row of the first.
    made: Call | None = work.session.scalar(_NEW[work.session.get_bind().dialect.name], row)
    if made is None:
        return Met(work.session.scalars(_BY_SESSION, {"session": session}, execution_options=_AS_IT_IS).one())
    expect_silence(work, made.id)
    return Met(made, is_new=True)


def _errand(*, inbound: bool, has_pin: bool) -> Errand:
    if not inbound:
        return Errand.CALL_BACK
    return Errand.UNIT if has_pin else Errand.CALLER


def expect_silence(work: UnitOfWork, call_id: int) -> None:
    """From now on the clock watches the call: its final callback may never come."""
    due_at = work.now + timedelta(minutes=work.playbook.limits.call_silent_minutes)
    work.promise(Kind.CLOSE_SILENT_CALL, call_id, rank=Rank.LATER, due_at=due_at)


def picked_up(work: UnitOfWork, call: Call) -> bool:
    """Whether one of ours was picked up just now."""
    return call.errand in OURS and call.state in _AWAITED and move(work, call, CallState.LIVE)


def mark_of(at: At, event: Event) -> str:
    """What makes a callback this one and no other: where it came in, and what it brings."""
    bridge = event.bridge
    parts = (
        at.segment, at.silent, event.active, event.digits, event.recording_url,
        bridge and (bridge.number, bridge.status, bridge.duration_s, bridge.queued_s),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def answered_before(work: UnitOfWork, met: Met, mark: str) -> bytes | None:
    """What this very callback was answered; None for a new one."""
    if met.is_new:
        return None
    return work.session.scalar(_ANSWER, {"call_id": met.call.id, "mark": mark})


def keep_answer(work: UnitOfWork, call: Call, mark: str, body: bytes) -> None:
    """So that a repetition is answered alike."""
    row = {"call_id": call.id, "mark": mark, "answer": body, "at": work.now}
    work.session.connection().execute(_KEEP_ANSWER, row)


def note_kept(work: UnitOfWork, call: Call, mark: str, kept_id: int) -> None:
    """This callback lay in the spool: its bytes belong to the call, and to whatever case that belongs to."""
    event = (CallEvent.call_id == call.id, CallEvent.mark == mark)
    work.session.execute(update(CallEvent).where(*event).values(kept_id=kept_id))
