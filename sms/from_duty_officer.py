"""A duty officer decides by text while the desk is empty: `V 1041 4821` verifies and sends, `T 1041 4821`
rejects.

The challenge is that of the alert that asked him: it proves that he has the telephone it went to, works for
this case alone, and only until somebody has decided.
"""

import hmac
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from hotline import verification
from hotline.bundling import hurry
from hotline.domain.escalation import CaseStep
from hotline.domain.rights import Actor, Role
from hotline.incidents import family, fetch, find, log, recompute
from hotline.models import Climb, Incident, TextMessage, Unit
from hotline.unit_of_work import UnitOfWork
from hotline.verification import Findings
from hotline.waves import send_by_plan
from sms.grammar.meaning import Meaning

VERIFY: Final = "V"


def decide(work: UnitOfWork, message: TextMessage, unit: Unit, meaning: Meaning) -> str:
    """Does what the officer decided; the text to answer with says what happened, whatever it was."""
    number = meaning.number.value if meaning.number else ""
    found = find(work.session, number)
    asked = _asked(work, found, unit) if found else []
    if found is None or not asked:
        message.unread = True
        return work.playbook.say("code_wrong", number=number[:6])
    incident = fetch(work, found.id)
    by = officer(unit)
    message.incident_id = incident.id
    log(work, incident, "text_in", by, message.words, text_id=message.id)
    climb = _named(work, asked, meaning.challenge or "")
    if climb is None:
        message.unread = True
        log(work, incident, "officer_wrong_code", by)
        return work.playbook.say("code_wrong", number=number)
    if incident.verified_at is not None or incident.disposition is not None or climb.decided_at is not None:
        return work.playbook.say("officer_late", number=number)
    climb.decided_at, climb.decision = work.now, (meaning.choice or "")[:4]
    said = _verify(work, incident, by) if meaning.choice == VERIFY else _reject(work, incident, by)
    hurry(work, unit)
    return said


def officer(unit: Unit) -> Actor:
    """The officer as somebody who decides in the desk's place; no account of the desk stands behind him."""
    return Actor("officer", None, unit.name, Role.COORDINATOR)


def _asked(work: UnitOfWork, incident: Incident, unit: Unit) -> list[Climb]:
    """All that this officer was asked about the case, the newest first."""
    members = family(work.session, incident.id)
    query = select(Climb).where(
        Climb.incident_id.in_(members), Climb.unit_id == unit.id, Climb.step == CaseStep.TAKE_UP
    )
    found = work.session.scalars(query.order_by(Climb.id.desc()).execution_options(populate_existing=True))
    return list(found)


def _named(work: UnitOfWork, asked: Sequence[Climb], challenge: str) -> Climb | None:
    """The alert whose challenge this is. Whoever was asked again may answer the first text: it came to the
    same telephone about the same case. Five wrong guesses end a challenge, also for the right one; each guess
    counts against all of them.
    """
    open_ones = [climb for climb in asked if climb.tries < work.playbook.limits.challenge_tries]
    named = [climb for climb in open_ones if hmac.compare_digest(climb.challenge, challenge)]
    if not named:
        for climb in open_ones:
            climb.tries += 1
    return next(iter(named), None)


def _verify(work: UnitOfWork, incident: Incident, by: Actor) -> str:
    verification.verify(work, incident.id, Findings(), by)
    sent = send_by_plan(work, incident, by)
    recompute(work, incident)
    return work.playbook.say("officer_sent" if sent else "officer_nobody", number=incident.number or "")


def _reject(work: UnitOfWork, incident: Incident, by: Actor) -> str:
    verification.reject(work, incident.id, work.playbook.desk.untrue, "", by)
    return work.playbook.say("officer_rejected", number=incident.number or "")
