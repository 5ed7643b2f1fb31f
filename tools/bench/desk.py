"""The operators' pages over a large past: ten screens that poll as theirs do, while texts arrive.

Each asks every second, gets head and queue anew where something changed, and opens a page besides: the
queue, a case, a search in turn, each time another one, which is more than ten people do. Nobody verifies:
more and more lie open.
"""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import Final

from tests.support.forms import Visitor
from tools.bench.bench import Bench
from tools.bench.clients import FORM, Client
from tools.bench.house import House
from tools.bench.idle import idle
from tools.bench.keep import stored
from tools.bench.opened import opened
from tools.bench.results import Row, Target, all_counted, counted, insist, percentile
from tools.bench.screen import Ask, Screen, together
from tools.bench.steady import Steady, insist_on_rate
from tools.bench.texts import REPORTS, form

OPERATORS: Final = 10
TEXTS_A_SECOND: Final = 100.0
LANES: Final = 32
"""As many texts wait for their answers at a time."""
FIRST: Final = 90_000_000
ASKS_EVERY_S: Final = 2.0
USUAL: Final = tuple(REPORTS[at] for at in (0, 2, 4, 5))
"""No emergencies among them, which stand above: those are watched on their way to the screens."""
WATCHED_EVERY_S: Final = 0.7
SIGN: Final = re.compile(rb"saksi\d+")
LONGEST_DELAY_S: Final = 4.0
"""How long the screens stay after the last of them."""
DELAY: Final = "posted to seen in the queue"


def desk(bench: Bench) -> Iterator[Row]:
    """On each database: the idle poll, then queue, case and search under way."""
    for kind in bench.kinds():
        yield from all_counted(f"desk, {kind}", "ms", partial(_on, bench, kind))


def _on(bench: Bench, kind: str) -> Iterator[Row]:
    with bench.house(kind, bench.size.many) as house:
        house.with_queue().with_carrier().open(workers=1)
        cookie = sign_in(house, bench.people(kind, bench.size.many)["operator"])
        yield counted(f"idle poll, {kind}", "ms", partial(idle, bench, house, cookie))
        yield from _pages(bench, house, cookie)


def sign_in(house: House, password: str, username: str = "operator") -> dict[str, str]:
    """The headers of somebody who is signed in."""
    visitor = Visitor(house.web)
    page = visitor.open("/login").submit("/login", username=username, password=password)
    insist(page.status == 200 and "/login" not in page.url, f"{username} could not sign in")
    cookies = visitor.session.cookies
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)}


@contextmanager
def manned(house: House, password: str) -> Iterator[None]:
    """An operator's page is open all the while, asking for news as it does: the desk is not empty."""
    cookie, stop = sign_in(house, password), threading.Event()

    def ask() -> None:
        with closing(Client(house.web, cookie)) as client:
            while not stop.is_set():
                client.ask("/changes?since=")
                stop.wait(ASKS_EVERY_S)

    page = threading.Thread(target=ask, daemon=True)
    page.start()
    try:
        yield
    finally:
        stop.set()
        page.join()


def _pages(bench: Bench, house: House, cookie: dict[str, str]) -> Iterator[Row]:
    asks = opened(house, cookie)
    # The desk has been open for a while: what a process learns with its first pages is not what is measured.
    _sit([Screen(house.web, cookie, asks) for _ in range(OPERATORS)], 0)
    times: dict[str, list[float]] = defaultdict(list)
    for run in range(bench.size.runs):
        for name, found in _one_run(bench, house, cookie, asks, run).items():
            times[name].append(found)
    under = f"{house.store.kind}, {bench.size.many:,} incidents, {TEXTS_A_SECOND:g} texts/s, p95"
    delays = tuple(times.pop(DELAY))
    yield Row(f"{DELAY}, {under}", "s", delays, Target(at_most=2))
    for name, runs in times.items():
        yield Row(f"{name}, {under}", "ms", tuple(runs), Target(at_most=200), memory_mib=house.memory_mib)


def _one_run(
    bench: Bench, house: House, cookie: dict[str, str], asks: dict[str, Ask], run: int
) -> dict[str, float]:
    """Ten screens are open while texts arrive, now and then one of which every screen must soon show."""
    seconds = bench.size.seconds * 3
    first, kept = FIRST + run * 20_000, stored(house)[0]
    bodies = [form(first + at, USUAL[at % len(USUAL)]) for at in range(int(seconds * 2 * TEXTS_A_SECOND))]
    steady = Steady(house.hooks[0], house.inbound, bodies, TEXTS_A_SECOND, LANES)
    watched = Watched(house, first + 10_000, seconds)
    screens = [Screen(house.web, cookie, asks) for _ in range(OPERATORS)]
    steady.start()
    watched.start()
    try:
        _sit(screens, seconds + LONGEST_DELAY_S)
    finally:
        steady.stop()
        watched.join()
    arrived = steady.wait()
    insist(all(answer.status == 200 for answer in arrived), "a text was refused")
    insist_on_rate(arrived, TEXTS_A_SECOND)
    insist(stored(house)[0] == kept + len(arrived) + len(watched.posted), "a text was not stored once")
    delays = [
        screen.seen[sign] - at
        for sign, at in watched.posted.items()
        for screen in screens
        if sign in screen.seen
    ]
    insist(len(delays) == len(watched.posted) * OPERATORS, "not every screen showed every text")
    found = {name: percentile(values, 95) for name, values in together(screens).items()}
    return {DELAY: percentile(delays, 95), **found}


def _sit(screens: Sequence[Screen], seconds: float) -> None:
    """All of them, side by side, and each of them opens every page once at least."""
    with ThreadPoolExecutor(len(screens)) as pool:
        sitting = [pool.submit(screen.sit, seconds, SIGN, first) for first, screen in enumerate(screens)]
        for done in sitting:
            done.result()


class Watched(threading.Thread):
    """Posts an emergency now and then, each with a sign of its own; `posted` says when."""

    def __init__(self, house: House, first: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self.posted: dict[str, float] = {}
        self._house, self._first = house, first
        self._until = time.monotonic() + seconds

    def run(self) -> None:
        """Until the time is over."""
        with closing(Client(self._house.hooks[0], FORM)) as client:
            while time.monotonic() < self._until:
                serial = self._first + len(self.posted)
                sign = f"saksi{serial}"
                self.posted[sign] = time.time()
                client.ask(self._house.inbound, form(serial, f"{REPORTS[1]} {sign}"))
                time.sleep(WATCHED_EVERY_S)
