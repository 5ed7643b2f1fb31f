"""Which open incidents may be the same event, and why: alike in kind, place or words, and close in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.console.queries import visible_to
from hotline.domain.playbook import UNCLEAR
from hotline.domain.rights import Actor
from hotline.models import Incident

WITHIN: Final = timedelta(hours=6)
SHOWN: Final = 4
ENOUGH: Final = 3
"""Points from which an incident is shown: a shared kelurahan or a shared type alone is not enough."""
_POINTS: Final = {"same_rt": 3, "same_place": 3, "same_area": 2, "same_type": 2, "near_time": 1}


@dataclass(frozen=True, slots=True)
class Likely:
    """An incident that may be the same, with the keys of what speaks for it."""

    incident: Incident
    why: tuple[str, ...]

    @property
    def points(self) -> int:
        """How much speaks for it."""
        return sum(_POINTS[reason] for reason in self.why)


def likely_duplicates(session: Session, incident: Incident, by: Actor, now: datetime) -> list[Likely]:
    """Open incidents of the last hours that are alike, the most alike first."""
    query = (
        select(Incident)
        .where(
            Incident.disposition.is_(None), Incident.merged_into_id.is_(None), Incident.id != incident.id,
            Incident.received_at > now - WITHIN, visible_to(by),
        )
        .order_by(Incident.id.desc())
        .limit(100)
    )  # fmt: skip
    found = [Likely(other, _why(incident, other)) for other in session.scalars(query)]
    alike = [likely for likely in found if likely.points >= ENOUGH and not _differ(incident, likely.incident)]
    return sorted(alike, key=lambda likely: -likely.points)[:SHOWN]


def _differ(one: Incident, other: Incident) -> bool:
    """Two known kelurahan that are not the same rule a duplicate out."""
    return len({one.area_code, other.area_code} - {None}) == 2


def _why(one: Incident, other: Incident) -> tuple[str, ...]:
    same_area = one.area_code is not None and one.area_code == other.area_code
    facts = {
        "same_type": one.type_code == other.type_code and one.type_code != UNCLEAR,
        "same_rt": same_area and one.rt is not None and one.rt == other.rt,
        "same_area": same_area,
        "same_place": bool(one.place) and one.place.casefold() == other.place.casefold(),
        "near_time": abs(one.received_at - other.received_at) < timedelta(minutes=30),
    }
    return tuple(reason for reason, holds in facts.items() if holds)
