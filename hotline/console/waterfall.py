"""How one case's time went, step by step: each begins where the one before it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from hotline.domain.procedure import Step
from hotline.models import Incident


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step: when it was reached, how long it took, and where its bar stands (percent of the whole)."""

    step: Step
    at: datetime
    length: timedelta
    left: float
    width: float


def waterfall(incident: Incident) -> tuple[Stretch, ...]:
    """The steps that were reached, in the order of their times; nothing before the second one."""
    moments = (
        (Step.INFORM, incident.received_at),
        (Step.VERIFY, incident.verified_at),
        (Step.COORDINATE, incident.dispatched_at),
        (Step.RESPOND, incident.responded_at),
        (Step.HANDLE, incident.on_scene_at),
        (Step.REPORT, incident.reported_at),
        (Step.RESOLVE, incident.closed_at),
    )
    reached = sorted(
        ((at, step) for step, at in moments if at is not None and at >= incident.received_at),
    )
    whole = (reached[-1][0] - reached[0][0]) if reached else timedelta()
    if not whole:
        return ()
    start = reached[0][0]
    return tuple(
        Stretch(step, at, at - before, 100 * (before - start) / whole, 100 * (at - before) / whole)
        for (before, _), (at, step) in pairwise(reached)
    )
