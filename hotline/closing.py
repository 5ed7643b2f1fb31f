"""Step 7 of the procedure: the coordinator makes sure it is solved, advises, closes, and every caller
hears of it.
"""

from dataclasses import dataclass

from hotline import notify
from hotline.dispatch import release
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import ACTIVE, Disposition
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, assignments, family, fetch_for, log, recompute
from hotline.models import Incident
from hotline.unit_of_work import UnitOfWork
from hotline.verification import inform


@dataclass(frozen=True, slots=True)
class Closing:
    """How it ended, what the team found and did, and what should follow (recommendation or pembinaan)."""

    disposition: Disposition
    field_report: str = ""
    recommendation: str = ""


def close(
    work: UnitOfWork, incident_id: int, closing: Closing, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Ends the incident. Units that are still on it are stood down; every caller gets the closing text.

    Raises ConflictError where it is closed already or was never verified, StaleError, NotAllowedError.
    """
    incident = fetch_for(work, incident_id, by, Act.CLOSE, stamp=stamp)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed already")
    if incident.verified_at is None:
        raise ConflictError("verify the incident, or reject it with a reason")
    incident.disposition = closing.disposition
    incident.field_report = closing.field_report.strip() or _reports_of_units(work, incident)
    incident.recommendation = closing.recommendation.strip()
    incident.closed_at = work.now
    incident.closed_by = by.id
    _release_the_rest(work, incident, by)
    said = (work.playbook.dispositions[closing.disposition].name, incident.recommendation)
    log(work, incident, "closed", by, ": ".join(part for part in said if part))
    recompute(work, incident)
    inform(work, incident)
    return incident


def _reports_of_units(work: UnitOfWork, incident: Incident) -> str:
    sent = assignments(work.session, family(work.session, incident.id))
    return "\n".join(f"{each.unit.name}: {each.report}" for each in sent if each.report)


def _release_the_rest(work: UnitOfWork, incident: Incident, by: Actor) -> None:
    for assignment in assignments(work.session, family(work.session, incident.id)):
        if assignment.status in ACTIVE:
            release(work, incident, assignment, by)


def reopen(
    work: UnitOfWork, incident_id: int, reason: str, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Takes a closing back; callers who were told that it ended hear that it did not.

    Units that were stood down stay so: whoever is needed again is sent again. Raises ConflictError where
    it is open.
    """
    incident = fetch_for(work, incident_id, by, Act.REOPEN, stamp=stamp)
    if incident.disposition is None:
        raise ConflictError("the incident is open")
    told = incident.informed_at is not None
    incident.disposition = None
    incident.rejection = None
    incident.closed_at = None
    incident.closed_by = None
    incident.informed_at = None
    log(work, incident, "reopened", by, reason)
    recompute(work, incident)
    if told:
        words = work.playbook.say("reopened", number=incident.number or "")
        notify.text_callers(work, incident, words, Purpose.PROGRESS)
    return incident
