"""The verdict: the history of both ends held against what the hotline's database says."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from sqlalchemy import ColumnElement, Engine, func, or_, select, text
from sqlalchemy.orm import Session

from hotline import audit_chain
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import UnitStatus
from hotline.domain.playbook import Priority
from hotline.models import (
    Assignment,
    Call,
    Incident,
    Kept,
    LogEntry,
    Promise,
    Receipt,
    Report,
    Restoration,
    Task,
    TextMessage,
)
from hotline.outbox import Kind
from tests.chaos.history import History

AT_ONCE: Final = (Kind.READ_TEXT, Kind.READ_RECEIPT, Kind.READ_CALL, Kind.SEND_TEXT, Kind.PLACE_CALL)
"""Promises that are kept as soon as they can be."""
OPEN: Final = frozenset({TextState.QUEUED, TextState.SENDING, TextState.NOT_SENT})
"""How no text of ours may stand when all is quiet: it went, it did not, or the desk sees the doubt."""
UNDER_WAY: Final = timedelta(seconds=5)
"""What is begun so shortly before all is quiet may be written only afterwards."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict is made from. A ladder never ends: what came up after all was quiet is no fault."""

    session: Session
    history: History
    spool: Path
    dispatched: frozenset[str]
    quiet_at: datetime

    @property
    def until(self) -> datetime:
        """What is older than this is done, if anything is."""
        return self.quiet_at - UNDER_WAY


Rule = Callable[[Evidence], Iterator[str]]


def every_acknowledged_text_is_stored_once(evidence: Evidence) -> Iterator[str]:
    """Acknowledged ⊆ stored, each once; byte for byte and as a text."""
    query = select(TextMessage.carrier_id).where(TextMessage.inbound)
    stored = Counter(evidence.session.scalars(query))
    yield from (f"lost: text {key}" for key in evidence.history.acknowledged_texts - set(stored))
    yield from (f"twice: text {key}" for key, times in stored.items() if times > 1)


def every_acknowledged_receipt_is_stored(evidence: Evidence) -> Iterator[str]:
    """Byte for byte, and understood; also those of texts that we never heard were taken."""
    bodies = evidence.session.scalars(select(Kept.body).where(Kept.kind == "sms.receipt"))
    kept = {parse_qs(body.decode()).get("id", [""])[0] for body in bodies}
    yield from (f"lost: receipt {key}" for key in evidence.history.acknowledged_receipts - kept)
    understood = set(evidence.session.scalars(select(Receipt.carrier_id)))
    yield from (
        f"not understood: receipt {key}"
        for key in (kept & evidence.history.acknowledged_receipts) - understood
    )


def every_text_is_in_a_case_or_in_the_tray(evidence: Evidence) -> Iterator[str]:
    """Nothing that somebody wrote is nowhere."""
    query = select(TextMessage.carrier_id).where(
        TextMessage.inbound, TextMessage.incident_id.is_(None), ~TextMessage.unread,
    )  # fmt: skip
    yield from (f"nowhere: text {key}" for key in evidence.session.scalars(query))


def every_report_has_one_case(evidence: Evidence) -> Iterator[str]:
    """One text of one telephone is one report."""
    query = select(Report.caller_id).where(Report.caller_id.is_not(None), Report.call_id.is_(None))
    times = Counter(evidence.session.scalars(query))
    yield from (f"caller {caller} reported {count} times" for caller, count in times.items() if count > 1)


def every_call_ended_as_something(evidence: Evidence) -> Iterator[str]:
    """A case, a task to call back, or a reason."""
    calls = {call.session: call for call in evidence.session.scalars(select(Call).where(Call.inbound))}
    tasks = set(evidence.session.scalars(select(Task.call_id).where(Task.call_id.is_not(None))))
    for session in sorted(evidence.history.acknowledged_calls):
        call = calls.get(session)
        if call is None:
            yield f"lost: call {session}"
        elif call.ended_at is None:
            yield f"call {session} goes on"
        elif call.incident_id is None and call.id not in tasks and call.end is None:
            yield f"nothing came of call {session}"


def left_undone(engine: Engine) -> int:
    """How much is due about words and texts."""
    with Session(engine) as session:
        due = _undone(datetime.now(UTC))
        return session.scalar(select(func.count()).select_from(Promise).where(*due)) or 0


def _undone(by: datetime) -> tuple[ColumnElement[bool], ...]:
    return Promise.settled_at.is_(None), Promise.kind.in_(AT_ONCE), Promise.due_at <= by


def nothing_is_left_undone(evidence: Evidence) -> Iterator[str]:
    """Nothing that is due about a word or a text is open, nothing waits in the spool or is damaged there."""
    yield from (
        f"undone: {promise.kind} {promise.subject_id} after {promise.attempts} attempts ({promise.problem})"
        for promise in evidence.session.scalars(select(Promise).where(*_undone(evidence.until)))
    )
    yield from (f"spool: {path.name}" for path in evidence.spool.glob("*.spool"))
    yield from (f"damaged: {path.name}" for path in (evidence.spool / "corrupt").glob("*"))


def nothing_is_held_for_nothing(evidence: Evidence) -> Iterator[str]:
    """Nobody put the database back here: a worker that thinks so keeps everything back."""
    for each in evidence.session.scalars(select(Restoration)):
        yield f"held since {each.at} as if the database had been put back"


def every_send_is_accounted_for(evidence: Evidence) -> Iterator[str]:
    """Each text of ours stands in a state that is the truth: what the company took, or a doubt shown."""
    taken = Counter((handed.number, handed.words) for handed in evidence.history.handed)
    rows = list(evidence.session.scalars(select(TextMessage).where(~TextMessage.inbound)))
    written = Counter((row.number, row.words) for row in rows)
    yield from (
        f"doubled: {words[:40]!r} to {number}: {times} times for {written[number, words]}"
        for (number, words), times in taken.items()
        if times > written[number, words]
    )
    for row in rows:
        if row.state in OPEN and row.at <= evidence.until:
            yield f"text {row.id} still {row.state}: {row.problem}"
        elif row.state in (TextState.ACCEPTED, TextState.DELIVERED) and not taken[row.number, row.words]:
            yield f"text {row.id} is {row.state} and was never taken"


def only_the_rule_repeats_and_once(evidence: Evidence) -> Iterator[str]:
    """No person repeats here, so only the playbook does: the alert of an emergency whose arrival nobody has
    reported, once.
    """
    session = evidence.session
    again = list(session.scalars(select(TextMessage).where(TextMessage.resend_of.is_not(None))))
    times = Counter(row.resend_of for row in again)
    yield from (f"text {first} was repeated {count} times" for first, count in times.items() if count > 1)
    for row in again:
        first = session.get_one(TextMessage, row.resend_of)
        urgent = session.get_one(Incident, first.incident_id).priority == Priority.DARURAT
        if first.assignment_id is None or not urgent:
            yield f"text {first.id} was repeated as {row.id} by no rule"


def every_dispatch_is_in_the_log(evidence: Evidence) -> Iterator[str]:
    """What the screen said was sent has people, a text to each, and lines in the log."""
    session = evidence.session
    for number in sorted(evidence.dispatched):
        incident = session.scalars(select(Incident).where(Incident.number == number)).one_or_none()
        if incident is None:
            yield f"dispatched case {number} is gone"
            continue
        sent = list(session.scalars(select(Assignment).where(Assignment.incident_id == incident.id)))
        if not sent:
            yield f"nobody was sent to {number}"
        logged = set(
            session.scalars(select(LogEntry.assignment_id).where(LogEntry.incident_id == incident.id))
        )
        yield from (f"{number}: sending {each.id} is not logged" for each in sent if each.id not in logged)


def the_log_is_complete(evidence: Evidence) -> Iterator[str]:
    """Each case's log begins with a report, and holds every text of it and every answer of its units."""
    session = evidence.session
    logged = select(LogEntry.incident_id).where(
        LogEntry.incident_id == Incident.id, LogEntry.kind == "report"
    )
    yield from (
        f"case {number} has no report in its log"
        for number in session.scalars(select(Incident.number).where(~logged.exists()))
    )
    line = select(LogEntry.id).where(
        LogEntry.text_id == TextMessage.id,
        or_(TextMessage.inbound, LogEntry.kind.in_(("text_out", "text_withheld"))),
    )
    unsaid = select(TextMessage.id).where(TextMessage.incident_id.is_not(None), ~line.exists())
    yield from (f"text {each} of a case is not in its log" for each in session.scalars(unsaid))
    answers = select(LogEntry.assignment_id).where(LogEntry.kind.like("unit_%"))
    unanswered = select(Assignment.id).where(
        Assignment.heard_at.is_not(None),
        Assignment.status != UnitStatus.STOOD_DOWN,
        Assignment.id.not_in(answers.where(LogEntry.assignment_id.is_not(None))),
    )
    yield from (f"the answer of sending {each} is not in the log" for each in session.scalars(unanswered))


def the_books_are_whole(evidence: Evidence) -> Iterator[str]:
    """The audit's chain has no break, and the database's own check finds nothing."""
    yield from (f"audit: {found}" for found in audit_chain.verify(evidence.session))
    if evidence.session.get_bind().dialect.name == "sqlite":
        state = evidence.session.scalar(text("PRAGMA integrity_check"))
        if state != "ok":
            yield f"integrity: {state}"


def nothing_is_surprising(evidence: Evidence) -> Iterator[str]:
    """Callbacks are taken (200) or put off (503), whatever is broken; who is asked to end does."""
    yield from sorted(set(evidence.history.surprises))


RULES: Final[tuple[Rule, ...]] = (
    every_acknowledged_text_is_stored_once,
    every_acknowledged_receipt_is_stored,
    every_text_is_in_a_case_or_in_the_tray,
    every_report_has_one_case,
    every_call_ended_as_something,
    nothing_is_left_undone,
    nothing_is_held_for_nothing,
    every_send_is_accounted_for,
    only_the_rule_repeats_and_once,
    every_dispatch_is_in_the_log,
    the_log_is_complete,
    the_books_are_whole,
    nothing_is_surprising,
)


def judge(
    engine: Engine, history: History, spool: Path, dispatched: frozenset[str], quiet_at: datetime
) -> list[str]:
    """Everything that is wrong, in words; empty where every promise was kept."""
    with Session(engine) as session:
        evidence = Evidence(session, history, spool, dispatched, quiet_at)
        return [problem for rule in RULES for problem in rule(evidence)]


def counted(engine: Engine, history: History) -> dict[str, int]:
    """The figures to print."""
    with Session(engine) as session:
        states = Counter(session.scalars(select(TextMessage.state).where(~TextMessage.inbound)))
        kept = session.scalar(select(func.count()).select_from(Kept)) or 0
        repeats = session.scalar(select(func.sum(Kept.repeats))) or 0
    words = history.acknowledged_texts | history.acknowledged_receipts | history.acknowledged_calls
    return {
        "faults injected": sum(history.injected.values()),
        "callbacks sent": history.tries,
        "words acknowledged": len(words),
        "callbacks kept": kept,
        "repeats counted": int(repeats),
        "texts handed over": len(history.handed),
        **{f"texts {state.lower()}": count for state, count in sorted(states.items())},
    }
