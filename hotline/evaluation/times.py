"""T3: how long each step took, by priority: median, 90th percentile, share within the playbook's target.

The steps are those of the desk's running clocks: verified after it was received, dispatched after it was
verified, accepted after it was dispatched, on scene after it was accepted, closed after it was received. What
the carrier took for the texts stands apart from what people took.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hotline.domain.playbook import Playbook, Priority, Target
from hotline.evaluation.counting import (
    Figure,
    Known,
    Span,
    beyond,
    count,
    known,
    median,
    ninetieth,
    span,
    within,
)  # fmt: skip
from hotline.evaluation.rows import Case, Rows, Sent

Ends = Callable[[Case], tuple[datetime | None, datetime | None]]


def _checked(case: Case) -> datetime | None:
    """A report that was rejected was checked when it was."""
    return case.verified_at or (case.closed_at if case.rejection else None)


STEPS: Final[dict[str, tuple[Ends, Callable[[Target], int]]]] = {
    "verify": (lambda case: (case.received_at, _checked(case)), lambda target: target.verify),
    "dispatch": (lambda case: (case.verified_at, case.dispatched_at), lambda target: target.dispatch),
    "accept": (lambda case: (case.dispatched_at, case.responded_at), lambda target: target.accept),
    "arrive": (lambda case: (case.responded_at, case.on_scene_at), lambda target: target.arrive),
    "close": (lambda case: (case.received_at, case.closed_at), lambda target: target.close),
}
"""Each step: where it begins and ends in a case, and the minutes that the playbook allows."""


def times(rows: Rows, playbook: Playbook) -> Iterator[tuple[str, Figure]]:
    """`t3/PRIORITY/STEP/median`, `p90`, `within`, `late`, `unknown`; `carrier`, `person` for alerts."""
    for priority in Priority:
        cases = [case for case in rows.cases if case.priority is priority]
        target = playbook.targets[priority]
        for step, (ends, minutes) in STEPS.items():
            found = known(list(_spans(cases, ends)))
            yield from _five(f"t3/{priority}/{step}", found, timedelta(minutes=minutes(target)))
        yield from ways(f"t3/{priority}", [way_of(task) for task in rows.sent if task.priority is priority])


def _spans(cases: Sequence[Case], ends: Ends) -> Iterator[Span]:
    """Of those to whose way the step belongs at all: nobody is dispatched to a prank."""
    for case in cases:
        start, end = ends(case)
        if start is not None or end is not None:
            yield span(case.number, start, end)


def _five(key: str, found: Known, allowed: timedelta) -> Iterator[tuple[str, Figure]]:
    yield f"{key}/median", median(found)
    yield f"{key}/p90", ninetieth(found)
    yield f"{key}/within", within(found, allowed)
    yield f"{key}/late", beyond(found, allowed)
    yield f"{key}/unknown", count(found.unknown)


class Way(NamedTuple):
    """One alert: the carrier's part of it, and the people's, who accept what arrived."""

    carrier: Span
    person: Span | None


def way_of(task: Sent) -> Way:
    """How long each took."""
    accepted = task.accepted_at is not None
    return Way(
        span(task.number, task.queued_at, task.delivered_at),
        span(task.number, task.delivered_at, task.accepted_at) if accepted else None,
    )


def ways(key: str, sent: Sequence[Way]) -> Iterator[tuple[str, Figure]]:
    """How long the carrier took to deliver the alerts, and how long people took to accept what arrived."""
    carrier = [way.carrier for way in sent]
    person = [way.person for way in sent if way.person is not None]
    for name, spans in (("carrier", carrier), ("person", person)):
        found = known(spans)
        yield f"{key}/{name}/median", median(found)
        yield f"{key}/{name}/p90", ninetieth(found)
        yield f"{key}/{name}/unknown", count(found.unknown)
