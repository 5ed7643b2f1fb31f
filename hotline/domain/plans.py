"""What the playbook's routes say for one incident: who leads, who supports, whom to telephone first, how many
go, and why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.domain.callout import Role, Route
from hotline.domain.playbook import IncidentType, Priority
from hotline.domain.routing import Suggestion


@dataclass(frozen=True, slots=True)
class Plan:
    """Who should go, before anybody is looked for."""

    leads: tuple[str, ...]
    supports: tuple[str, ...]
    first: tuple[str, ...]
    needs: Mapping[str, int]
    reasons: tuple[str, ...]
    """In the playbook's words: why it is so."""
    by_hand: bool = False
    """Nobody goes unless a person has chosen him."""


def plan_for(
    kind: IncidentType,
    priority: Priority,
    area_code: str | None,
    local: datetime,
    routes: Iterable[Route],
    *,
    signs: Iterable[str] = (),
) -> Plan:
    """Of each thing the first route that fits and names it; else what the type says, and one of its leads.

    A route that leaves the choice to a person leaves no places that fill themselves.
    """
    read = frozenset(signs)
    fitting = [
        route
        for route in routes
        if _fits(route, kind.code, priority, area_code, local) and (not route.signs or read & {*route.signs})
    ]
    by_hand = next((route for route in fitting if route.by_hand), None)
    leads = next((route for route in fitting if route.leads), None)
    supports = next((route for route in fitting if route.supports), None)
    first = next((route for route in fitting if route.first), None)
    needs = next((route for route in fitting if route.needs), None)
    if by_hand is not None:
        needs = None
    used = [route for route in (by_hand, leads, supports, first, needs) if route is not None]
    return Plan(
        leads=leads.leads if leads else kind.leads,
        supports=supports.supports if supports else kind.supports,
        first=first.first if first else kind.direct_numbers,
        needs=needs.needs if needs else {},
        reasons=tuple(dict.fromkeys(route.reason for route in used)),
        by_hand=by_hand is not None,
    )


def _fits(route: Route, type_code: str, priority: Priority, area_code: str | None, local: datetime) -> bool:
    return (
        (not route.types or type_code in route.types)
        and (not route.areas or area_code in route.areas)
        and (not route.priorities or priority in route.priorities)
        and within(local.hour, route.from_hour, route.to_hour)
    )


def within(hour: int, from_hour: int, to_hour: int) -> bool:
    """Whether the hour lies in a stretch that may run over midnight; equal ends mean the whole day."""
    if from_hour < to_hour:
        return from_hour <= hour < to_hour
    return hour >= from_hour or hour < to_hour


@dataclass(frozen=True, slots=True)
class Hole:
    """Nobody of this role is on duty and free in the place itself; `ring` says from where it is covered."""

    role: str
    ring: int | None
    """1 the whole city, 2 the neighbouring kelurahan, 3 elsewhere; None: nobody at all is on duty."""


def holes(
    needs: Mapping[str, int], roles: Mapping[str, Role], suggestions: Sequence[Suggestion]
) -> list[Hole]:
    """The roles that are wanted and have nobody on duty in the place."""
    found = []
    for role in needs:
        agencies = roles[role].agencies
        ready = [
            each.ring
            for each in suggestions
            if each.candidate.agency in agencies and each.candidate.duty.on and not each.candidate.load
        ]
        if not ready or min(ready) > 1:
            found.append(Hole(role, min(ready, default=None)))
    return found
