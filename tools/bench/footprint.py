"""What the embedded system holds in memory, idle and under load, and how soon it is up again."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from tools.bench.bench import Bench
from tools.bench.house import House
from tools.bench.results import Row, Target, all_counted
from tools.bench.whole_path import texts_a_second

LOOK_EVERY_S: Final = 0.5


def footprint(bench: Bench) -> Iterator[Row]:
    """Web, worker and queue server on SQLite: the whole of it on an old desk computer."""
    yield from all_counted("memory of the embedded system", "MiB", partial(_measure, bench))


def _measure(bench: Bench) -> Iterator[Row]:
    idle, busy, starts = [], [], []
    for _ in range(bench.size.runs):
        with bench.house("SQLite") as house:
            house.with_queue().with_carrier()
            began = time.perf_counter()
            house.open(workers=1)
            starts.append(time.perf_counter() - began)
            idle.append(house.memory_mib)
            busy.append(_most_during(house, partial(texts_a_second, house, bench.size.texts)))
    yield Row("memory of the embedded system, idle (PSS)", "MiB", tuple(idle), Target(at_most=350))
    yield Row("memory of the embedded system, under load (PSS)", "MiB", tuple(busy), Target(at_most=600))
    yield Row("second start, until all is ready", "s", tuple(starts), Target(at_most=3))


def _most_during(house: House, load: Callable[[], float]) -> float:
    """The most that is held while `load` goes on: looking costs little, so it is looked often."""
    seen, over = [house.memory_mib], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            seen.append(house.memory_mib)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        load()
    finally:
        over.set()
        looking.join()
    return max(*seen, house.memory_mib)
