"""T2: what happened where: types by kelurahan, and the RT with the most incidents."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from hotline.evaluation.counting import Figure, count
from hotline.evaluation.rows import Rows

NOWHERE: Final = "-"
"""The column of incidents whose kelurahan nobody knows."""


def places(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """`t2/TYPE/AREA` with sums under `all`, and `t2/rt/AREA/RT`; what is not there is nought."""
    cells: dict[str, list[str]] = defaultdict(list)
    for case in rows.cases:
        area = case.area_code or NOWHERE
        for kind in (case.type_code, "all"):
            for place in (area, "all"):
                cells[f"t2/{kind}/{place}"].append(case.number)
        if case.area_code is not None and case.rt is not None:
            cells[f"t2/rt/{case.area_code}/{case.rt}"].append(case.number)
    yield from ((key, count(numbers)) for key, numbers in cells.items())
