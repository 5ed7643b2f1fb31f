"""T5: what units answered to their alerts, each unit for itself, by kelurahan, and all together.

A unit that was stood down before it answered neither answered nor failed to. Only what arrived at a telephone
is counted against the person who holds it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from hotline.domain.lifecycle import UnitStatus
from hotline.evaluation.counting import Figure, Span, count, known, median, span
from hotline.evaluation.places import NOWHERE
from hotline.evaluation.rows import Rows, Sent
from hotline.evaluation.times import Way, way_of, ways

OUTCOMES: Final = (
    "accepted", "declined", "unanswered", "withdrawn", "arrived", "clear", "unable", "undelivered",
)  # fmt: skip


class Told(NamedTuple):
    """What one task says, found once for the three groups that it stands in."""

    number: str
    outcomes: Sequence[str]
    arrival: Span | None
    way: Way


def answers(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """`t5/unit/ID/…`, `t5/area/CODE/…` and `t5/all/…`."""
    groups: dict[str, list[Told]] = defaultdict(list)
    for task in rows.sent:
        told = _told(task)
        groups[f"t5/unit/{task.unit_id}"].append(told)
        groups[f"t5/area/{task.area_code or NOWHERE}"].append(told)
        groups["t5/all"].append(told)
    for key, tasks in groups.items():
        yield from _of(key, tasks)


def _told(task: Sent) -> Told:
    there = task.on_scene_at
    arrival = span(task.number, task.accepted_at, there) if there is not None else None
    return Told(task.number, outcomes(task), arrival, way_of(task))


def _of(key: str, tasks: Sequence[Told]) -> Iterator[tuple[str, Figure]]:
    yield f"{key}/sent", count(task.number for task in tasks)
    became: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for task in tasks:
        for name in task.outcomes:
            became[name].append(task.number)
    for name, numbers in became.items():
        yield f"{key}/{name}", count(numbers)
    arrivals = [task.arrival for task in tasks if task.arrival is not None]
    yield f"{key}/arrive/median", median(known(arrivals))
    yield from ways(key, [task.way for task in tasks])


def outcomes(task: Sent) -> list[str]:
    """Everything that became of one task."""
    found = {
        "accepted": task.accepted_at is not None,
        "declined": task.status is UnitStatus.DECLINED,
        "unanswered": task.status is UnitStatus.ALERTED,
        "withdrawn": task.status is UnitStatus.STOOD_DOWN and task.accepted_at is None,
        "arrived": task.on_scene_at is not None,
        "clear": task.status is UnitStatus.CLEAR,
        "unable": task.status is UnitStatus.UNABLE,
        "undelivered": task.lost,
    }
    return [name for name, is_so in found.items() if is_so]
