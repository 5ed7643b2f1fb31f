"""What all use cases share about an incident: finding it, its number, its family of merged reports, its
log.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from hotline.among import among
from hotline.asked_once import once
from hotline.domain.escalation import CaseFacts, DeskLimits, next_case_step
from hotline.domain.incident_number import is_valid, number_of
from hotline.domain.lifecycle import UnitStatus, incident_status
from hotline.domain.playbook import IncidentType, Priority
from hotline.domain.rights import Act, Actor, NotAllowedError, require
from hotline.heartbeat import last_beat, last_beat_for_hidden
from hotline.models import Assignment, Incident, LogEntry
from hotline.unit_of_work import UnitOfWork
from hotline.watching import unwatch_case, watch_case, watch_new_case

LONGEST_LINE: Final = 2000
"""Characters of a line in the log; the whole of what was said stands in its report or text."""

_ROOT: Final = (
    select(Incident)
    .where(Incident.id == bindparam("id"), Incident.merged_into_id.is_(None))
    .with_for_update(key_share=True)
)
_THESE: Final = among(Incident.id, "ids")
_ROOTS: Final = (
    select(Incident.id)
    .where(_THESE, Incident.merged_into_id.is_(None))
    .order_by(Incident.id)
    .with_for_update(key_share=True)
)
_TOUCHING: Final = (
    update(Incident)
    .where(_THESE)
    .values(changed_at=bindparam("now", type_=Incident.changed_at.type), changes=Incident.changes + 1)
    .execution_options(synchronize_session=False)
)
"""Built once, as what each batch of sends asks."""


class NoSuchIncidentError(Exception):
    """There is no such incident, or not for you."""


class StaleError(Exception):
    """Somebody changed the incident while you were looking at it."""


class ConflictError(Exception):
    """What you ask for does not fit what the incident is now."""


def fetch(work: UnitOfWork, incident_id: int, *, stamp: str | None = None) -> Incident:
    """The incident, locked for this transaction; the one it was merged into stands for it.

    Only the root of a family is ever locked, so that nobody waits for one incident while holding another:
    whoever needs several (`hotline.merging`) takes them by rising id. Raises NoSuchIncidentError, and
    StaleError where `stamp` is given and no longer the present one, or where the incident was merged while we
    waited.
    """
    incident = (
        work.locked.get(incident_id)
        or _lock_root(work.session, incident_id)
        or _lock_root_of(work.session, incident_id)
    )
    if stamp is not None and stamp != stamp_of(incident):
        raise StaleError(incident.number or "")
    return incident


def lock_roots(work: UnitOfWork, incident_ids: Collection[int]) -> None:
    """Locks all of these that stand for themselves, by rising id and in one question: while many pieces of
    work are done, `fetch` knows them.
    """
    alone = (Incident.id.in_(incident_ids), Incident.merged_into_id.is_(None))
    query = select(Incident).where(*alone).order_by(Incident.id).with_for_update(key_share=True)
    found = work.session.scalars(query.execution_options(populate_existing=True))
    work.locked.update({incident.id: incident for incident in found})


def _lock_root(session: Session, incident_id: int) -> Incident | None:
    """What nearly all are, at the price of one statement; None for a merged one, which is not waited for."""
    found = session.scalars(_ROOT, {"id": incident_id}, execution_options={"populate_existing": True})
    return found.one_or_none()


def _lock_root_of(session: Session, incident_id: int) -> Incident:
    root = root_of(session, incident_id)
    incident = lock(session, root)
    if incident.merged_into_id is not None or root_of(session, incident_id) != root:
        raise StaleError("merged or parted meanwhile")
    return incident


def stamp_of(incident: Incident) -> str:
    """What a form about the incident was made from: all that sending it would overwrite or do twice.

    News that overwrites nothing (a text delivered, a unit's answer, one more report) leaves it as it is, so
    that nobody is refused for what happened beside them.
    """
    facts = (
        incident.id, incident.type_code, incident.priority, incident.area_code, incident.rt, incident.place,
        incident.people, incident.summary, incident.verified_at, incident.alerts, incident.disposition,
        incident.merged_into_id,
    )  # fmt: skip
    return sha256(repr(facts).encode()).hexdigest()[:16]


def lock(session: Session, incident_id: int) -> Incident:
    """This very row as it is now, held until the transaction ends. Raises NoSuchIncidentError."""
    query = select(Incident).where(Incident.id == incident_id).with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NoSuchIncidentError(str(incident_id))
    return found


def root_of(session: Session, incident_id: int) -> int:
    at = incident_id
    while (
        into := session.execute(select(Incident.merged_into_id).where(Incident.id == at)).one_or_none()
    ) is not None:
        if into[0] is None:
            return at
        at = into[0]
    raise NoSuchIncidentError(str(incident_id))


def fetch_for(
    work: UnitOfWork, incident_id: int, by: Actor, act: Act, *, stamp: str | None = None
) -> Incident:
    """The incident, locked, if `by` may do `act` to it. Raises NotAllowedError besides what `fetch`
    raises.
    """
    require(by, act)
    incident = fetch(work, incident_id, stamp=stamp)
    if not may_see(by, incident):
        raise NotAllowedError(Act.SEE_CONFIDENTIAL)
    return incident


def may_see(by: Actor, incident: Incident) -> bool:
    """Confidential incidents are the coordinator's; an emergency of any kind is everybody's."""
    return not is_hidden(incident) or by.may(Act.SEE_CONFIDENTIAL)


def is_hidden(incident: Incident) -> bool:
    """Whether operators do not see it."""
    return incident.confidential and incident.priority is not Priority.DARURAT


def beat_for(incident: Incident) -> Callable[[Session], datetime | None]:
    """What finds the last sign of life of somebody at the desk who sees this incident."""
    return last_beat_for_hidden if is_hidden(incident) else last_beat


def find(session: Session, number: str) -> Incident | None:
    """The incident with this number, if the check digit is right; the one it was merged into stands for
    it.
    """
    if not is_valid(number):
        return None
    found = session.scalars(select(Incident).where(Incident.number == number)).one_or_none()
    return standing_for(session, found) if found is not None else None


def standing_for(session: Session, incident: Incident) -> Incident:
    """The incident that this one was merged into, by way of others too; itself where it stands alone."""
    while incident.merged_into_id is not None:
        incident = session.get_one(Incident, incident.merged_into_id)
    return incident


def find_for(work: UnitOfWork, number: str, by: Actor) -> Incident:
    """The incident with this number, locked. Raises NoSuchIncidentError for none, and for none that `by`
    may see.
    """
    found = find(work.session, number)
    if found is None or not may_see(by, found):
        raise NoSuchIncidentError(number)
    return fetch(work, found.id)


def family(session: Session, incident_id: int) -> list[int]:
    """The incident and all that were merged into it, themselves or by way of others."""
    return list(once(session, ("family", incident_id), partial(_members, session, incident_id)))


def _members(session: Session, incident_id: int) -> list[int]:
    members = [incident_id]
    fresh = [incident_id]
    while fresh:
        query = select(Incident.id).where(Incident.merged_into_id.in_(fresh))
        fresh = [found for found in session.scalars(query) if found not in members]
        members.extend(fresh)
    return members


def give_number(work: UnitOfWork, incident: Incident) -> None:
    """Numbers a new incident by its place in the row of all incidents."""
    work.add(incident)
    incident.number = number_of(incident.id)


def assignments(session: Session, incident_ids: Sequence[int]) -> list[Assignment]:
    """The units sent for these incidents, in the order of their alert, as they stand now.

    They change only under the lock of their incident's root, so whoever holds that reads what is true.
    """
    query = select(Assignment).where(Assignment.incident_id.in_(incident_ids)).order_by(Assignment.id)

    def ask() -> list[Assignment]:
        return list(session.scalars(query.execution_options(populate_existing=True)))

    return list(once(session, ("assignments", *incident_ids), ask))


def numbers(session: Session, incident_ids: Sequence[int]) -> list[str]:
    """The numbers of these incidents, in the order of their opening."""
    query = select(Incident.number).where(Incident.id.in_(incident_ids)).order_by(Incident.id)
    return [number for number in session.scalars(query) if number is not None]


def begin(work: UnitOfWork, incident: Incident) -> None:
    """What `recompute` would find for an incident that was opened at this moment, without a question to the
    database: nobody was sent, and nothing was merged. The ladder first looks at it when a step can be due.
    """
    incident.status = incident_status(verified=False, units=[], disposition=None)
    incident.rank = rank_of(incident)
    incident.confidential = _is_confidential(work, incident.type_code, incident.reasons)
    touch(work, incident)
    facts = CaseFacts(received_at=incident.received_at, beat_at=work.once(beat_for(incident)))
    due = next_case_step(work.playbook.ladders[incident.priority], _desk(work, incident), facts)
    if due is not None:
        watch_new_case(work, incident, due.at)


def _desk(work: UnitOfWork, incident: Incident) -> DeskLimits:
    """The desk's limits for a case that was taken to nobody yet, so that it does not matter to how many it
    could be.
    """
    minutes = work.playbook.targets[incident.priority].dispatch
    return DeskLimits(work.playbook.desk.silent_seconds, officers=1, dispatch_minutes=minutes)


def recompute(work: UnitOfWork, incident: Incident) -> None:
    """Writes the status and the moments that follow from the facts; the only place that does.

    The incident must be locked or new. One confidential member makes the whole family confidential.
    """
    work.session.flush()
    members = family(work.session, incident.id)
    sent = assignments(work.session, members)
    incident.status = incident_status(
        verified=incident.verified_at is not None,
        units=[assignment.status for assignment in sent],
        disposition=incident.disposition,
    )
    incident.rank = rank_of(incident)
    _keep_confidence(work, incident, members)
    incident.alerts = len(sent)
    incident.dispatched_at = _first(each.alerted_at for each in sent)
    incident.responded_at = _first(each.accepted_at for each in sent)
    incident.on_scene_at = _first(each.on_scene_at for each in sent)
    incident.reported_at = _first(each.ended_at for each in sent if each.status is UnitStatus.CLEAR)
    touch(work, incident)
    _watch(work, incident)


def _keep_confidence(work: UnitOfWork, incident: Incident, members: Sequence[int]) -> None:
    """Says it of each member: searches, recordings and texts are looked up by the one they came with. Where
    the signs were forgotten with the words, what they hid stays hidden.
    """
    if incident.forgotten_at is not None:
        return
    query = select(Incident.type_code, Incident.reasons).where(Incident.id.in_(members))
    incident.confidential = any(
        _is_confidential(work, code, reasons) for code, reasons in work.session.execute(query)
    )
    others = select(Incident).where(
        Incident.id.in_(members), Incident.confidential.is_not(incident.confidential)
    )
    for other in work.session.scalars(others):
        other.confidential = incident.confidential


def _is_confidential(work: UnitOfWork, type_code: str, reasons: str) -> bool:
    """By its type, or by a sign in what was told of it."""
    signs = work.playbook.confidential_signs
    return work.playbook.types[type_code].confidential or not signs_in(reasons).isdisjoint(signs)


def signs_in(reasons: str) -> frozenset[str]:
    """The signs that an incident keeps as its reasons."""
    return frozenset(reasons.split(", ")) if reasons else frozenset()


def signs_of(session: Session, incident: Incident) -> frozenset[str]:
    """What was read of the incident and of what was merged into it."""
    members = family(session, incident.id)
    if members == [incident.id]:
        return signs_in(incident.reasons)
    query = select(Incident.reasons).where(Incident.id.in_(members))
    return frozenset[str]().union(*(signs_in(reasons) for reasons in session.scalars(query)))


def _watch(work: UnitOfWork, incident: Incident) -> None:
    """Whatever changed may make another step of its ladder due, or none at all any more."""
    ladder = work.playbook.ladders[incident.priority]
    can_be_due = incident.verified_at is not None or ladder.claim_seconds or ladder.desk_down
    if incident.disposition is None and can_be_due:
        watch_case(work, incident)
    else:
        unwatch_case(work, incident)


def kinds(work: UnitOfWork, incident_ids: Sequence[int]) -> list[IncidentType]:
    """The types of these incidents."""
    codes = work.session.scalars(select(Incident.type_code).where(Incident.id.in_(incident_ids)))
    return [work.playbook.types[code] for code in codes]


def rank_of(incident: Incident) -> int:
    """Its place in the queue: by its priority; what comes from a number that misused the line stands after
    all others until somebody has checked it, unless it says that life is in danger.
    """
    rank = incident.priority.rank
    below = incident.doubted and incident.verified_at is None and incident.priority is not Priority.DARURAT
    return rank + len(Priority) if below else rank


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def touch(work: UnitOfWork, incident: Incident) -> None:
    """Marks the incident as changed: screens showing it are out of date now."""
    incident.changed_at = work.now
    incident.changes += 1


def touch_all(work: UnitOfWork, incident_ids: Collection[int]) -> None:
    """The same for several, or for what they were merged into. Locks them by rising id."""
    roots = list(work.session.scalars(_ROOTS, {"ids": list(incident_ids)}))
    work.session.execute(_TOUCHING, {"ids": roots, "now": work.now})
    for merged in sorted(set(incident_ids) - set(roots)):
        touch(work, fetch(work, merged))


def log(  # noqa: PLR0913  a line of the log has that many columns
    work: UnitOfWork,
    incident: Incident,
    kind: str,
    by: Actor,
    words: str = "",
    *,
    text_id: int | None = None,
    call_id: int | None = None,
    assignment_id: int | None = None,
) -> None:
    """Adds a line to the incident's log: who did what, now."""
    work.note(
        LogEntry,
        incident_id=incident.id,
        at=work.now,
        kind=kind,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        words=words[:LONGEST_LINE],
        text_id=text_id,
        call_id=call_id,
        assignment_id=assignment_id,
    )
