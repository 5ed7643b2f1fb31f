"""The parts of a case, read for its page: reports, texts, units, suggestions, log."""

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hotline import roster
from hotline.asked_once import once
from hotline.console import queries
from hotline.console.case_values import AssignmentView, Line, ReportView, Said, SuggestionView
from hotline.domain.lifecycle import ACTIVE, STATUS_OF_CODE, UNIT_TRANSITIONS, StatusCode, UnitStatus
from hotline.models import Assignment, Incident, LogEntry, Recording, Report, TextMessage, Unit
from hotline.runtime import Runtime


def texts_of(session: Session, family: Sequence[int]) -> dict[int, TextMessage]:
    """The family's texts by their id, the oldest first."""
    query = select(TextMessage).where(TextMessage.incident_id.in_(family)).order_by(TextMessage.id)
    return {text.id: text for text in session.scalars(query)}


def reports_of(session: Session, members: dict[int, Incident]) -> tuple[ReportView, ...]:
    """The family's reports with what was understood and recorded."""
    query = (
        select(Report)
        .where(Report.incident_id.in_(members))
        .options(joinedload(Report.caller))
        .order_by(Report.id)
    )
    reports = list(session.scalars(query))
    sounds = _recordings(session, [report.call_id for report in reports if report.call_id is not None])
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


def _recordings(session: Session, calls: Sequence[int]) -> Sequence[Recording]:
    query = select(Recording).where(Recording.call_id.in_(calls)).order_by(Recording.id)
    return session.scalars(query).all() if calls else []


def pieces(words: str, spans: str) -> list[tuple[str, str]]:
    """The words cut where something was understood: (piece, what), "" for the rest. Overlaps are left out."""
    cut: list[tuple[str, str]] = []
    done = 0
    for start, end, what in sorted(json.loads(spans or "[]")):
        if done <= start < end <= len(words):
            cut += [(words[done:start], ""), (words[start:end], str(what))]
            done = end
    return [piece for piece in [*cut, (words[done:], "")] if piece[0]]


def assignments_of(
    session: Session, family: Sequence[int], texts: dict[int, TextMessage], *, is_open: bool
) -> tuple[AssignmentView, ...]:
    """Everybody who was sent; answers are offered only while the case is open."""
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
        for each in once(session, ("assignments", *family), lambda: session.scalars(query).all())
    )


def _alert(texts: dict[int, TextMessage], assignment_id: int) -> TextMessage | None:
    """The alert as it went out last, should it have been sent again; what followed it is no alert."""
    about = [text for text in texts.values() if text.assignment_id == assignment_id and not text.inbound]
    same = [text for text in about if text.words == about[0].words]
    return same[-1] if same else None


def answers(status: UnitStatus) -> tuple[StatusCode, ...]:
    """The codes that a unit with this status can still give, from the lifecycle's own table."""
    return tuple(
        code
        for code, wanted in STATUS_OF_CODE.items()
        if (wanted is None and status in ACTIVE) or wanted in UNIT_TRANSITIONS[status]
    )


def suggestions_for(
    session: Session,
    runtime: Runtime,
    incident: Incident,
    sent: Sequence[AssignmentView],
    still: Mapping[str, int] | None,
) -> tuple[SuggestionView, ...]:
    """Whom routing puts forward, the best first; whoever is ticked stands before whoever is not, since
    the tail of the list is folded away and nobody must be sent unseen. `still`: see `roster.suggestions`.
    """
    on_it = {view.unit.id for view in sent if view.assignment.status in ACTIVE}
    units = {unit.id: unit for unit in roster.active_units(session)}
    found = roster.suggestions(session, runtime.playbook, incident, runtime.clock.now(), still)
    return tuple(
        SuggestionView(each, units[each.candidate.unit_id], each.candidate.unit_id in on_it)
        for each in sorted(found, key=lambda each: not each.proposed)
    )


def lines_of(
    session: Session,
    members: dict[int, Incident],
    texts: dict[int, TextMessage],
    sent: Sequence[AssignmentView],
) -> tuple[Line, ...]:
    """The family's log in order, each line with the text it speaks of."""
    query = select(LogEntry).where(LogEntry.incident_id.in_(members)).order_by(LogEntry.at, LogEntry.id)
    names = {view.unit.id: view.unit.name for view in sent}
    names |= {view.assignment.id * -1: view.unit.name for view in sent}
    return tuple(
        Line(entry, text, _unit_name(entry, text, names), members[entry.incident_id].number or "")
        for entry in session.scalars(query)
        for text in (texts.get(entry.text_id or 0),)
    )


def thread_of(
    session: Session, texts: dict[int, TextMessage], lines: Sequence[Line], sent: Sequence[AssignmentView]
) -> tuple[Said, ...]:
    """Every text of the family and every note of the desk, in the order of time."""
    units = {view.unit.id: view.unit.name for view in sent}
    wanted = {text.unit_id for text in texts.values() if text.unit_id is not None}
    units |= _unit_names(session, wanted - units.keys())
    said = [
        Said(text.at, f"text-{text.id}", text.words, units.get(text.unit_id or 0, ""), text)
        for text in texts.values()
    ]
    notes = [line.entry for line in lines if line.entry.kind == "note"]
    said += [Said(note.at, f"note-{note.id}", note.words, note.actor_name, None) for note in notes]
    return tuple(sorted(said, key=lambda turn: turn.at))


def _unit_names(session: Session, wanted: Collection[int]) -> dict[int, str]:
    query = select(Unit.id, Unit.name).where(Unit.id.in_(wanted))
    return dict(iter(session.execute(query))) if wanted else {}


def _unit_name(entry: LogEntry, text: TextMessage | None, names: dict[int, str]) -> str:
    if text is not None and text.unit_id is not None:
        return names.get(text.unit_id, "")
    return names.get(-(entry.assignment_id or 0), "")
