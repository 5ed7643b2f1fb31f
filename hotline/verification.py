"""Step 2 of the procedure: the desk claims a report, checks it, sets type, place and priority, or
rejects it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hotline import handoff, notify, tasks
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import Disposition
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act, Actor
from hotline.domain.tasks import OF_THE_CASE, TaskKind
from hotline.incidents import ConflictError, fetch_for, log, recompute, touch
from hotline.intake import LONGEST_PLACE, place_words
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork

CLAIM_LEASE: Final = timedelta(minutes=5)
LONGEST_SUMMARY: Final = 200


@dataclass(frozen=True, slots=True)
class Findings:
    """What the desk knows after asking: None leaves a field as it is; "" or 0 empties it."""

    type_code: str | None = None
    priority: Priority | None = None
    area_code: str | None = None
    rt: int | None = None
    place: str | None = None
    people: int | None = None
    summary: str | None = None


def claim(work: UnitOfWork, incident_id: int, by: Actor) -> Incident:
    """Holds the incident for one operator, for five minutes at a time.

    Taking over from somebody else is allowed and stands in the log; nothing is reassigned in silence.
    Raises ConflictError once the incident is closed.
    """
    incident = fetch_for(work, incident_id, by, Act.CLAIM)
    _must_be_open(incident)
    held_by_other = incident.claimed_by not in (None, by.id) and _held(incident, work)
    if incident.claimed_by != by.id or not _held(incident, work):
        log(work, incident, "taken_over" if held_by_other else "claimed", by)
    incident.claimed_by = by.id
    incident.claimed_until = work.now + CLAIM_LEASE
    tasks.settle(work, incident, TaskKind.UNCLAIMED)
    touch(work, incident)
    return incident


def put_off(work: UnitOfWork, incident_id: int, by: Actor) -> Incident:
    """Lets it stand after the others for the playbook's minutes; asked again, it stands in its place again.

    Nothing else waits: what is due of it stays due. Raises ConflictError for an emergency, and once it is
    closed.
    """
    incident = fetch_for(work, incident_id, by, Act.CLAIM)
    _must_be_open(incident)
    if incident.priority is Priority.DARURAT:
        raise ConflictError("an emergency is not put off")
    waits = incident.later_until is not None and incident.later_until > work.now
    incident.later_until = None if waits else work.now + timedelta(minutes=work.playbook.screen.later_minutes)
    log(work, incident, "taken_up" if waits else "put_off", by)
    touch(work, incident)
    return incident


def _held(incident: Incident, work: UnitOfWork) -> bool:
    return incident.claimed_until is not None and incident.claimed_until > work.now


def correct(
    work: UnitOfWork, incident_id: int, findings: Findings, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Changes what is known of the incident; the words of the reports stay as they are.

    Raises ConflictError once the incident is closed, KeyError for a type or area not in the playbook.
    """
    incident = fetch_for(work, incident_id, by, Act.CORRECT, stamp=stamp)
    _must_be_open(incident)
    if changes := _apply(work, incident, findings):
        log(work, incident, "corrected", by, "; ".join(changes))
    recompute(work, incident)
    return incident


def verify(
    work: UnitOfWork, incident_id: int, findings: Findings, by: Actor, *, stamp: str | None = None
) -> Incident:
    """The report is true as far as the desk can tell, and this is how urgent it is. Raises what
    `correct` raises.
    """
    incident = fetch_for(work, incident_id, by, Act.VERIFY, stamp=stamp)
    _must_be_open(incident)
    changes = _apply(work, incident, findings)
    if incident.verified_at is None:
        incident.verified_at = work.now
        incident.verified_by = by.id
        log(
            work,
            incident,
            "verified",
            by,
            "; ".join([work.playbook.targets[incident.priority].name, *changes]),
        )
        tasks.settle(work, incident, TaskKind.UNCLAIMED)
    elif changes:
        log(work, incident, "corrected", by, "; ".join(changes))
    recompute(work, incident)
    return incident


def reject(
    work: UnitOfWork, incident_id: int, reason: str, note: str, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Ends an incident before anybody is sent, for a reason from the playbook; its callers hear of it.

    Raises KeyError for an unknown reason, ConflictError where units are already on it.
    """
    incident = fetch_for(work, incident_id, by, Act.REJECT, stamp=stamp)
    _must_be_open(incident)
    if incident.dispatched_at is not None:
        raise ConflictError("units were sent: close it instead of rejecting it")
    choice = work.playbook.rejections[reason]
    incident.disposition = Disposition(choice.disposition)
    incident.rejection = reason
    incident.closed_at = work.now
    incident.closed_by = by.id
    log(work, incident, "rejected", by, ": ".join(part for part in (choice.name, note) if part))
    recompute(work, incident)
    tasks.settle(work, incident, *OF_THE_CASE)
    if incident.disposition is Disposition.OUT_OF_AREA:
        handoff.offer_outside(work, incident, by)
    inform(work, incident)
    return incident


def inform(work: UnitOfWork, incident: Incident) -> list[TextMessage]:
    """Tells every caller how it ended, where the playbook has a text for that outcome; the texts.

    They count as informed where at least one text may really go out.
    """
    text_key = work.playbook.dispositions[incident.disposition].text if incident.disposition else ""
    if not text_key:
        return []
    words = work.playbook.say(text_key, number=incident.number or "")
    said = notify.text_callers(work, incident, words, Purpose.PROGRESS)
    if any(text.state is not TextState.WITHHELD for text in said):
        incident.informed_at = work.now
    return said


def _must_be_open(incident: Incident) -> None:
    if incident.disposition is not None:
        raise ConflictError("the incident is closed")


def _apply(work: UnitOfWork, incident: Incident, findings: Findings) -> list[str]:
    changes: list[str] = []
    if findings.type_code is not None and findings.type_code != incident.type_code:
        kind = work.playbook.types[findings.type_code]
        changes.append(f"{work.playbook.types[incident.type_code].name} -> {kind.name}")
        incident.type_code = kind.code
    if findings.priority is not None and findings.priority != incident.priority:
        changes.append(f"{incident.priority} -> {findings.priority}")
        incident.priority = findings.priority
    changes.extend(_move(work, incident, findings))
    if findings.people is not None and findings.people != (incident.people or 0):
        changes.append(f"{incident.people or '-'} -> {findings.people} org")
        incident.people = findings.people or None
    if findings.summary is not None and findings.summary[:LONGEST_SUMMARY] != incident.summary:
        incident.summary = findings.summary[:LONGEST_SUMMARY]
        changes.append(incident.summary or "-")
    return changes


def _move(work: UnitOfWork, incident: Incident, findings: Findings) -> list[str]:
    before = (place_words(work, incident), incident.place)
    if findings.area_code is not None:
        incident.area_code = work.playbook.areas[findings.area_code].code if findings.area_code else None
    if findings.rt is not None:
        incident.rt = findings.rt or None
    if findings.place is not None:
        incident.place = findings.place[:LONGEST_PLACE]
    after = (place_words(work, incident), incident.place)
    return (
        [f"{' '.join(before).strip() or '-'} -> {' '.join(after).strip() or '-'}"] if after != before else []
    )
