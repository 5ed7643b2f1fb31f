"""Texts a second that are accepted, understood, made incidents, and whose receipts are with the carrier."""

import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from tools.bench.bench import Bench
from tools.bench.house import House
from tools.bench.pouring import pour
from tools.bench.results import Row, Target, counted, insist
from tools.bench.stores import one
from tools.bench.texts import form, number

WORKERS: Final = {"SQLite": 1, "PostgreSQL": 2}
REACH: Final = {"SQLite": 600.0, "PostgreSQL": 1000.0}
_SERIALS: Final = count(0, 100_000)
"""Where each run's serials begin, so that every text has a number of its own."""


def whole_path(bench: Bench) -> Iterator[Row]:
    """On each database with a small past, then with a large one."""
    for kind in bench.kinds():
        yield counted(f"whole path, {kind}", "/s", lambda kind=kind: _flat(bench, kind, bench.size.few))  # type: ignore[misc]
        yield counted(f"whole path, {kind}", "/s", lambda kind=kind: _flat(bench, kind, bench.size.many))  # type: ignore[misc]


def _flat(bench: Bench, kind: str, incidents: int) -> Row:
    workers = WORKERS[kind]
    with bench.house(kind, incidents) as house:
        house.with_queue().with_carrier().open(web=0, workers=workers)
        rates = [texts_a_second(house, bench.size.texts) for _ in range(bench.size.runs)]
        return Row(
            f"whole path, {kind}, {workers} worker{'s'[:workers - 1]}, {incidents:,} incidents", "/s",
            tuple(rates), Target(REACH[kind]), memory_mib=house.memory_mib,
        )  # fmt: skip


def texts_a_second(house: House, texts: int) -> float:
    """Pours so many texts and waits until each has its incident and its receipt is with the carrier."""
    house.sit_down()
    first = next(_SERIALS)
    before = _recorded(house)
    bodies = [form(serial) for serial in range(first, first + texts)]
    lanes = len(house.hooks)
    began = time.perf_counter()
    for at, hooks in enumerate(house.hooks):
        pour(hooks + house.inbound, bodies[at::lanes])
    house.wait_until_idle()
    took = time.perf_counter() - began
    _verify(house, first, texts, before)
    return texts / took


def _recorded(house: House) -> tuple[int, int]:
    sent = "SELECT count(*) FROM text_message WHERE NOT inbound AND state = 'ACCEPTED'"
    return one(house.store, "SELECT count(*) FROM incident"), one(house.store, sent)


def _verify(house: House, first: int, texts: int, before: Sequence[int]) -> None:
    now = _recorded(house)
    insist(now[0] - before[0] == texts, f"{texts} texts made {now[0] - before[0]} incidents")
    insist(
        now[1] - before[1] == texts, f"of {texts} receipts {now[1] - before[1]} are recorded as handed over"
    )
    heard = house.heard()
    missing = [serial for serial in range(first, first + texts) if len(heard.get(number(serial), ())) != 1]
    insist(not missing, f"{len(missing)} numbers did not hear from us exactly once")
