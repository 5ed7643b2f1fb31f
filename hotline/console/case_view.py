"""One case as its page shows it, read in one go."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import incidents, learning, other_numbers, presence
from hotline.alerting import dispatch_text, group_note, summary_of
from hotline.console import queries
from hotline.console.callout_view import callout_of
from hotline.console.case_outcome import outcome_of
from hotline.console.case_parts import (
    assignments_of,
    lines_of,
    reports_of,
    suggestions_for,
    texts_of,
    thread_of,
)
from hotline.console.case_values import Case, ReportView
from hotline.console.clocks import running_clock
from hotline.console.duplicates import Likely, likely_duplicates
from hotline.console.history import history_of
from hotline.domain.procedure import Moments, steps
from hotline.domain.rights import Actor
from hotline.domain.segments import measure
from hotline.models import Incident
from hotline.places import still_wanted
from hotline.runtime import Runtime, SilentWaker
from hotline.unit_of_work import UnitOfWork


def reading_work(runtime: Runtime, session: Session) -> UnitOfWork:
    """A unit of work around a reading session, for functions that only look; it is never entered."""
    runtime.words.refresh(lambda: nullcontext(session))
    return UnitOfWork(session, runtime.playbook, runtime.clock, SilentWaker().ring)


def find_case(session: Session, number: str, by: Actor) -> Incident:
    """The incident with this number; NoSuchIncidentError where there is none, or none for this person."""
    found = incidents.find(session, number)
    if found is None or not incidents.may_see(by, found):
        raise incidents.NoSuchIncidentError(number)
    return found


def read_case(runtime: Runtime, session: Session, incident: Incident, by: Actor, summary: str | None) -> Case:
    """The case with all that belongs to it. `summary` is what is typed for the alert; None: the proposal."""
    work, playbook = reading_work(runtime, session), runtime.playbook
    family = incidents.family(session, incident.id)
    members = _members(session, incident, family)
    texts = texts_of(session, family)
    sent = assignments_of(session, family, texts, is_open=incident.disposition is None)
    lines = lines_of(session, members, texts, sent)
    told = summary if summary is not None else incident.summary or summary_of(work, incident)
    alert = dispatch_text(work, incident, told)
    reports = reports_of(session, members)
    open_case = incident.disposition is None
    still = still_wanted(work, incident)
    suggested = suggestions_for(session, runtime, incident, sent, still) if open_case else ()
    return Case(
        incident=incident,
        kind=playbook.types[incident.type_code],
        clock=running_clock(incident, playbook.targets[incident.priority]),
        steps=steps(_moments(incident, reports)),
        reports=reports,
        assignments=sent,
        suggestions=suggested,
        callout=callout_of(work, incident, [view.suggestion for view in suggested]),
        summary=told,
        alert=alert,
        alert_size=measure(alert),
        lines=lines,
        thread=thread_of(session, texts, lines, sent),
        merged=tuple(each for each in members.values() if each.id != incident.id),
        duplicates=tuple(_duplicates(session, incident, by, work.now, reports)),
        resent=frozenset(text.resend_of for text in texts.values() if text.resend_of is not None),
        names=queries.names_of(
            session, incident.verified_by, incident.closed_by,
            incident.claimed_by if incident.claimed_until and incident.claimed_until > work.now else None,
        ),
        others=tuple(presence.others_at(work, incident.id, by)),
        for_group=group_note(work, incident),
        writable=any(view.report.caller_id is not None for view in reports),
        unit_reports="\n".join(f"{v.unit.name}: {v.assignment.report}" for v in sent if v.assignment.report),
        outcome=outcome_of(work, session, incident),
        history=history_of(session, incident, family, reports, by),
        other_numbers=tuple(other_numbers.waiting(session, incident.id)),
        lessons=tuple(learning.lessons_of(session, list(members))),
    )  # fmt: skip


def _members(session: Session, incident: Incident, family: Sequence[int]) -> dict[int, Incident]:
    others = [each for each in family if each != incident.id]
    query = select(Incident).where(Incident.id.in_(others)).order_by(Incident.id)
    return {incident.id: incident, **({each.id: each for each in session.scalars(query)} if others else {})}


def _duplicates(
    session: Session, incident: Incident, by: Actor, now: datetime, reports: Sequence[ReportView]
) -> list[Likely]:
    said = " ".join(view.report.words for view in reports)
    return likely_duplicates(session, incident, by, now, said) if incident.disposition is None else []


def _moments(incident: Incident, reports: Sequence[ReportView]) -> Moments:
    # Whoever rejects a report has checked it: the second step is done, and there is no third.
    rejected = incident.closed_at if incident.rejection else None
    return Moments(
        informed=min((view.report.made_at for view in reports), default=incident.received_at),
        verified=incident.verified_at or rejected,
        dispatched=incident.dispatched_at,
        responded=incident.responded_at,
        on_scene=incident.on_scene_at,
        reported=incident.reported_at,
        closed=incident.closed_at,
        evaluated=incident.evaluated_at,
    )
