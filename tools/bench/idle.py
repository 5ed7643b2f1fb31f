"""Polls of ten screens that find nothing new: each costs a look at most, and has no body.

A process looks twice a second, and answers from that look until the next. So polls come as ten people's do,
each in its tenth of a second at a moment of its own: one in five has to look.
"""

import random
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import Final
from urllib.parse import urlencode

from tools.bench.bench import Bench
from tools.bench.clients import Answered, Client
from tools.bench.house import House
from tools.bench.results import Row, Target, insist, percentile

SCREENS: Final = 10
WARM_UP_S: Final = 1.0
"""The pages have been open for a while."""
MOST_MS: Final = 5.0
IDLE: Final = 0.9
"""Of the polls; the worker's timers go on, and now and then there is something new."""


def idle(bench: Bench, house: House, cookie: dict[str, str]) -> Row:
    """The 95th percentile of each run."""
    with ExitStack() as cleanup:
        screens = [cleanup.enter_context(closing(Client(house.web, cookie))) for _ in range(SCREENS)]
        polls(screens, WARM_UP_S)
        runs = [slowest(polls(screens, bench.size.seconds * 1.5)) for _ in range(bench.size.runs)]
    what = f"idle poll, {house.store.kind}, {bench.size.many:,} incidents, ten screens, p95"
    return Row(what, "ms", tuple(runs), Target(at_most=MOST_MS))


def polls(screens: Sequence[Client], seconds: float, per_second: int = SCREENS) -> list[Answered]:
    """So many a second, each at a moment of its own and with the mark of the last that had something new."""
    found: list[Answered] = []
    mark, begin = "", time.monotonic()
    for at in range(int(seconds * per_second)):
        moment = begin + (at + random.random()) / per_second  # noqa: S311 - no secret  # nosec B311
        time.sleep(max(0.0, moment - time.monotonic()))
        found.append(screens[at % len(screens)].ask(f"/changes?{urlencode({'since': mark})}"))
        mark = found[-1].body.decode() or mark
    return found


def slowest(found: Sequence[Answered]) -> float:
    """The 95th percentile of those that found nothing new, ms. DoesNotCountError where they are few."""
    empty = [poll.ms for poll in found if poll.status == 204 and not poll.body]
    insist(len(empty) >= len(found) * IDLE, f"only {len(empty)} of {len(found)} polls have no body")
    return percentile(empty, 95)
