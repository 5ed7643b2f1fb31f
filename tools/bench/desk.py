"""The operators' pages over a large past, ten operators polling, texts arriving."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlencode

from tests.support.forms import Visitor
from tools.bench.bench import Bench
from tools.bench.clients import FORM, Answered, Client, Steady, at_once
from tools.bench.house import House
from tools.bench.results import Row, Target, all_counted, counted, insist, percentile
from tools.bench.stores import one
from tools.bench.texts import form

OPERATORS: Final = 10
TEXTS_A_SECOND: Final = 100.0
FIRST: Final = 90_000_000
ASKS_EVERY_S: Final = 2.0
_TOKEN: Final = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def desk(bench: Bench) -> Iterator[Row]:
    """On each database: the idle poll, then queue, case and search under way."""
    for kind in bench.kinds():
        yield from all_counted(f"desk, {kind}", "ms", partial(_on, bench, kind))


def _on(bench: Bench, kind: str) -> Iterator[Row]:
    with bench.house(kind, bench.size.many) as house:
        house.with_queue().with_carrier().open(workers=1)
        cookie = sign_in(house, bench.people(kind, bench.size.many)["operator"])
        yield counted(f"idle poll, {kind}", "ms", partial(_idle, bench, house, cookie))
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


def _idle(bench: Bench, house: House, cookie: dict[str, str]) -> Row:
    runs = []
    with closing(Client(house.web, cookie)) as client:
        for _ in range(bench.size.runs):
            polls = _polls(client)
            idle = [poll.ms for poll in polls if poll.status == 204 and not poll.body]
            insist(len(idle) > len(polls) * 0.9, f"only {len(idle)} polls have no body")
            runs.append(percentile(idle, 50))
    what = f"idle poll, {house.store.kind}, {bench.size.many:,} incidents, median"
    return Row(what, "ms", tuple(runs), Target(at_most=5))


def _polls(client: Client, many: int = 200) -> list[Answered]:
    """As a page does it, with the mark of the last one that had something new: the worker's timers go on."""
    polls, mark = [], ""
    for _ in range(many):
        polls.append(client.ask(f"/changes?{urlencode({'since': mark})}"))
        mark = polls[-1].body.decode() or mark
    return polls


def _pages(bench: Bench, house: House, cookie: dict[str, str]) -> Iterator[Row]:
    number = one(house.store, "SELECT number FROM incident ORDER BY id DESC LIMIT 1")
    with closing(Client(house.web, cookie)) as client:
        found = _TOKEN.search(client.ask("/search").body.decode())
        search = urlencode({"csrf_token": found[1] if found else "", "q": "melati 17"}).encode()
    asks: dict[str, Callable[[Client], Answered]] = {
        "queue": lambda client: client.ask("/"),
        "case": lambda client: client.ask(f"/incidents/{number}"),
        "search": lambda client: client.ask("/search", search, FORM),
        "poll": lambda client: client.ask("/changes?since=0"),
    }
    times: dict[str, list[float]] = {name: [] for name in asks}
    for run in range(bench.size.runs):
        for name, found_ms in _one_run(bench, house, cookie, asks, run).items():
            times[name].append(found_ms)
    for name, runs in times.items():
        what = f"{name}, {house.store.kind}, {bench.size.many:,} incidents, {TEXTS_A_SECOND:g} texts/s, p95"
        yield Row(what, "ms", tuple(runs), Target(at_most=200), memory_mib=house.memory_mib)


def _one_run(
    bench: Bench,
    house: House,
    cookie: dict[str, str],
    asks: dict[str, Callable[[Client], Answered]],
    run: int,
) -> dict[str, float]:
    bodies = [form(FIRST + run * 20_000 + at) for at in range(bench.size.texts * 4)]
    steady = Steady(house.hooks[0], house.inbound, bodies, TEXTS_A_SECOND)
    steady.start()
    took: dict[str, list[float]] = {name: [] for name in asks}

    def sit(_: int) -> list[Answered]:
        """One operator: polls, and looks at a page now and then, without a pause."""
        with closing(Client(house.web, cookie)) as client:
            for _turn in range(max(2, int(bench.size.seconds * 2))):
                for name, ask in asks.items():
                    answer = ask(client)
                    insist(answer.status == 200, f"{name} answered {answer.status}")
                    took[name].append(answer.ms)
        return []

    try:
        at_once(OPERATORS, sit)
    finally:
        steady.stop()
    insist(all(answer.status == 200 for answer in steady.wait()), "a text was refused")
    return {name: percentile(values, 95) for name, values in took.items()}
