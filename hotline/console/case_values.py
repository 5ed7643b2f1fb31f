"""What a case's page shows, as values: nothing is fetched any more while the page is drawn."""

from dataclasses import dataclass
from datetime import datetime

from hotline.console.callout_view import Callout
from hotline.console.case_outcome import Outcome
from hotline.console.clocks import Clock
from hotline.console.duplicates import Likely
from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import IncidentType
from hotline.domain.procedure import StepState
from hotline.domain.routing import Suggestion
from hotline.domain.segments import Size
from hotline.models import (
    Assignment,
    Contact,
    Incident,
    Lesson,
    LogEntry,
    Recording,
    Report,
    TextMessage,
    Unit,
)


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
class Said:
    """One turn of the conversation: a text in or out, or (without a text) a note of the desk."""

    at: datetime
    anchor: str
    words: str
    who: str
    text: TextMessage | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    entry: LogEntry
    text: TextMessage | None
    unit_name: str
    incident_number: str


@dataclass(frozen=True, slots=True)
class History:
    """Earlier cases, the newest first; empty where none may be told."""

    of_number: tuple[Incident, ...]
    of_place: tuple[Incident, ...]


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
    callout: Callout
    summary: str
    alert: str
    alert_size: Size
    lines: tuple[Line, ...]
    thread: tuple[Said, ...]
    merged: tuple[Incident, ...]
    duplicates: tuple[Likely, ...]
    resent: frozenset[int]
    names: dict[int, str]
    others: tuple[str, ...]
    """Who else has it open."""
    for_group: str
    """What may be told in the group chat; empty where nothing may."""
    writable: bool
    unit_reports: str
    outcome: Outcome
    history: History
    other_numbers: tuple[Contact, ...]
    """Numbers that somebody reported for and nobody agreed to."""
    lessons: tuple[Lesson, ...]
    """What was taught at it and holds."""
