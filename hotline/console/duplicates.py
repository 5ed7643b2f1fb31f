"""Which open incidents may be the same event, and why: alike in kind, place or words, and close in time."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.console.queries import visible_to
from hotline.domain.playbook import UNCLEAR
from hotline.domain.rights import Actor
from hotline.models import Incident, Report

WITHIN: Final = timedelta(hours=6)
SHOWN: Final = 4
ENOUGH: Final = 3
"""Points from which an incident is shown: a shared kelurahan or a shared type alone is not enough."""
MOST_TELLING: Final = 3
"""Letters that a word has more than to say something of the event, and how many such two must share."""
_POINTS: Final = {
    "same_rt": 3, "same_place": 3, "same_words": 3, "same_area": 2, "same_type": 2, "near_time": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likely:
    """An incident that may be the same, with the keys of what speaks for it."""

    incident: Incident
    why: tuple[str, ...]

    @property
    def points(self) -> int:
        """How much speaks for it."""
        return sum(_POINTS[reason] for reason in self.why)


def likely_duplicates(
    session: Session, incident: Incident, by: Actor, now: datetime, words: str
) -> list[Likely]:
    """Open incidents of the last hours that are alike, the most alike first; `words` were said of it."""
    query = (
        select(Incident)
        .where(
            Incident.disposition.is_(None), Incident.merged_into_id.is_(None), Incident.id != incident.id,
            Incident.received_at > now - WITHIN, visible_to(by),
        )
        .order_by(Incident.id.desc())
        .limit(100)
    )  # fmt: skip
    others = list(session.scalars(query))
    said = _said(session, [other.id for other in others])
    found = [
        Likely(other, _why(incident, other, alike_words(words, said.get(other.id, "")))) for other in others
    ]
    alike = [likely for likely in found if likely.points >= ENOUGH and not _differ(incident, likely.incident)]
    return sorted(alike, key=lambda likely: -likely.points)[:SHOWN]


def _differ(one: Incident, other: Incident) -> bool:
    """Two known kelurahan that are not the same rule a duplicate out."""
    return len({one.area_code, other.area_code} - {None}) == 2


def _said(session: Session, incidents: list[int]) -> dict[int, str]:
    query = select(Report.incident_id, Report.words).where(Report.incident_id.in_(incidents))
    said: dict[int, str] = {}
    for incident_id, words in session.execute(query.order_by(Report.id)):
        said[incident_id] = f"{said.get(incident_id, '')} {words}"
    return said


def alike_words(one: str, other: str) -> bool:
    """Whether two tell of it in much the same words: half of the shorter one's, and three of them or more."""
    first, second = _long_words(one), _long_words(other)
    shared = len(first & second)
    return shared >= MOST_TELLING and 2 * shared >= min(len(first), len(second))


def _long_words(words: str) -> set[str]:
    return {word for word in re.findall(r"\w+", words.casefold()) if len(word) > MOST_TELLING}


def _why(one: Incident, other: Incident, same_words: bool) -> tuple[str, ...]:
    same_area = one.area_code is not None and one.area_code == other.area_code
    facts = {
        "same_type": one.type_code == other.type_code and one.type_code != UNCLEAR,
        "same_rt": same_area and one.rt is not None and one.rt == other.rt,
        "same_area": same_area,
        "same_place": bool(one.place) and one.place.casefold() == other.place.casefold(),
        "same_words": same_words,
        "near_time": abs(one.received_at - other.received_at) < timedelta(minutes=30),
    }
    return tuple(reason for reason, holds in facts.items() if holds)
