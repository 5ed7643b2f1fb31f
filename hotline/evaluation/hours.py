"""T4: the hours and days at which incidents come in (jam rawan), and how many came on each day."""

from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from hotline.evaluation.counting import Figure, count
from hotline.evaluation.rows import Rows


def hours(rows: Rows, zone: ZoneInfo) -> Iterator[tuple[str, Figure]]:
    """`t4/WEEKDAY/HOUR` (0 is Monday) and `t4/day/DATE`, in local time; what is not there is nought."""
    cells: dict[str, list[str]] = defaultdict(list)
    for case in rows.cases:
        local = case.received_at.astimezone(zone)
        cells[f"t4/{local.weekday()}/{local.hour}"].append(case.number)
        cells[f"t4/day/{local.date()}"].append(case.number)
    yield from ((key, count(numbers)) for key, numbers in cells.items())
