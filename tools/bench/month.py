"""A month's figures over a large past, while an operator looks at the queue.

The page is the one that a coordinator opens: the month beside the one before and the same of last year, all
counted anew from the rows. Each is one of 36 months of the past, so that of a million incidents it counts
83,000. What it says is checked against the same question in plain SQL.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Final

from hotline.evaluation.period import Period, month_of
from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from tools.bench.bench import Bench
from tools.bench.clients import Client
from tools.bench.desk import sign_in
from tools.bench.house import House
from tools.bench.results import Row, Target, all_counted, insist, percentile
from tools.bench.stores import one

PAUSE_S: Final = 0.2
"""Between two looks at the queue."""
LONGEST_S: Final = 120.0
"""For the page: one that takes so long has a figure too."""
_FIGURE: Final = re.compile(r"\b\d{1,3}(?:\.\d{3})+\b|\b\d+\b")
"""As an Indonesian page writes it: 27.777."""


def month(bench: Bench) -> Iterator[Row]:
    """On each database."""
    for kind in bench.kinds():
        yield from all_counted(f"month's figures, {kind}", "s", partial(_on, bench, kind))


def _on(bench: Bench, kind: str) -> Iterator[Row]:
    many = bench.size.many
    with bench.house(kind, many) as house:
        house.open(workers=0)
        people = bench.people(kind, many)
        period = month_of(datetime.now(UTC), read_playbook(DEFAULT_PLAYBOOK).programme.zone).before()
        queue: list[float] = []
        coordinator = sign_in(house, people["koordinator"], "koordinator")
        looking = _looking(house, sign_in(house, people["operator"]), queue)
        with closing(Client(house.web, coordinator, LONGEST_S)) as client, looking:
            took = [_open_page(house, client, period) for _ in range(bench.size.runs)]
        what = f"month's figures, {kind}, {many:,} incidents"
        yield Row(what, "s", tuple(took), Target(at_most=5), memory_mib=house.memory_mib)
        yield Row(f"queue meanwhile, {kind}, p95", "ms", (percentile(queue, 95),), Target(at_most=200))


def _open_page(house: House, client: Client, period: Period) -> float:
    """Seconds."""
    answer = client.ask(f"/evaluation?period={period.key}")
    insist(answer.status == 200, f"the page answered {answer.status}")
    _verify(house, period, answer.body.decode())
    return answer.ms / 1000


def _verify(house: House, period: Period, page: str) -> None:
    start, end = (house.store.moment(each) for each in (period.start, period.end))
    counted = one(
        house.store,
        f"SELECT count(*) FROM incident WHERE received_at >= {start} AND received_at < {end}",  # noqa: S608
    )
    figures = {
        int(digits.replace(".", "")) for digits in re.findall(r"\b\d{1,3}(?:\.\d{3})+\b|\b\d+\b", page)
    }
    insist(counted in figures, f"there are {counted} incidents, of which the page says nothing")


@contextmanager
def _looking(house: House, cookie: dict[str, str], found: list[float]) -> Iterator[None]:
    """An operator looks at the queue again and again; the milliseconds of each look go into `found`."""
    stop = threading.Event()

    def look() -> None:
        with closing(Client(house.web, cookie)) as client:
            while not stop.is_set():
                found.append(client.ask("/").ms)
                stop.wait(PAUSE_S)

    page = threading.Thread(target=look, daemon=True)
    page.start()
    try:
        yield
    finally:
        stop.set()
        page.join()
