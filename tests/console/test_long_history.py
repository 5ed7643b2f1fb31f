"""Years of cases behind the desk: what every open page asks each second costs the database no more.

How fast pages are with 200,000 cases is measured (`make bench`, scenario desk); here SQLite's own steps are
counted, which no other load on the machine changes.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Table, event, insert, select

from hotline.closing import Closing, close
from hotline.domain.lifecycle import Disposition
from hotline.domain.rights import Role
from hotline.models import Assignment, Incident, LogEntry, Report, TextMessage
from hotline.runtime import Runtime
from tests.console.conftest import CALLER, Browser, Desk

CASES: Final = 1000
STRIDE: Final = 100
"""The database counts its steps in hundreds."""
MORE: Final = 1.25
"""How many times the steps a page may take behind that many more cases."""


class Steps:
    """Counts what the database does."""

    def __init__(self) -> None:
        self.hundreds = 0

    def tick(self) -> int:
        self.hundreds += 1
        return 0


@pytest.fixture
def steps(runtime: Runtime) -> Iterator[Steps]:
    """Those of every question that is asked from now on."""
    counted = Steps()

    def count(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(counted.tick, STRIDE)

    runtime.engine.dispose()
    event.listen(runtime.engine, "connect", count)
    yield counted
    event.remove(runtime.engine, "connect", count)
    runtime.engine.dispose()


def copy_case(runtime: Runtime, number: str) -> None:
    """The closed case with all that belongs to it, CASES times."""
    with runtime.engine.begin() as connection:
        incidents: Table = Incident.__table__  # type: ignore[assignment]
        first = connection.execute(select(incidents).where(incidents.c.number == number)).mappings().one()
        base = first["id"] * 1000
        connection.execute(
            insert(incidents),
            [{**_long_ago(first), "id": base + n, "number": f"{90_000 + n}"} for n in range(CASES)],
        )
        for model in (Assignment, TextMessage, Report, LogEntry):
            table: Any = model.__table__
            for row in connection.execute(select(table).where(table.c.incident_id == first["id"])).mappings():
                one = {**_long_ago(row), "carrier_id": None} if "carrier_id" in row else _long_ago(row)
                connection.execute(
                    insert(table),
                    [{**one, "id": row["id"] * 10_000 + n, "incident_id": base + n} for n in range(CASES)],
                )


def _long_ago(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): value - timedelta(days=400) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def test_what_every_page_asks_each_second_costs_the_same_behind_years_of_cases(
    desk: Desk, operator: Browser, runtime: Runtime, steps: Steps
) -> None:
    closed = desk.dispatched(desk.unit())
    desk.dispatched(desk.unit("Budi", 2))
    desk.text("apa kabar", number=CALLER)
    with runtime.work() as work:
        close(work, desk.find(work, closed).id, Closing(Disposition.UNFOUNDED), desk.people[Role.COORDINATOR])

    def taken() -> int:
        operator.open("/changes")
        steps.hundreds = 0
        assert operator.open("/changes").status == 200
        return steps.hundreds

    before = taken()
    copy_case(runtime, closed)
    assert 0 < taken() <= MORE * before + 2
