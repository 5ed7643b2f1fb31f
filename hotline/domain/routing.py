"""Which units for this type and place: each candidate with its reasons, best first, and who is proposed.

Leading agencies before supporting ones, on duty before off, the incident's own kelurahan before its
neighbours, the free before the busy. Proposed are exactly as many of each role as are wanted ("2 guards, 1
police"), the nearest first; where nothing is said of numbers, the best of different agencies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hotline.domain.callout import Role
from hotline.domain.duty import Duty
from hotline.domain.playbook import Agency, Area, IncidentType, Priority

PROPOSED: Final = {Priority.DARURAT: 4, Priority.TINGGI: 3, Priority.SEDANG: 2, Priority.RENDAH: 1}
"""How many units are proposed at a time where no route says how many of whom."""

NEAR: Final = 2
"""The furthest ring that is still near: the neighbouring kelurahan."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit as routing sees it."""

    unit_id: int
    agency: str
    area: str | None
    rt: int | None
    duty: Duty
    load: int
    """Open assignments it has now."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with why it is where it is in the list; `proposed` ones are ticked beforehand."""

    candidate: Candidate
    leads: bool
    ring: int
    """0 own kelurahan or RT, 1 serves the whole city, 2 neighbouring kelurahan, 3 elsewhere."""
    reasons: tuple[str, ...]
    proposed: bool


def suggest(  # noqa: PLR0917  the facts of one decision, named alike wherever they are given
    kind: IncidentType,
    priority: Priority,
    area: Area | None,
    rt: int | None,
    candidates: Iterable[Candidate],
    agencies: dict[str, Agency],
    quota: Mapping[Role, int] | None = None,
) -> list[Suggestion]:
    """All candidates whose agency leads or supports this type, best first.

    `quota` is how many of each role are still wanted; None: nobody has said.
    """
    fit = [c for c in candidates if c.agency in (*kind.leads, *kind.supports) and _near_enough(c, area, rt)]
    fit.sort(key=lambda c: _order(kind, area, rt, c, agencies))
    ready = [c for c in fit if c.duty.on and c.load == 0]
    if quota is None:
        proposed = _of_different_agencies(ready, area, agencies, PROPOSED[priority])
    else:
        proposed = _by_quota(ready, area, agencies, quota)
    return [
        Suggestion(
            candidate=c,
            leads=c.agency in kind.leads,
            ring=_ring(c, area, agencies),
            reasons=tuple(_reasons(kind, area, rt, c, agencies)),
            proposed=c.unit_id in proposed,
        )
        for c in fit
    ]


def _near_enough(candidate: Candidate, area: Area | None, rt: int | None) -> bool:
    """An RT head is asked about his own RT only."""
    return candidate.agency != "RT" or _own_rt(candidate, area, rt)


def _own_rt(candidate: Candidate, area: Area | None, rt: int | None) -> bool:
    """RT are counted anew in each kelurahan, so the number alone says nothing."""
    return rt is not None and candidate.rt == rt and area is not None and candidate.area == area.code


def _ring(candidate: Candidate, area: Area | None, agencies: dict[str, Agency]) -> int:
    if agencies[candidate.agency].citywide or candidate.area is None:
        return 1
    if area is None:
        return 3
    if candidate.area == area.code:
        return 0
    return 2 if candidate.area in area.neighbours else 3


def _order(
    kind: IncidentType, area: Area | None, rt: int | None, candidate: Candidate, agencies: dict[str, Agency]
) -> tuple[int, ...]:
    ranked = (*kind.leads, *kind.supports)
    return (
        not candidate.duty.on,
        candidate.agency not in kind.leads,
        _ring(candidate, area, agencies),
        not _own_rt(candidate, area, rt),
        candidate.load,
        ranked.index(candidate.agency),
        candidate.unit_id,
    )


def _by_quota(
    ready: Sequence[Candidate], area: Area | None, agencies: dict[str, Agency], quota: Mapping[Role, int]
) -> set[int]:
    """As many of each role as are wanted, the nearest first; all others are the reserve. Holes in the place
    are filled from the next ring, but where nobody knows the place nobody is near.
    """
    near = sorted(ready, key=lambda c: _ring(c, area, agencies))
    if area is None:
        near = [c for c in near if _ring(c, area, agencies) <= NEAR]
    return {
        candidate.unit_id
        for role, wanted in quota.items()
        for candidate in [c for c in near if c.agency in role.agencies][:wanted]
    }


def _of_different_agencies(
    ready: Sequence[Candidate], area: Area | None, agencies: dict[str, Agency], wanted: int
) -> set[int]:
    """The best of different agencies first, so that not three guards and no police are sent."""
    near = [c for c in ready if _ring(c, area, agencies) <= NEAR]
    chosen: dict[int, str] = {}
    for again in (False, True):
        for candidate in near:
            if len(chosen) == wanted:
                break
            if candidate.unit_id not in chosen and (again or candidate.agency not in chosen.values()):
                chosen[candidate.unit_id] = candidate.agency
    return set(chosen)


def _reasons(
    kind: IncidentType, area: Area | None, rt: int | None, candidate: Candidate, agencies: dict[str, Agency]
) -> Iterable[str]:
    """Keys of the reasons, which the screen says in its language."""
    yield "leads" if candidate.agency in kind.leads else "supports"
    if _own_rt(candidate, area, rt):
        yield "same_rt"
    yield ("same_area", "citywide", "neighbour", "elsewhere")[_ring(candidate, area, agencies)]
    yield candidate.duty.value
    if candidate.load:
        yield "busy"
