"""One case as its page shows it: read in one go, so that nothing is fetched while the page is drawn."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hotline import incidents, roster
from hotline.console import queries
from hotline.console.clocks import Clock, running_clock
from hotline.console.duplicates import Likely, likely_duplicates
from hotline.dispatch import dispatch_text, summary_of
from hotline.domain.lifecycle import ACTIVE, STATUS_OF_CODE, UNIT_TRANSITIONS, StatusCode, UnitStatus
from hotline.domain.playbook import IncidentType
from hotline.domain.procedure import Moments, StepState, steps
from hotline.domain.rights import Actor
from hotline.domain.routing import Suggestion
from hotline.domain.segments import Size, measure
from hotline.models import Assignment, Incident, LogEntry, Recording, Report, TextMessage, Unit
from hotline.runtime import Runtime, SilentWaker
from hotline.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report: its words in pieces (piece, what was understood of it or ""), and its recordings."""

    report: Report
    pieces: tuple[tuple[str, str], ...]
    incident_number: str
    recordings: tuple[Recording, ...]
    entered_by: str


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """One unit on the case, how its alert went, and which answers it can still give."""

    assignment: Assignment
    unit: Unit
    alert: TextMessage | None
    answers: tuple[StatusCode, ...]
    may_stand_down: bool


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """One unit that could go."""

    suggestion: Suggestion
    unit: Unit
    already: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the conversation or of the log."""

    entry: LogEntry
    text: TextMessage | None
    unit_name: str
    incident_number: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything on the page."""

    incident: Incident
    kind: IncidentType
    clock: Clock
    steps: tuple[StepState, ...]
    reports: tuple[ReportView, ...]
    assignments: tuple[AssignmentView, ...]
    suggestions: tuple[SuggestionView, ...]
    summary: str
    alert: str
    alert_size: Size
    lines: tuple[Line, ...]
    thread: tuple[Line, ...]
    merged: tuple[Incident, ...]
    duplicates: tuple[Likely, ...]
    resent: frozenset[int]
    names: dict[int, str]
    writable: bool
    unit_reports: str


def reading_work(runtime: Runtime, session: Session) -> UnitOfWork:
    """A unit of work around a reading session, for functions that only look; it is never entered nor committed."""
    return UnitOfWork(session, runtime.playbook, runtime.clock, SilentWaker().ring)


def find_case(session: Session, number: str, by: Actor) -> Incident:
    """The incident with this number; NoSuchIncidentError where there is none, or none for this person."""
    found = incidents.find(session, number)
    if found is None or not incidents.may_see(by, found):
        raise incidents.NoSuchIncidentError(number)
    return found


def read_case(runtime: Runtime, session: Session, incident: Incident, by: Actor, summary: str | None) -> Case:
    """The case with all that belongs to it. `summary` is what is typed for the alert, None for the proposal."""
    work, playbook = reading_work(runtime, session), runtime.playbook
    family = incidents.family(session, incident.id)
    members = {each.id: each for each in session.scalars(select(Incident).where(Incident.id.in_(family)))}
    texts = _texts(session, family)
    sent = _assignments(session, family, texts, is_open=incident.disposition is None)
    lines = _lines(session, members, texts, sent)
    told = summary if summary is not None else incident.summary or summary_of(work, incident)
    alert = dispatch_text(work, incident, told)
    reports = _reports(session, members)
    return Case(
        incident=incident,
        kind=playbook.types[incident.type_code],
        clock=running_clock(incident, playbook.targets[incident.priority]),
        steps=steps(_moments(incident, reports)),
        reports=reports,
        assignments=sent,
        suggestions=_suggestions(session, runtime, incident, sent) if incident.disposition is None else (),
        summary=told,
        alert=alert,
        alert_size=measure(alert),
        lines=lines,
        thread=tuple(line for line in lines if line.text or line.entry.kind == "note"),
        merged=tuple(each for each in members.values() if each.id != incident.id),
        duplicates=tuple(_duplicates(session, incident, by, work.now)),
        resent=frozenset(text.resend_of for text in texts.values() if text.resend_of is not None),
        names=queries.names_of(
            session, incident.verified_by, incident.closed_by,
            incident.claimed_by if incident.claimed_until and incident.claimed_until > work.now else None,
        ),
        writable=any(view.report.caller_id is not None for view in reports),
        unit_reports="\n".join(f"{v.unit.name}: {v.assignment.report}" for v in sent if v.assignment.report),
    )  # fmt: skip


def _duplicates(session: Session, incident: Incident, by: Actor, now: datetime) -> list[Likely]:
    return likely_duplicates(session, incident, by, now) if incident.disposition is None else []


def _moments(incident: Incident, reports: Sequence[ReportView]) -> Moments:
    return Moments(
        informed=min((view.report.made_at for view in reports), default=incident.received_at),
        verified=incident.verified_at,
        dispatched=incident.dispatched_at,
        responded=incident.responded_at,
        on_scene=incident.on_scene_at,
        reported=incident.reported_at,
        closed=incident.closed_at,
        evaluated=incident.evaluated_at,
    )


def _texts(session: Session, family: Sequence[int]) -> dict[int, TextMessage]:
    query = select(TextMessage).where(TextMessage.incident_id.in_(family)).order_by(TextMessage.id)
    return {text.id: text for text in session.scalars(query)}


def _reports(session: Session, members: dict[int, Incident]) -> tuple[ReportView, ...]:
    query = (
        select(Report)
        .where(Report.incident_id.in_(members))
        .options(joinedload(Report.caller))
        .order_by(Report.id)
    )
    reports = list(session.scalars(query))
    calls = [report.call_id for report in reports if report.call_id is not None]
    sounds = list(session.scalars(select(Recording).where(Recording.call_id.in_(calls)).order_by(Recording.id)))
    names = queries.names_of(session, *(report.entered_by for report in reports))
    return tuple(
        ReportView(
            report=report,
            pieces=tuple(pieces(report.words, report.spans)),
            incident_number=members[report.incident_id].number or "",
            recordings=tuple(each for each in sounds if each.call_id == report.call_id),
            entered_by=names.get(report.entered_by or 0, ""),
        )
        for report in reports
    )


def pieces(words: str, spans: str) -> list[tuple[str, str]]:
    """The words cut where something was understood: (piece, what) with "" for the rest. Overlaps are left out."""
    cut: list[tuple[str, str]] = []
    done = 0
    for start, end, what in sorted(json.loads(spans or "[]")):
        if done <= start < end <= len(words):
            cut += [(words[done:start], ""), (words[start:end], str(what))]
            done = end
    return [piece for piece in [*cut, (words[done:], "")] if piece[0]]


def _assignments(
    session: Session, family: Sequence[int], texts: dict[int, TextMessage], *, is_open: bool
) -> tuple[AssignmentView, ...]:
    query = (
        select(Assignment)
        .where(Assignment.incident_id.in_(family))
        .options(joinedload(Assignment.unit))
        .order_by(Assignment.id)
    )
    return tuple(
        AssignmentView(
            assignment=each,
            unit=each.unit,
            alert=_alert(texts, each.id),
            answers=answers(each.status) if is_open else (),
            may_stand_down=is_open and each.status in ACTIVE,
        )
        for each in session.scalars(query)
    )


def _alert(texts: dict[int, TextMessage], assignment_id: int) -> TextMessage | None:
    """The alert as it stands now: the last one sent, should it have been sent again."""
    about = [text for text in texts.values() if text.assignment_id == assignment_id and not text.inbound]
    return about[-1] if about else None


def answers(status: UnitStatus) -> tuple[StatusCode, ...]:
    """The codes that a unit with this status can still give, from the lifecycle's own table."""
    return tuple(
        code
        for code, wanted in STATUS_OF_CODE.items()
        if (wanted is None and status in ACTIVE) or wanted in UNIT_TRANSITIONS[status]
    )


def _suggestions(
    session: Session, runtime: Runtime, incident: Incident, sent: Sequence[AssignmentView]
) -> tuple[SuggestionView, ...]:
    on_it = {view.unit.id for view in sent if view.assignment.status in ACTIVE}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.active))}
    found = roster.suggestions(session, runtime.playbook, incident, runtime.clock.now())
    return tuple(
        SuggestionView(each, units[each.candidate.unit_id], each.candidate.unit_id in on_it) for each in found
    )


def _lines(
    session: Session,
    members: dict[int, Incident],
    texts: dict[int, TextMessage],
    sent: Sequence[AssignmentView],
) -> tuple[Line, ...]:
    query = select(LogEntry).where(LogEntry.incident_id.in_(members)).order_by(LogEntry.at, LogEntry.id)
    names = {view.unit.id: view.unit.name for view in sent}
    names |= {view.assignment.id * -1: view.unit.name for view in sent}
    return tuple(
        Line(entry, text, _unit_name(entry, text, names), members[entry.incident_id].number or "")
        for entry in session.scalars(query)
        for text in (texts.get(entry.text_id or 0),)
    )


def _unit_name(entry: LogEntry, text: TextMessage | None, names: dict[int, str]) -> str:
    if text is not None and text.unit_id is not None:
        return names.get(text.unit_id, "")
    return names.get(-(entry.assignment_id or 0), "")
