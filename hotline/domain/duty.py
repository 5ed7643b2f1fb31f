"""Who is on duty now: the unit's own last word first, then the rota."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """A weekly stretch of the rota: weekday 0 is Monday; minutes from midnight, `ends` past 1440 runs over
    it.
    """

    weekday: int
    starts: int
    ends: int
    off: bool = False
    """Hours at which somebody can't."""


class Duty(StrEnum):
    """Whether somebody is on duty, and how we know."""

    SAID_ON = "said_on"
    SAID_OFF = "said_off"
    ROTA_ON = "rota_on"
    ROTA_OFF = "rota_off"

    @property
    def on(self) -> bool:
        """Whether this means on duty."""
        return self in (Duty.SAID_ON, Duty.ROTA_ON)


def duty(
    said: bool | None,
    said_until: datetime | None,
    rota: Iterable[Stretch],
    local: datetime,
    changed: bool | None = None,
) -> Duty:
    """What holds at `local` (a time in the programme's zone); `changed` is the rota's exception for it. Hours
    at which somebody can't end a PIKET that was said for good; only such an exception goes before them.
    """
    here = [stretch for stretch in rota if _covers(stretch, local)]
    cannot = any(stretch.off for stretch in here) and changed is not True
    if said is not None and (said_until is None or said_until > local) and not (said and cannot):
        return Duty.SAID_ON if said else Duty.SAID_OFF
    if changed is not None:
        return Duty.ROTA_ON if changed else Duty.ROTA_OFF
    return Duty.ROTA_ON if here and not cannot else Duty.ROTA_OFF


def _covers(stretch: Stretch, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    today = stretch.weekday == local.weekday() and stretch.starts <= minute < stretch.ends
    yesterday = (local - timedelta(days=1)).weekday()
    return today or (stretch.weekday == yesterday and minute + DAY < stretch.ends)
