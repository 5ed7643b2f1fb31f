"""What the embedded system holds in memory, idle and under load, and how soon it is up again.

Under load is all at once: texts come as fast as they are taken, screens of the desk are open, callers
telephone, and a coordinator opens the month's figures again and again.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from typing import Final

from tools.bench.bench import Bench
from tools.bench.calling import call
from tools.bench.clients import Client
from tools.bench.desk import sign_in
from tools.bench.embedded import Embedded
from tools.bench.house import LONGEST_WAIT_S, House
from tools.bench.keep import stored
from tools.bench.opened import opened
from tools.bench.pouring import pour
from tools.bench.results import Row, Target, all_counted, insist
from tools.bench.screen import Screen
from tools.bench.sitting import sitting
from tools.bench.texts import form, number

LOOK_EVERY_S: Final = 0.5
SCREENS: Final = 3
CALLS: Final = 5
"""Lines, on each of which one calls after the other."""
REST_S: Final = 1.0
"""Between two calls on a line, and two looks at the month's figures."""
TEXTS: Final = 1000
"""At most: beside all the rest they take their time."""
IDLE_AFTER_S: Final = 2.0
"""What a start leaves to do is done by then."""

_SERIALS: Final = count(0, 100_000)


def footprint(bench: Bench) -> Iterator[Row]:
    """Everything that `make run` runs on SQLite: the whole of it on an old desk computer."""
    yield from all_counted("memory of the embedded system", "MB", partial(_measure, bench))


def _measure(bench: Bench) -> Iterator[Row]:
    idle, busy, starts = [], [], []
    with bench.house("SQLite") as house:
        house.with_carrier()
        people = bench.people("SQLite", bench.size.few)
        Embedded(house).end()  # the first start on this folder, which makes what the next one finds
        for _ in range(bench.size.runs):
            embedded = Embedded(house)
            starts.append(embedded.started_in_s)
            time.sleep(IDLE_AFTER_S)
            idle.append(embedded.memory_mb)
            busy.append(_most_during(embedded, partial(_everything, bench, house, people)))
            embedded.end()
    yield Row("memory of the embedded system, idle (PSS)", "MB", tuple(idle), Target(at_most=350))
    yield Row("memory of the embedded system, under load (PSS)", "MB", tuple(busy), Target(at_most=600))
    yield Row("second start, until all is ready", "s", tuple(starts), Target(at_most=3))


def _everything(bench: Bench, house: House, people: dict[str, str]) -> None:
    operator = sign_in(house, people["operator"])
    coordinator = sign_in(house, people["koordinator"], "koordinator")
    asks = opened(house, operator)
    lines = [partial(call, house) for _ in range(CALLS)]
    with (
        sitting([Screen(house.web, operator, asks) for _ in range(SCREENS)]),
        _again_and_again([partial(_open_month, house, coordinator), *lines]),
    ):
        _texts(house, min(TEXTS, bench.size.texts))
    house.wait_until_idle()


def _texts(house: House, texts: int) -> None:
    """Pours so many and waits for their receipts: each is kept once and heard of once."""
    first, kept = next(_SERIALS), stored(house)[0]
    serials = range(first, first + texts)
    pour(house.hooks[0] + house.inbound, [form(serial) for serial in serials])
    numbers = {number(serial) for serial in serials}
    until = time.monotonic() + LONGEST_WAIT_S
    while not numbers <= house.heard().keys():
        insist(time.monotonic() < until, "not every text has its receipt")
        time.sleep(LOOK_EVERY_S)
    heard = house.heard()
    insist(all(len(heard[each]) == 1 for each in numbers), "a number did not hear from us exactly once")
    insist(stored(house)[0] == kept + texts, "a text was not stored once")


def _open_month(house: House, cookie: dict[str, str]) -> None:
    with closing(Client(house.web, cookie)) as client:
        insist(client.ask("/evaluation").status == 200, "the month's figures were not shown")


@contextmanager
def _again_and_again(acts: Sequence[Callable[[], object]]) -> Iterator[None]:
    """Each in a thread of its own, once at least, until the block ends. Raises what one of them met."""
    over = threading.Event()

    def repeat(act: Callable[[], object]) -> None:
        act()
        while not over.wait(REST_S):
            act()

    with ThreadPoolExecutor(len(acts)) as pool:
        going_on = [pool.submit(repeat, act) for act in acts]
        try:
            yield
        finally:
            over.set()
    for done in going_on:
        done.result()


def _most_during(embedded: Embedded, load: Callable[[], None]) -> float:
    """The most that is held while `load` goes on: looking costs little, so it is looked often."""
    seen, over = [embedded.memory_mb], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            seen.append(embedded.memory_mb)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        load()
    finally:
        over.set()
        looking.join()
    return max(*seen, embedded.memory_mb)
