"""What the embedded system holds in memory, idle and under load, and how soon it is up again."""

import time
from collections.abc import Iterator

from tools.bench.bench import Bench
from tools.bench.results import Row, Target
from tools.bench.whole_path import texts_a_second


def footprint(bench: Bench) -> Iterator[Row]:
    """Web, worker and queue server on SQLite: the whole of it on an old desk computer."""
    idle, busy, starts = [], [], []
    for _ in range(bench.size.runs):
        with bench.house("SQLite") as house:
            house.with_queue().with_carrier()
            began = time.perf_counter()
            house.open(workers=1)
            starts.append(time.perf_counter() - began)
            idle.append(house.memory_mib)
            texts_a_second(house, bench.size.texts)
            busy.append(house.memory_mib)
    yield Row("memory of the embedded system, idle (PSS)", "MiB", tuple(idle), Target(at_most=350))
    yield Row("memory of the embedded system, after load (PSS)", "MiB", tuple(busy), Target(at_most=600))
    yield Row("second start, until all is ready", "s", tuple(starts), Target(at_most=3))
