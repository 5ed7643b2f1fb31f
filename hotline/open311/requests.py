"""Cases as Open311 service requests, redacted: the kelurahan and the hour, no words, no people, no RT.

Only types that the playbook publishes, once somebody has verified the case; no exercise, nothing secret.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.domain.incident_number import is_valid
from hotline.domain.playbook import Playbook
from hotline.models import Incident

SPAN: Final = timedelta(days=90)
"""What is shown where nobody names a start or an end (GeoReport v2)."""
MOST: Final = 1000
"""Cases of one answer (GeoReport v2)."""
OPEN: Final = "open"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for."""

    start: datetime
    end: datetime
    numbers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    status: str | None = None


def services(playbook: Playbook) -> list[dict[str, Any]]:
    """The published types."""
    return [
        {
            "service_code": kind.code, "service_name": kind.name, "description": kind.name,
            "metadata": False, "type": "realtime", "keywords": "", "group": playbook.programme.name,
        }
        for kind in playbook.types.values()
        if kind.open_data
    ]  # fmt: skip


def find(session: Session, playbook: Playbook, asked: Asked) -> list[dict[str, Any]]:
    """The cases that fit, the newest first; named ones whatever their time."""
    query = select(Incident).where(*_published(playbook)).order_by(Incident.id.desc()).limit(MOST)
    if asked.numbers:
        query = query.where(Incident.number.in_([each for each in asked.numbers if is_valid(each)]))
    else:
        query = query.where(Incident.received_at >= asked.start, Incident.received_at < asked.end)
    if asked.types:
        query = query.where(Incident.type_code.in_([each for each in asked.types if each in playbook.types]))
    if asked.status:
        closed = Incident.disposition.is_not(None)
        query = query.where(closed if asked.status == CLOSED else ~closed)
    return [_told(incident, playbook) for incident in session.scalars(query)]


def _published(playbook: Playbook) -> tuple[ColumnElement[bool], ...]:
    codes = [kind.code for kind in playbook.types.values() if kind.open_data]
    return (
        Incident.type_code.in_(codes), Incident.verified_at.is_not(None), Incident.drill.is_(False),
        Incident.merged_into_id.is_(None), Incident.confidential.is_(False),
    )  # fmt: skip


def _told(incident: Incident, playbook: Playbook) -> dict[str, Any]:
    kind, programme = playbook.types[incident.type_code], playbook.programme
    area = playbook.areas.get(incident.area_code or "")
    ended = playbook.dispositions[incident.disposition].name if incident.disposition else ""
    return {
        "service_request_id": incident.number, "status": CLOSED if incident.disposition else OPEN,
        "status_notes": ended, "service_name": kind.name, "service_code": kind.code,
        "description": kind.name, "agency_responsible": f"{programme.name}, {programme.district}",
        "service_notice": "", "requested_datetime": _hour(incident.received_at, playbook),
        "updated_datetime": _hour(incident.closed_at or incident.verified_at, playbook),
        "expected_datetime": None,
        "address": f"{area.name}, {programme.district}, {programme.city}" if area else programme.district,
        "address_id": area.official_code if area else "", "zipcode": "",
        "lat": area.latitude if area else None, "long": area.longitude if area else None, "media_url": None,
    }  # fmt: skip


def _hour(moment: datetime | None, playbook: Playbook) -> str | None:
    """The hour in which it was: with few houses in an RT, a minute tells who it was."""
    if moment is None:
        return None
    local = moment.astimezone(playbook.programme.zone)
    return local.replace(minute=0, second=0, microsecond=0).isoformat()
