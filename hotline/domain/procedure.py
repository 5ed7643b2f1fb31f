"""The eight steps of the procedure as an incident's timeline (SOP SIGAP KETIMUN, steps 1 to 8)."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Step(IntEnum):
    """The steps, numbered as in the procedure."""

    INFORM = 1
    VERIFY = 2
    COORDINATE = 3
    RESPOND = 4
    HANDLE = 5
    REPORT = 6
    RESOLVE = 7
    EVALUATE = 8


@dataclass(frozen=True, slots=True)
class Moments:
    """When each step of one incident was reached, as far as it is known; None for not yet."""

    informed: datetime | None = None
    verified: datetime | None = None
    dispatched: datetime | None = None
    responded: datetime | None = None
    on_scene: datetime | None = None
    reported: datetime | None = None
    closed: datetime | None = None
    evaluated: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepState:
    """One step: when it was reached, and whether it was passed over because the incident ended without it."""

    step: Step
    at: datetime | None
    skipped: bool


def steps(moments: Moments) -> tuple[StepState, ...]:
    """The eight steps with their times. A closed incident has skipped what it never reached (but the
    evaluation).
    """
    times = (
        moments.informed,
        moments.verified,
        moments.dispatched,
        moments.responded,
        moments.on_scene,
        moments.reported,
        moments.closed,
        moments.evaluated,
    )
    return tuple(
        StepState(step, at, skipped=at is None and moments.closed is not None and step < Step.RESOLVE)
        for step, at in zip(Step, times, strict=True)
    )
