"""Who is on duty hour by hour, and where too few are: pure figures over the rota and what differs from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.callout import Cover
from hotline.domain.duty import Stretch, duty
from hotline.domain.plans import within

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of time in which somebody is on or off, whatever the rota says. Times are aware."""

    starts_at: datetime
    ends_at: datetime
    on: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a rota. `area` None serves every kelurahan."""

    role: str
    area: str | None
    rota: tuple[Stretch, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours in which fewer people of a role are on duty than the playbook wants."""

    area: str
    role: str
    starts: datetime
    ends: datetime
    present: int
    least: int


def changed(changes: Iterable[Change], moment: datetime) -> bool | None:
    """What the last change that covers `moment` says; None where none does."""
    said = [change.on for change in changes if change.starts_at <= moment < change.ends_at]
    return said[-1] if said else None


def on_duty(member: Member, local: datetime) -> bool:
    """Whether the rota, as changed, has the member on duty at `local` (in the programme's zone)."""
    said = changed(member.changes, local)
    return said if said is not None else duty(None, None, member.rota, local).on


def gaps(
    covers: Iterable[Cover], areas: Sequence[str], members: Sequence[Member], begin: datetime, days: int
) -> list[Gap]:
    """The gaps from `begin` (local, cut to the hour) on, neighbouring hours told as one, the first first."""
    start = begin.replace(minute=0, second=0, microsecond=0)
    hours = [start + HOUR * count for count in range(24 * days)]
    found = [
        gap
        for cover in covers
        for area in (cover.areas or areas)
        for gap in _gaps_of(cover, area, _members_of(cover, area, members), hours)
    ]
    return sorted(found, key=lambda gap: (gap.starts, gap.area, gap.role))


def _members_of(cover: Cover, area: str, members: Sequence[Member]) -> list[Member]:
    return [each for each in members if each.role == cover.role and each.area in (None, area)]


def _gaps_of(cover: Cover, area: str, members: Sequence[Member], hours: Sequence[datetime]) -> Iterable[Gap]:
    open_gap: Gap | None = None
    for hour in hours:
        present = sum(on_duty(member, hour) for member in members)
        lacking = within(hour.hour, cover.from_hour, cover.to_hour) and present < cover.least
        if open_gap is not None and (not lacking or present != open_gap.present):
            yield open_gap
            open_gap = None
        if lacking:
            starts = open_gap.starts if open_gap else hour
            open_gap = Gap(area, cover.role, starts, hour + HOUR, present, cover.least)
    if open_gap is not None:
        yield open_gap
