"""Which open incidents may be the same event, and why: alike in kind, place or words, and close in time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from hotline.console.queries import OPEN, visible_to
from hotline.domain.playbook import UNCLEAR
from hotline.domain.rights import Actor
from hotline.models import Incident, Report

WITHIN: Final = timedelta(hours=6)
SHOWN: Final = 4
LOOKED_AT: Final = 100
"""In a flood of reports only the newest are compared."""
ENOUGH: Final = 3
"""Points from which an incident is shown: a shared kelurahan or a shared type alone is not enough."""
MOST_TELLING: Final = 3
"""Letters that a word has more than to say something of the event, and how many such two must share."""
_LONG_WORD: Final = re.compile(rf"\w{{{MOST_TELLING + 1},}}")
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
        return points(self.why)


def points(why: Iterable[str]) -> int:
    """How much these speak for two events being one."""
    return sum(_POINTS[reason] for reason in why)


def likely_duplicates(
    session: Session, incident: Incident, by: Actor, now: datetime, words: str
) -> list[Likely]:
    """Open incidents of the last hours that are alike, the most alike first; `words` were said of it."""
    others = _others(session, incident, by, now)
    said = _said(session, [other.id for other in others])
    mine = _long_words(words)
    found = [
        (_why(incident, other, _are_alike(mine, _long_words(said.get(other.id, "")))), other.id)
        for other in others
    ]
    alike = [(why, other_id) for why, other_id in found if points(why) >= ENOUGH]
    best = sorted(alike, key=lambda each: -points(each[0]))[:SHOWN]
    shown = select(Incident).where(Incident.id.in_([other_id for _, other_id in best]))
    rows = {each.id: each for each in session.scalars(shown)} if best else {}
    return [Likely(rows[other_id], why) for why, other_id in best]


def resemblance(one: Incident, words: str, other: Incident, others_words: str) -> tuple[str, ...]:
    """The keys of what speaks for two events being one of which nothing is kept yet; empty: not enough."""
    apart = one.area_code and other.area_code and one.area_code != other.area_code
    if apart or abs(one.received_at - other.received_at) > WITHIN:
        return ()
    why = _why(one, other, _are_alike(_long_words(words), _long_words(others_words)))
    return why if points(why) >= ENOUGH else ()


def _others(session: Session, incident: Incident, by: Actor, now: datetime) -> list[Row[Any]]:
    """The newest open ones. Two known kelurahan that are not the same rule a duplicate out."""
    nowhere = Incident.area_code.is_(None)
    near = [or_(nowhere, Incident.area_code == incident.area_code)] if incident.area_code else []
    query = (
        select(
            Incident.id, Incident.type_code, Incident.area_code, Incident.rt, Incident.place,
            Incident.received_at,
        )
        .where(*OPEN, Incident.id != incident.id, Incident.received_at > now - WITHIN, visible_to(by), *near)
        .order_by(Incident.id.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip
    return list(session.execute(query))


def _said(session: Session, incidents: list[int]) -> dict[int, str]:
    query = select(Report.incident_id, Report.words).where(Report.incident_id.in_(incidents))
    said: dict[int, str] = {}
    for incident_id, words in session.execute(query.order_by(Report.id)):
        said[incident_id] = f"{said.get(incident_id, '')} {words}"
    return said


def _are_alike(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two tell of it in much the same words: half of the shorter one's, and three of them or more."""
    shared = len(first & second)
    return shared >= MOST_TELLING and 2 * shared >= min(len(first), len(second))


def _long_words(words: str) -> frozenset[str]:
    return frozenset(_LONG_WORD.findall(words.casefold()))


def _why(one: Incident, other: Row[Any] | Incident, same_words: bool) -> tuple[str, ...]:
    same_type = one.type_code == other.type_code
    # Of two kinds, in a busy hour, all of a kelurahan are near each other.
    may_be_one = same_type or UNCLEAR in (one.type_code, other.type_code)
    same_area = one.area_code is not None and one.area_code == other.area_code
    facts = {
        "same_type": same_type and one.type_code != UNCLEAR,
        "same_rt": same_area and one.rt is not None and one.rt == other.rt,
        "same_area": same_area,
        "same_place": bool(one.place) and one.place.casefold() == other.place.casefold(),
        "same_words": same_words,
        "near_time": may_be_one and abs(one.received_at - other.received_at) < timedelta(minutes=30),
    }
    return tuple(reason for reason, holds in facts.items() if holds)
