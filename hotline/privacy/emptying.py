"""Empties cases of words and numbers: the facts stay, with times, kinds and places down to the RT."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.domain.recording import RecordingState
from hotline.models import (
    Assignment,
    Base,
    Call,
    CallEvent,
    Contact,
    FieldAnswer,
    FollowUp,
    Incident,
    Inquiry,
    Leg,
    LogEntry,
    Proposal,
    Question,
    Recording,
    Report,
    Task,
    TextMessage,
)
from hotline.privacy.keyed import MARK, mark_of

WORDS: Final[Mapping[type[Base], Mapping[str, str]]] = {
    Report: {"caller_name": "", "words": "", "spans": "[]"},
    LogEntry: {"words": ""},
    FieldAnswer: {"words": ""},
    FollowUp: {"words": ""},
    Assignment: {"report": ""},
    Leg: {"answer": "", "accepted_by": ""},
    Inquiry: {"words": ""},
    Task: {"words": "", "number": ""},
}
"""Tables that belong to a case by `incident_id`, and what their free columns become."""
OF_INCIDENT: Final = {"place": "", "summary": "", "reasons": "", "field_report": "", "recommendation": ""}
GONE: Final[Sequence[type[Base]]] = (Contact, Question, Proposal)
"""Rows that say nothing without their words or number."""


def empty_cases(session: Session, key: bytes, incident_ids: Sequence[int]) -> dict[str, int]:
    """Empties everything that belongs to these incidents; how much of each kind there was."""
    ids = list(incident_ids)
    for table, values in WORDS.items():
        session.execute(update(table).where(_of(table, ids)).values(values))
    session.execute(update(Incident).where(Incident.id.in_(ids)).values(OF_INCIDENT))
    session.execute(
        update(LogEntry)
        .where(LogEntry.incident_id.in_(ids), LogEntry.actor_kind == "caller")
        .values(actor_name="")
    )
    for table in GONE:
        session.execute(delete(table).where(_of(table, ids)))
    calls = list(session.scalars(select(Call.id).where(Call.incident_id.in_(ids))))
    return {
        "cases": len(ids),
        "texts": empty_texts(session, key, TextMessage.incident_id.in_(ids)),
        "calls": empty_calls(session, key, calls),
    }


def _of(table: type[Base], ids: Sequence[int]) -> ColumnElement[bool]:
    column: InstrumentedAttribute[int] = getattr(table, "incident_id")  # noqa: B009  tables of a case have it
    return column.in_(ids)


def empty_texts(session: Session, key: bytes, which: ColumnElement[bool]) -> int:
    """Words away, numbers to marks; how many texts."""
    found = session.execute(
        select(TextMessage.id, TextMessage.number).where(which, _not_marked(TextMessage.number))
    ).all()
    changes = [{"id": each.id, "number": mark_of(key, each.number)} for each in found]
    _set(session, TextMessage, changes, words="", problem="", unread=False)
    return len(changes)


def empty_calls(session: Session, key: bytes, call_ids: Sequence[int]) -> int:
    """Numbers to marks, keys and sounds away; how many calls."""
    found = session.execute(
        select(Call.id, Call.number).where(Call.id.in_(call_ids), _not_marked(Call.number))
    ).all()
    changes = [{"id": each.id, "number": mark_of(key, each.number)} for each in found]
    _set(session, Call, changes, pressed="", problem="", joins="")
    ids = [each.id for each in found]
    session.execute(delete(CallEvent).where(CallEvent.call_id.in_(ids)))
    for recording in session.scalars(select(Recording).where(Recording.call_id.in_(ids))):
        recording.sound, recording.url, recording.problem = None, f"{MARK}{recording.id}", ""
        recording.state = RecordingState.FORGOTTEN
    return len(changes)


def _not_marked(number: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(number == "", number.not_like(f"{MARK}%"))


def _set(session: Session, table: type[Base], changes: list[dict[str, Any]], **alike: object) -> None:
    if changes:
        session.execute(update(table), [{**each, **alike} for each in changes])
