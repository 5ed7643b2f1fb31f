"""Hands a case, or a part of it, to a partner with a desk of its own, and takes it back where he does not
accept.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from hotline import notify, tasks
from hotline.alerting import summary_of
from hotline.domain.callout import Partner
from hotline.domain.contact import Purpose
from hotline.domain.handoff import LegState, UnfitLegError, advance_leg
from hotline.domain.rights import SYSTEM, Act, Actor
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError, NoSuchIncidentError, family, fetch, fetch_for, find, log, touch
from hotline.models import Incident, Leg, Unit
from hotline.roster import duties
from hotline.seldom import has_none
from hotline.unit_of_work import UnitOfWork
from hotline.watching import watch_leg


def offer(work: UnitOfWork, incident_id: int, partner: str, by: Actor) -> Leg:
    """Offers the case: by text to the partner's unit on duty, else by a task to telephone him.

    Raises KeyError for a partner that the playbook does not have, ConflictError where he has it already,
    NotAllowedError, NoSuchIncidentError.
    """
    incident = fetch_for(work, incident_id, by, Act.DISPATCH)
    return _offer(work, incident, work.playbook.partners[partner], by)


def offer_outside(work: UnitOfWork, incident: Incident, by: Actor) -> Leg:
    """What lies outside the district goes to whom the playbook names for it: it is handed over, not dropped.
    The incident must be locked.
    """
    known = {place.name: place for place in work.playbook.outside}
    place = known.get(incident.outside or "")
    where = "beyond" if place is not None and not place.in_city else "city"
    partner = next(each for each in work.playbook.partners.values() if each.outside == where)
    return _offer(work, incident, partner, by)


def _offer(work: UnitOfWork, incident: Incident, partner: Partner, by: Actor) -> Leg:
    open_ones = (LegState.OFFERED, LegState.ACCEPTED)
    if any(leg.partner == partner.code and leg.state in open_ones for leg in legs(work, incident)):
        raise ConflictError("this partner has the case already")
    unit = _unit_of(work, partner)
    leg = Leg(
        incident_id=incident.id, partner=partner.code, unit_id=unit.id if unit else None,
        code=f"{secrets.randbelow(10_000):04d}", tries=0, state=LegState.OFFERED, offered_at=work.now,
        due_at=work.now + timedelta(seconds=work.playbook.ladders[incident.priority].handoff_seconds),
        accepted_by="", answer="",
    )  # fmt: skip
    work.session.add(leg)
    work.session.flush()
    log(work, incident, "leg_offered", by, partner.name)
    if unit is None:
        known = partner.telephone in partner.name.split()
        words = partner.name if known else f"{partner.name} {partner.telephone}".rstrip()
        tasks.ask_desk(work, TaskKind.HAND_OVER, incident, words=words)
    else:
        text = work.playbook.say("handoff", **_told(work, incident), code=leg.code)
        notify.text(work, unit.number, text, Purpose.DISPATCH, incident=incident, unit=unit)
    watch_leg(work, leg, leg.due_at)
    touch(work, incident)
    return leg


def _told(work: UnitOfWork, incident: Incident) -> dict[str, str]:
    return {
        "number": incident.number or "",
        "priority": work.playbook.targets[incident.priority].name,
        "summary": incident.summary or summary_of(work, incident),
    }


def _unit_of(work: UnitOfWork, partner: Partner) -> Unit | None:
    if not partner.agency:
        return None
    on_duty = duties(work.session, work.playbook, work.now)
    query = select(Unit).where(Unit.agency == partner.agency, Unit.active).order_by(Unit.id)
    return next((unit for unit in work.session.scalars(query) if on_duty[unit.id].on), None)


def legs(work: UnitOfWork, incident: Incident) -> list[Leg]:
    """The legs of a case and of what was merged into it, oldest first."""
    members = family(work.session, incident.id)
    if has_none(work.session, Leg, members):
        return []
    query = select(Leg).where(Leg.incident_id.in_(members)).order_by(Leg.id)
    return list(work.session.scalars(query.execution_options(populate_existing=True)))


def move_leg(
    work: UnitOfWork, leg_id: int, wanted: LegState, by: Actor, *, who: str = "", words: str = ""
) -> Leg:
    """The desk enters what a partner said by telephone. Raises UnfitLegError for what can't follow,
    NoSuchIncidentError, NotAllowedError.
    """
    known = work.session.get(Leg, leg_id)
    if known is None:
        raise NoSuchIncidentError(f"leg {leg_id}")
    incident = fetch_for(work, known.incident_id, by, Act.DISPATCH)
    work.session.refresh(known)
    _move(work, incident, known, wanted, by, who=who, words=words)
    return known


def _move(
    work: UnitOfWork, incident: Incident, leg: Leg, wanted: LegState, by: Actor, *, who: str, words: str
) -> None:
    if not advance_leg(leg.state, wanted):
        return
    leg.state = wanted
    name = work.playbook.partners[leg.partner].name
    match wanted:
        case LegState.ACCEPTED:
            leg.accepted_at, leg.accepted_by = work.now, (who or by.name)[:80]
        case LegState.ANSWERED:
            leg.accepted_at = leg.accepted_at or work.now
            leg.answered_at, leg.answer = work.now, words
        case LegState.REFUSED | LegState.RETURNED:
            tasks.ask_desk(work, TaskKind.LEG_UNANSWERED, incident, words=name)
    if wanted in (LegState.ACCEPTED, LegState.ANSWERED):
        tasks.settle(work, incident, TaskKind.HAND_OVER, TaskKind.LEG_UNANSWERED)
    log(work, incident, f"leg_{wanted.lower()}", by, ": ".join(part for part in (name, who, words) if part))
    touch(work, incident)


def keep_leg(work: UnitOfWork, leg_id: int) -> None:
    """The deadline of a leg: without an accept the case comes back, in red."""
    known = work.session.get_one(Leg, leg_id)
    incident = fetch(work, known.incident_id)
    work.session.refresh(known)
    if known.state is not LegState.OFFERED:
        return
    if known.due_at > work.now:  # the clock was put back since it was promised
        watch_leg(work, known, known.due_at)
        return
    _move(work, incident, known, LegState.RETURNED, SYSTEM, who="", words="")


def answer_by_text(work: UnitOfWork, unit: Unit, number: str, code: str, by: Actor) -> str | None:
    """A partner's accept code (or "" for a refusal) for this incident; the text to answer with.

    None where no leg of that incident went to this telephone: then the words mean something else.
    """
    found = find(work.session, number)
    incident = fetch(work, found.id) if found else None
    mine = [each for each in legs(work, incident) if each.unit_id == unit.id] if incident else []
    if incident is None or not mine:
        return None
    if not code:
        return _try(work, incident, mine[-1], LegState.REFUSED, by)
    leg = _named(work, mine, code)
    if leg is None:
        log(work, incident, "leg_wrong_code", by)
        return work.playbook.say("code_wrong", number=number)
    return _try(work, incident, leg, LegState.ACCEPTED, by)


def _named(work: UnitOfWork, mine: Sequence[Leg], code: str) -> Leg | None:
    """Of the legs that this partner was offered the one with this code, the newest first; a wrong guess
    counts against each of them.
    """
    open_ones = [each for each in reversed(mine) if each.tries < work.playbook.limits.challenge_tries]
    named = [each for each in open_ones if hmac.compare_digest(each.code, code)]
    if not named:
        for each in open_ones:
            each.tries += 1
    return next(iter(named), None)


def _try(work: UnitOfWork, incident: Incident, leg: Leg, wanted: LegState, by: Actor) -> str:
    number = incident.number or ""
    try:
        _move(work, incident, leg, wanted, by, who=by.name, words="")
    except UnfitLegError:
        return work.playbook.say("unit_closed", number=number)
    return work.playbook.say("leg_accepted" if wanted is LegState.ACCEPTED else "leg_refused", number=number)
