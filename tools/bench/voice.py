"""Fifty calls at once while five hundred texts a second arrive: how long a caller waits for an answer.

Callers listen before they press a key: here for half a second to one and a half, which is less than the
shortest prompt takes, so that fifty calls bring sixty steps a second. Beside it stands what no fifty people
do: all ring in the same instant, and press each key as soon as they are answered.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Final

from tools.bench.bench import FULL, Bench
from tools.bench.calling import Pause, call, in_a_hurry
from tools.bench.clients import at_once
from tools.bench.desk import manned
from tools.bench.house import House
from tools.bench.keep import stored
from tools.bench.results import DoesNotCountError, Row, Target, counted, insist, percentile
from tools.bench.steady import Steady, insist_on_rate
from tools.bench.stores import one
from tools.bench.texts import form

CALLS: Final = 50
TEXTS_A_SECOND: Final = 500.0
LANES: Final = 128
"""As many wait for an answer at a time: with fewer the door's own pace would be the pace of the texts."""
LISTENS_S: Final = (0.5, 1.5)
LONGEST_S: Final = 30.0
"""Until each call has its report, were a step answered from the menu alone and read from the spool."""
_FIRST: Final = count(80_000_000, 100_000)


def voice(bench: Bench) -> Iterator[Row]:
    """On each database, with a worker that keeps the texts and a page of the desk open."""
    for kind in bench.kinds():
        with bench.house(kind) as house:
            house.with_queue().with_carrier().open(workers=1)
            with manned(house, bench.people(kind, bench.size.few)["operator"]):
                _warm_up(house)
                yield from _rows(bench, house)


def _warm_up(house: House) -> None:
    """What a process does once in its life is not what a caller waits for on any other day: its first
    statements, and the clocks of a new installation.
    """
    house.wait_until_idle(LONGEST_S)
    with suppress(DoesNotCountError):  # no figure, so that a start that is slow takes none away
        _run(house, 4, in_a_hurry, TEXTS_A_SECOND)


def _rows(bench: Bench, house: House) -> Iterator[Row]:
    kind, calls = house.store.kind, min(CALLS, bench.size.texts)
    listening = _listening if calls == CALLS else in_a_hurry
    rows: list[tuple[str, Pause, float, Target | None]] = [
        (f"voice step, {kind}, {calls} calls at once, p99", listening, 0.0, Target(at_most=50)),
        (f"the same, {kind}, while {TEXTS_A_SECOND:g} texts/s arrive", listening, TEXTS_A_SECOND,
         Target(at_most=50)),
    ]  # fmt: skip
    if bench.size == FULL:
        rows.append((f"the same, {kind}, and all fifty ring in the same instant and never listen",
                     in_a_hurry, TEXTS_A_SECOND, None))  # fmt: skip
    for what, pause, texts, target in rows:
        measure = partial(_slowest, house, calls, pause, texts, bench.size.runs)
        yield counted(what, "ms", partial(_row, house, what, measure, target))


def _listening() -> float:
    return random.uniform(*LISTENS_S)  # noqa: S311 - no secret  # nosec B311


def _row(house: House, what: str, measure: Callable[[], tuple[float, ...]], target: Target | None) -> Row:
    return Row(what, "ms", measure(), target, memory_mib=house.memory_mib)


def _slowest(house: House, calls: int, pause: Pause, texts: float, runs: int) -> tuple[float, ...]:
    return tuple(_run(house, calls, pause, texts) for _ in range(runs))


def _run(house: House, calls: int, pause: Pause, texts: float) -> float:
    """The 99th percentile of all steps of one run, ms."""
    reports, kept, first = _reports(house), stored(house)[0], next(_FIRST)
    bodies = [form(first + at) for at in range(int(texts * LONGEST_S))]
    steady = Steady(house.hooks[0], house.inbound, bodies, texts or 1.0, lanes=LANES)
    steady.start()
    try:
        steps = at_once(calls, lambda _: call(house, pause))
    finally:
        steady.stop()
    arrived = steady.wait()
    insist(all(answer.status == 200 for answer in arrived), "a text was refused")
    if texts:
        insist_on_rate(arrived, texts)
    insist(stored(house)[0] == kept + len(arrived), "a text was not stored once")
    _wait_for_reports(house, reports + calls)
    return percentile([step.ms for step in steps], 99)


def _wait_for_reports(house: House, calls: int) -> None:
    """Each call is one report: at once, or when a step is read that was answered from the menu alone."""
    until = time.monotonic() + LONGEST_S
    while _reports(house) < calls and time.monotonic() < until:
        time.sleep(0.1)
    insist(_reports(house) == calls, f"{_reports(house) - calls:+} reports of as many calls")


def _reports(house: House) -> int:
    return int(one(house.store, "SELECT count(*) FROM report WHERE channel = 'voice'"))
