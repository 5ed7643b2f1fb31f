"""T5: what units answered to their alerts, each unit for itself, by kelurahan, and all together.

A unit that was stood down before it answered neither answered nor failed to. Only what arrived at a telephone
is counted against the person who holds it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from hotline.domain.lifecycle import UnitStatus
from hotline.evaluation.counting import Figure, count, median, span
from hotline.evaluation.places import NOWHERE
from hotline.evaluation.rows import Rows, Sent
from hotline.evaluation.times import ways

OUTCOMES: Final = (
    "accepted", "declined", "unanswered", "withdrawn", "arrived", "clear", "unable", "undelivered",
)  # fmt: skip


def answers(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """`t5/unit/ID/…`, `t5/area/CODE/…` and `t5/all/…`."""
    groups: dict[str, list[Sent]] = defaultdict(list)
    for task in rows.sent:
        groups[f"t5/unit/{task.unit_id}"].append(task)
        groups[f"t5/area/{task.area_code or NOWHERE}"].append(task)
        groups["t5/all"].append(task)
    for key, tasks in groups.items():
        yield from _of(key, tasks)


def _of(key: str, tasks: Sequence[Sent]) -> Iterator[tuple[str, Figure]]:
    yield f"{key}/sent", count(task.number for task in tasks)
    became = [(task.number, outcomes(task)) for task in tasks]
    for name in OUTCOMES:
        yield f"{key}/{name}", count(number for number, found in became if name in found)
    arrivals = [
        span(task.number, task.accepted_at, task.on_scene_at)
        for task in tasks
        if task.on_scene_at is not None
    ]
    yield f"{key}/arrive/median", median(arrivals)
    yield from ways(key, tasks)


def outcomes(task: Sent) -> frozenset[str]:
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
    return frozenset(name for name, is_so in found.items() if is_so)
