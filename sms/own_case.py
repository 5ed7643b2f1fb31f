"""What a caller may ask of his own incident by text: how far it is, and to take it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hotline import notify
from hotline.callers import incidents_of, open_incidents_of
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.incidents import family, kinds, log, recompute
from hotline.models import Incident, TextMessage
from hotline.unit_of_work import UnitOfWork
from sms.grammar.meaning import Meaning
from sms.reporting import named
from sms.saying import actor_of, attach, say, to_tray

MOST_LISTED: Final = 6


def tell_status(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """STATUS: the incident of that number if it is the caller's own, else the newest open one, else the
    newest.
    """
    incident = named(work, message, meaning) if meaning.number is not None else _newest(work, message.number)
    if incident is None:
        say(work, message, "status_none", Purpose.REPLY)
        return
    known = attach(work, message, incident)
    say(work, message, "status", Purpose.REPLY, known, state=public_state(work, known))


def _newest(work: UnitOfWork, number: str) -> Incident | None:
    mine = incidents_of(work, number)
    return next((each for each in mine if each.disposition is None), next(iter(mine), None))


def public_state(work: UnitOfWork, incident: Incident) -> str:
    """How far the incident is, in words a resident understands."""
    since = {
        IncidentStatus.CLOSED: incident.closed_at,
        IncidentStatus.ON_SCENE: incident.on_scene_at,
        IncidentStatus.UNDER_WAY: incident.responded_at,
        IncidentStatus.DISPATCHED: incident.dispatched_at,
    }
    at = since.get(incident.status) or work.now
    return work.playbook.say(f"state_{incident.status.lower()}", time=_clock(work, at))


def _clock(work: UnitOfWork, at: datetime) -> str:
    """The time of day, with the day where it is not today's."""
    zone = work.playbook.programme.zone
    local, today = at.astimezone(zone), work.now.astimezone(zone).date()
    day = "" if local.date() == today else f"{local.day}/{local.month} "
    return f"{day}{local:%H.%M}"


def cancel(work: UnitOfWork, message: TextMessage, meaning: Meaning) -> None:
    """BATAL closes only before verification, only for one's own, and never where people withdraw out of
    fear.
    """
    incident = named(work, message, meaning)
    mine = open_incidents_of(work, message.number)
    if incident is None and meaning.number is None and len(mine) > 1:
        _ask_which(work, message, mine)
        return
    if incident is None and meaning.number is None:
        incident = next(iter(mine), None)
    if incident is None:
        to_tray(work, message)
        return
    known = attach(work, message, incident)
    if known.disposition is not None:
        say(work, message, "status", Purpose.REPLY, known, state=public_state(work, known))
    elif not meaning.unsure and _may_be_withdrawn(work, known, message.number):
        _withdraw(work, message, known)
    else:
        message.unread = True
        say(work, message, "cancel_noted", Purpose.REPLY, known)


def _ask_which(work: UnitOfWork, message: TextMessage, mine: Sequence[Incident]) -> None:
    """Lists the caller's own open incidents, so that the next text can name one; a person sees it too."""
    message.unread = True
    numbers = [incident.number or "" for incident in mine[:MOST_LISTED]]
    say(work, message, "cancel_which", Purpose.REPLY, numbers=", ".join(numbers), example=numbers[0])


def _may_be_withdrawn(work: UnitOfWork, incident: Incident, number: str) -> bool:
    members = family(work.session, incident.id)
    return (
        incident.verified_at is None
        and incident.reopenings == 0
        and incident.dispatched_at is None
        and all(kind.withdrawable for kind in kinds(work, members))
        and notify.callers(work.session, incident.id) == [number]
    )


def _withdraw(work: UnitOfWork, message: TextMessage, incident: Incident) -> None:
    incident.disposition = Disposition.CANCELLED
    incident.closed_at = incident.informed_at = work.now
    log(work, incident, "withdrawn", actor_of(message))
    recompute(work, incident)
    say(work, message, "cancelled", Purpose.RECEIPT, incident)
