"""Several reports of one event are told as one incident; undoable until it is closed."""

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.rights import Act, Actor
from hotline.incidents import ConflictError, NoSuchIncidentError, fetch_for, find, log, recompute
from hotline.models import Incident
from hotline.unit_of_work import UnitOfWork


def merge(work: UnitOfWork, incident_id: int, into_number: str, by: Actor, *, version: int | None = None) -> Incident:
    """Tells the incident together with the one numbered `into_number`, which is returned.

    Its number stays an alias, its units stay on the event, its callers hear the number that news will carry.
    Raises NoSuchIncidentError for an unknown number, ConflictError for itself or where one of both is closed.
    """
    incident = fetch_for(work, incident_id, by, Act.MERGE, version=version)
    found = find(work.session, into_number)
    if found is None:
        raise NoSuchIncidentError(into_number)
    target = fetch_for(work, found.id, by, Act.MERGE)
    if target.id == incident.id:
        raise ConflictError("an incident can't be merged into itself")
    if incident.disposition is not None or target.disposition is not None:
        raise ConflictError("only open incidents can be merged")
    words = work.playbook.say("merged", old=incident.number or "", number=target.number or "")
    notify.text_callers(work, incident, words, Purpose.PROGRESS)
    incident.merged_into_id = target.id
    log(work, incident, "merged", by, f"{incident.number} -> {target.number}")
    if incident.priority.rank < target.priority.rank:
        target.priority = incident.priority
    recompute(work, target)
    return target


def unmerge(work: UnitOfWork, incident_id: int, by: Actor) -> Incident:
    """Makes a merged incident stand alone again. Raises ConflictError where it is not merged or the event is closed."""
    incident = work.session.get(Incident, incident_id, with_for_update=True)
    if incident is None or incident.merged_into_id is None:
        raise ConflictError("the incident is not merged")
    target = fetch_for(work, incident.merged_into_id, by, Act.MERGE)
    if target.disposition is not None:
        raise ConflictError("the event is closed; reopen it first")
    incident.merged_into_id = None
    log(work, incident, "unmerged", by, f"{incident.number} <- {target.number}")
    recompute(work, target)
    recompute(work, incident)
    return incident
