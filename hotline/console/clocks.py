"""How long something has been waiting, against how long the playbook lets it wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Target
from hotline.models import Incident

SOON: Final = 0.6
"""The part of the allowed time after which a clock warns."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One running clock: since when, how long is allowed (None: no limit), and what it waits for."""

    since: datetime
    allowed: timedelta | None
    waits_for: str

    def tint(self, now: datetime) -> str:
        """calm, soon or late."""
        if self.allowed is None:
            return "calm"
        gone = (now - self.since) / self.allowed
        return "late" if gone >= 1 else "soon" if gone >= SOON else "calm"

    @property
    def seconds_allowed(self) -> int:
        """For the browser's own ticking; 0 where there is no limit."""
        return int(self.allowed.total_seconds()) if self.allowed else 0


def running_clock(incident: Incident, target: Target) -> Clock:
    """The clock of the step that an open incident waits for now."""
    match incident.status:
        case IncidentStatus.RECEIVED:
            return _clock(incident.received_at, target.verify, "verify")
        case IncidentStatus.VERIFIED:
            return _clock(incident.verified_at or incident.received_at, target.dispatch, "dispatch")
        case IncidentStatus.DISPATCHED:
            return _clock(incident.dispatched_at or incident.changed_at, target.accept, "accept")
        case IncidentStatus.UNDER_WAY:
            return _clock(incident.responded_at or incident.changed_at, target.arrive, "arrive")
        case _:
            return _clock(incident.received_at, target.close, "close")


def _clock(since: datetime, minutes: int, waits_for: str) -> Clock:
    return Clock(since, timedelta(minutes=minutes), waits_for)
