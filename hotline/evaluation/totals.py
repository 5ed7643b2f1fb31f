"""T1: how many came in, and what became of them. Each incident is in exactly one class."""

from collections.abc import Iterator
from typing import Final

from hotline.domain.lifecycle import Disposition
from hotline.evaluation.counting import Figure, count, share
from hotline.evaluation.rows import Case, Rows

CLASSES: Final = ("valid", "unfounded", "out_of_area", "cancelled", "prank", "duplicate", "unchecked")

_OF_DISPOSITION: Final = {
    Disposition.RESOLVED: "valid",
    Disposition.REFERRED: "valid",
    Disposition.UNFOUNDED: "unfounded",
    Disposition.OUT_OF_AREA: "out_of_area",
    Disposition.CANCELLED: "cancelled",
    Disposition.PRANK: "prank",
    Disposition.DUPLICATE: "duplicate",
}


def class_of(case: Case) -> str:
    """What an incident counts as: by how it ended, and while it is open by whether it was verified."""
    if case.disposition is not None:
        return _OF_DISPOSITION[case.disposition]
    return "valid" if case.verified_at is not None else "unchecked"


def totals(rows: Rows) -> Iterator[tuple[str, Figure]]:
    """`t1/…`: received, reports, each class, and the share that was a prank or an empty call."""
    every = [case.number for case in rows.cases]
    yield "t1/received", count(every)
    yield "t1/reports", count(heard.number for heard in rows.heard)
    classes: dict[str, list[str]] = {name: [] for name in CLASSES}
    for case in rows.cases:
        classes[class_of(case)].append(case.number)
    for name, numbers in classes.items():
        yield f"t1/{name}", count(numbers)
    junk = [case.number for case in rows.cases if case.disposition is Disposition.PRANK]
    yield "t1/junk", share(junk, len(every))
