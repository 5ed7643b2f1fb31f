"""Several reports of one event are told as one incident; undoable until it is closed."""

from sqlalchemy import select

from hotline import notify, tasks
from hotline.domain.contact import Purpose
from hotline.domain.playbook import Priority
from hotline.domain.rights import Act, Actor, NotAllowedError, require
from hotline.incidents import (
    ConflictError,
    NoSuchIncidentError,
    StaleError,
    fetch_for,
    find,
    lock,
    log,
    may_see,
    recompute,
)
from hotline.models import Incident, LogEntry
from hotline.unit_of_work import UnitOfWork


def merge(
    work: UnitOfWork, incident_id: int, into_number: str, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Tells the incident together with the one numbered `into_number`, which is returned.

    Its number stays an alias, its units stay on the event, its callers hear the number that news will carry.
    Raises NoSuchIncidentError for a number that is none or not for `by`, ConflictError for itself or
    where one of both is closed, StaleError, NotAllowedError.
    """
    require(by, Act.MERGE)
    found = find(work.session, into_number)
    if found is None or not may_see(by, found):
        raise NoSuchIncidentError(into_number)
    _lock_in_order(work, incident_id, found.id)
    incident = fetch_for(work, incident_id, by, Act.MERGE, stamp=stamp)
    target = fetch_for(work, found.id, by, Act.MERGE)
    if target.id == incident.id:
        raise ConflictError("an incident can't be merged into itself")
    if incident.disposition is not None or target.disposition is not None:
        raise ConflictError("only open incidents can be merged")
    _tell(work, incident, "merged", old=incident.number or "", number=target.number or "")
    incident.merged_into_id = target.id
    _log_both(work, "merged", incident, target, by, words=f"{incident.number} -> {target.number}")
    _hand_over(work, incident, target, by)
    tasks.join(work, target)
    recompute(work, target)
    return target


def unmerge(work: UnitOfWork, incident_id: int, by: Actor) -> Incident:
    """Makes a merged incident stand alone again, with its own number, and takes back what the merge
    brought over.

    Raises ConflictError where it is not merged or the event is closed, NotAllowedError.
    """
    require(by, Act.MERGE)
    known = work.session.get(Incident, incident_id)
    if known is None or known.merged_into_id is None:
        raise ConflictError("the incident is not merged")
    root = find(work.session, known.number or "")
    _lock_in_order(work, incident_id, root.id if root else incident_id)
    if known.merged_into_id is None:
        raise ConflictError("the incident is not merged")
    target = fetch_for(work, incident_id, by, Act.MERGE)
    if root is None or target.id != root.id:
        raise StaleError("merged or parted meanwhile")
    if target.disposition is not None:
        raise ConflictError("the event is closed; reopen it first")
    known.merged_into_id = None
    _log_both(work, "unmerged", known, target, by, words=f"{known.number} <- {target.number}")
    _take_back(work, known, target, by)
    tasks.part(work, known)
    recompute(work, target)
    recompute(work, known)
    if not may_see(by, known):
        raise NotAllowedError(Act.SEE_CONFIDENTIAL)
    _tell(work, known, "unmerged", old=target.number or "", number=known.number or "")
    return known


def _lock_in_order(work: UnitOfWork, *incident_ids: int) -> None:
    """By rising id, so that two who merge crosswise wait for each other instead of blocking each other."""
    for incident_id in sorted(set(incident_ids)):
        lock(work.session, incident_id)


def _tell(work: UnitOfWork, incident: Incident, text_key: str, **values: str) -> None:
    notify.text_callers(work, incident, work.playbook.say(text_key, **values), Purpose.PROGRESS)


def _log_both(
    work: UnitOfWork, kind: str, incident: Incident, target: Incident, by: Actor, *, words: str
) -> None:
    """Each of the two keeps a whole log, also once they have parted."""
    for each in (incident, target):
        log(work, each, kind, by, words)


def _hand_over(work: UnitOfWork, incident: Incident, target: Incident, by: Actor) -> None:
    """What is true of one is true of the event: it is verified, and it is as urgent as the more urgent
    of both.
    """
    if target.verified_at is None and incident.verified_at is not None:
        target.verified_at, target.verified_by = incident.verified_at, incident.verified_by
    if incident.priority.rank < target.priority.rank:
        log(work, target, "raised", by, _raised(target.priority, incident))
        target.priority = incident.priority


def _raised(before: Priority, incident: Incident) -> str:
    return f"{before} -> {incident.priority} ({incident.number})"


def _take_back(work: UnitOfWork, incident: Incident, target: Incident, by: Actor) -> None:
    """Undoes `_hand_over` where nobody at the desk has said the same of the other since."""
    own = select(LogEntry.id).where(LogEntry.incident_id == target.id, LogEntry.kind == "verified").limit(1)
    same = (target.verified_at, target.verified_by) == (incident.verified_at, incident.verified_by)
    if same and work.session.scalar(own) is None:
        target.verified_at = target.verified_by = None
    for before in Priority:
        if target.priority is incident.priority and _last_raise(work, target) == _raised(before, incident):
            log(work, target, "corrected", by, f"{target.priority} -> {before}")
            target.priority = before
            return


def _last_raise(work: UnitOfWork, target: Incident) -> str | None:
    query = select(LogEntry.words).where(LogEntry.incident_id == target.id, LogEntry.kind == "raised")
    return work.session.scalar(query.order_by(LogEntry.id.desc()).limit(1))
