"""Step 7 of the procedure: the coordinator makes sure it is solved, advises, closes, and every caller
hears of it.

Where a type asks for a second look, two people must have looked at the end, one of them a coordinator: the
first one's words wait as a proposal, and the case stays open until the second one has confirmed them.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from hotline import places, tasks
from hotline.alerting import release
from hotline.domain.lifecycle import ACTIVE, Disposition
from hotline.domain.rights import RIGHTS, Act, Actor, require
from hotline.domain.tasks import OF_THE_CASE
from hotline.incidents import (
    ConflictError,
    NoSuchIncidentError,
    assignments,
    family,
    fetch_for,
    kinds,
    log,
    may_see,
    recompute,
    touch,
)
from hotline.models import FollowUp, Incident, Operator, Proposal
from hotline.solved import ask_if_solved, take_back
from hotline.unit_of_work import UnitOfWork
from hotline.verification import inform


@dataclass(frozen=True, slots=True)
class Closing:
    """How it ended, what the team found and did, and what should follow: by whom, until when."""

    disposition: Disposition
    field_report: str = ""
    recommendation: str = ""
    owner: str = ""
    due: date | None = None


def close(
    work: UnitOfWork, incident_id: int, closing: Closing, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Ends the incident, or leaves the end as a proposal where somebody else must look at it first.

    Units that are still on it are stood down; every caller gets the closing text. Raises ConflictError where
    it is closed already, was never verified, or advises without a person and a day; StaleError,
    NotAllowedError.
    """
    incident = _to_close(work, incident_id, by, Act.CLOSE, stamp)
    _need_whole_advice(closing)
    known = proposal_of(work, incident.id)
    if needs_second_look(work, incident) and (known is None or known.by_id == by.id):
        _keep(work, incident, closing, by)
    else:
        _end(work, incident, closing, by)
    return incident


def propose(
    work: UnitOfWork, incident_id: int, closing: Closing, by: Actor, *, stamp: str | None = None
) -> Incident:
    """Writes an end down for somebody else to confirm; a later one takes the place of an earlier one.

    Raises what `close` raises.
    """
    incident = _to_close(work, incident_id, by, Act.PROPOSE_CLOSE, stamp)
    _need_whole_advice(closing)
    _keep(work, incident, closing, by)
    return incident


def confirm(work: UnitOfWork, incident_id: int, by: Actor, *, stamp: str | None = None) -> Incident:
    """The second pair of eyes: ends the incident as it was proposed.

    Raises ConflictError where nothing is proposed, where the same person proposed it, or where neither of the
    two is a coordinator; besides, what `close` raises.
    """
    incident = _to_close(work, incident_id, by, Act.PROPOSE_CLOSE, stamp)
    known = proposal_of(work, incident.id)
    if known is None:
        raise ConflictError("nobody has proposed an end")
    if known.by_id == by.id:
        raise ConflictError("somebody else must confirm this end")
    first = work.session.get_one(Operator, known.by_id)
    if not by.may(Act.CLOSE) and Act.CLOSE not in RIGHTS[first.role]:
        raise ConflictError("one of the two must be a coordinator")
    closing = Closing(known.disposition, known.field_report, known.recommendation, known.owner, known.due)
    _end(work, incident, closing, by)
    return incident


def needs_second_look(work: UnitOfWork, incident: Incident) -> bool:
    """Whether the type of the incident, or of one that was merged into it, asks for two people."""
    members = family(work.session, incident.id)
    if members == [incident.id]:
        return work.playbook.types[incident.type_code].second_look
    return any(kind.second_look for kind in kinds(work, members))


def proposal_of(work: UnitOfWork, incident_id: int) -> Proposal | None:
    """The end that waits to be confirmed."""
    return work.session.scalars(select(Proposal).where(Proposal.incident_id == incident_id)).one_or_none()


def _to_close(work: UnitOfWork, incident_id: int, by: Actor, act: Act, stamp: str | None) -> Incident:
    incident = fetch_for(work, incident_id, by, act, stamp=stamp)
    if incident.disposition is not None:
        raise ConflictError("the incident is closed already")
    if incident.verified_at is None:
        raise ConflictError("verify the incident, or reject it with a reason")
    return incident


def _need_whole_advice(closing: Closing) -> None:
    """What nobody has to do by no day is not advice that a meeting can ask after."""
    if closing.recommendation.strip() and not (closing.owner.strip() and closing.due):
        raise ConflictError("advice needs a person and a day")


def _keep(work: UnitOfWork, incident: Incident, closing: Closing, by: Actor) -> None:
    work.session.execute(delete(Proposal).where(Proposal.incident_id == incident.id))
    work.session.add(
        Proposal(
            incident_id=incident.id, disposition=closing.disposition, field_report=closing.field_report,
            recommendation=closing.recommendation, owner=closing.owner, due=closing.due, by_id=by.id,
            at=work.now,
        )
    )  # fmt: skip
    log(work, incident, "closing_proposed", by, work.playbook.dispositions[closing.disposition].name)
    touch(work, incident)


def _end(work: UnitOfWork, incident: Incident, closing: Closing, by: Actor) -> None:
    work.session.execute(delete(Proposal).where(Proposal.incident_id == incident.id))
    incident.disposition = closing.disposition
    incident.field_report = closing.field_report.strip() or _reports_of_units(work, incident)
    incident.recommendation = closing.recommendation.strip()
    incident.closed_at = work.now
    incident.closed_by = by.id
    _release_the_rest(work, incident, by)
    _advise(work, incident, closing)
    choice = work.playbook.dispositions[closing.disposition]
    log(work, incident, "closed", by, ": ".join(filter(None, (choice.name, incident.recommendation))))
    recompute(work, incident)
    told = inform(work, incident)
    if choice.asks:
        ask_if_solved(work, incident, told)


def _advise(work: UnitOfWork, incident: Incident, closing: Closing) -> None:
    if not incident.recommendation:
        return
    work.session.add(
        FollowUp(
            incident_id=incident.id, words=incident.recommendation, owner=closing.owner, due=closing.due,
            made_at=work.now,
        )
    )  # fmt: skip


def follow_up_done(work: UnitOfWork, follow_up_id: int, by: Actor) -> Incident:
    """What was recommended has been done; a second click changes nothing.

    Raises NotAllowedError, NoSuchIncidentError.
    """
    require(by, Act.CLOSE)
    found = work.session.get(FollowUp, follow_up_id, with_for_update=True)
    incident = work.session.get(Incident, found.incident_id) if found else None
    if found is None or incident is None or not may_see(by, incident):
        raise NoSuchIncidentError(f"recommendation {follow_up_id}")
    if found.done_at is None:
        found.done_at, found.done_by = work.now, by.id
        log(work, incident, "follow_up_done", by, found.words)
    return incident


def _reports_of_units(work: UnitOfWork, incident: Incident) -> str:
    sent = assignments(work.session, family(work.session, incident.id))
    return "\n".join(f"{each.unit.name}: {each.report}" for each in sent if each.report)


def _release_the_rest(work: UnitOfWork, incident: Incident, by: Actor) -> None:
    sent = assignments(work.session, family(work.session, incident.id))
    release(work, incident, [each for each in sent if each.status in ACTIVE], by)
    places.close_all(work, incident)
    tasks.settle(work, incident, *OF_THE_CASE)


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
    take_back(work, incident, by, reason)
    return incident
