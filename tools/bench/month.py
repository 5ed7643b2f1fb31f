"""A month's figures over a large past, while operators look at their pages and texts arrive.

The page is the one that a coordinator opens: the month beside the one before and the same of last year, all
counted anew from the rows. Each is one of 36 months of the past, so that of a million incidents it counts
83,000. What it says is checked against the same question in plain SQL.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Final

from hotline.evaluation.period import Period, month_of
from hotline.playbook_reader import read_playbook
from hotline.settings import DEFAULT_PLAYBOOK
from tools.bench.bench import Bench
from tools.bench.clients import Client
from tools.bench.desk import sign_in
from tools.bench.house import House
from tools.bench.keep import stored
from tools.bench.opened import opened
from tools.bench.results import Row, Target, all_counted, insist, percentile
from tools.bench.screen import Screen, together
from tools.bench.sitting import sitting
from tools.bench.steady import Steady
from tools.bench.stores import one
from tools.bench.texts import form

OPERATORS: Final = 5
TEXTS_A_SECOND: Final = 20.0
FIRST: Final = 70_000_000
ENOUGH: Final = 50
"""A month has more than one in so many of a past of 36 months, or it is a month after its end."""
LONGEST_S: Final = 120.0
"""For the page: one that takes so long has a figure too."""
LOOKS_S: Final = 3.0
"""How long it is opened again and again in one run, so that operators meet it with each of their pages."""
_FIGURE: Final = re.compile(r"\b\d{1,3}(?:\.\d{3})+\b|\b\d+\b")
"""As an Indonesian page writes it: 27.777."""


def month(bench: Bench) -> Iterator[Row]:
    """On each database."""
    for kind in bench.kinds():
        yield from all_counted(f"month's figures, {kind}", "s", partial(_on, bench, kind))


def _on(bench: Bench, kind: str) -> Iterator[Row]:
    many = bench.size.many
    with bench.house(kind, many) as house:
        house.with_queue().with_carrier().open(workers=1)
        people = bench.people(kind, many)
        period = month_of(datetime.now(UTC), read_playbook(DEFAULT_PLAYBOOK).programme.zone).before()
        operator = sign_in(house, people["operator"])
        asks = opened(house, operator)
        took: list[float] = []
        meanwhile: dict[str, list[float]] = defaultdict(list)
        with sitting([Screen(house.web, operator, asks)]):  # the desk has been open for a while
            pass
        coordinator = sign_in(house, people["koordinator"], "koordinator")
        with closing(Client(house.web, coordinator, LONGEST_S)) as client:
            for run in range(bench.size.runs):
                screens = [Screen(house.web, operator, asks) for _ in range(OPERATORS)]
                took.append(_one_run(house, client, period, screens, FIRST + run * 100_000))
                for name, found in together(screens).items():
                    meanwhile[name].append(percentile(found, 95))
        memory = house.memory_mib
        yield Row(
            f"month's figures, {kind}, {many:,} incidents",
            "s",
            tuple(took),
            Target(at_most=5),
            memory_mib=memory,
        )
        for name in asks:
            what = f"{name} meanwhile, {kind}, {many:,} incidents, {TEXTS_A_SECOND:g} texts/s, p95"
            yield Row(what, "ms", tuple(meanwhile[name]), Target(at_most=200), memory_mib=memory)


def _one_run(house: House, client: Client, period: Period, screens: list[Screen], first: int) -> float:
    """The median of how long the page took, seconds, while all screens were open and texts arrived."""
    kept = stored(house)[0]
    bodies = [form(first + at) for at in range(int(TEXTS_A_SECOND * LONGEST_S))]
    steady = Steady(house.hooks[0], house.inbound, bodies, TEXTS_A_SECOND)
    steady.start()
    took: list[float] = []
    try:
        with sitting(screens):
            until = time.monotonic() + LOOKS_S
            while not took or time.monotonic() < until:
                took.append(_open_page(house, client, period))
    finally:
        steady.stop()
    arrived = steady.wait()
    insist(all(answer.status == 200 for answer in arrived), "a text was refused")
    insist(stored(house)[0] == kept + len(arrived), "a text was not stored once")
    return median(took)


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
    total = one(house.store, "SELECT count(*) FROM incident")
    insist(counted * ENOUGH > total, "the past ended long ago: remove var/bench, and make bench-data again")
    figures = {int(digits.replace(".", "")) for digits in _FIGURE.findall(page)}
    insist(counted in figures, f"there are {counted} incidents, of which the page says nothing")
