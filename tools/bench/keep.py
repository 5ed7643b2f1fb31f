"""Texts accepted and durable, against a Flask view that keeps nothing; and whether the past slows it down."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import count
from typing import Final

from tests.support.processes import free_port
from tools.bench.bench import Bench
from tools.bench.clients import FORM, Client
from tools.bench.house import GRANIAN, House
from tools.bench.results import Row, Target, all_counted, counted, insist
from tools.bench.stores import one
from tools.bench.texts import form
from tools.bench.wrk import Load, post_texts

CONNECTIONS: Final = 64
_SERIALS: Final = count(95_000_000, 100)
RATIO: Final = {"SQLite": 1.5, "PostgreSQL": 1.0}


def keep(bench: Bench) -> Iterator[Row]:
    """On each database: 64 connections, then one, then 64 with a large past."""
    for kind in bench.kinds():
        yield from all_counted(f"keep, {kind}", "/s", partial(_crowd, bench, kind))
        yield counted(f"keep, {kind}, with a large past", "/s", lambda kind=kind: _past(bench, kind))  # type: ignore[misc]


def _crowd(bench: Bench, kind: str) -> Iterator[Row]:
    with bench.house(kind) as house:
        house.open(web=0)
        limit = _trivial_view(house)
        ours, view = [], []
        before = stored(house)
        for _ in range(bench.size.runs):
            ours.append(
                post_texts(house.hooks[0] + house.inbound, CONNECTIONS, bench.size.seconds, house.folder)
            )
            view.append(post_texts(limit + house.inbound, CONNECTIONS, bench.size.seconds, house.folder))
        yield Row(
            f"keep, {kind}, {CONNECTIONS} connections", "/s", rates(ours), Target(RATIO[kind], ratio=True),
            "Flask view that keeps nothing", rates(view), house.memory_mib, verify(house, before, ours),
        )  # fmt: skip
        yield Row(f"keep, {kind}, {CONNECTIONS} connections, p99", "ms", p99(ours), Target(at_most=25))
        before = stored(house)
        url = house.hooks[0] + house.inbound
        alone = [post_texts(url, 1, bench.size.seconds, house.folder) for _ in range(bench.size.runs)]
        yield Row(
            f"keep, {kind}, one connection, p99", "ms", p99(alone), Target(at_most=2),
            problem=verify(house, before, alone),
        )  # fmt: skip


def _past(bench: Bench, kind: str) -> Row:
    few, many = bench.size.few, bench.size.many
    with bench.house(kind, few) as small, bench.house(kind, many) as large:
        small.open(web=0), large.open(web=0)
        for house in (large, small):  # the first load finds neither pages nor statements at hand
            post_texts(house.hooks[0] + house.inbound, CONNECTIONS, bench.size.seconds, house.folder)
        ours, limit = [], []
        before = stored(large)
        for _ in range(bench.size.runs):
            ours.append(
                post_texts(large.hooks[0] + large.inbound, CONNECTIONS, bench.size.seconds, large.folder)
            )
            limit.append(
                post_texts(small.hooks[0] + small.inbound, CONNECTIONS, bench.size.seconds, small.folder)
            )
        return Row(
            f"keep, {kind}, with {many:,} incidents", "/s", rates(ours), Target(0.9, ratio=True),
            f"with {few:,}", rates(limit), large.memory_mib, verify(large, before, ours),
        )  # fmt: skip


def _trivial_view(house: House) -> str:
    port = free_port()
    command = [*GRANIAN, "--interface", "wsgi", "--factory", "--blocking-threads", "64", "--port", str(port)]
    process = house.run([*command, "tools.bench.trivial_view:create_app"], {}, ours=False)
    process.wait_for_url(f"http://127.0.0.1:{port}/")
    return f"http://127.0.0.1:{port}"


def stored(house: House) -> tuple[int, int]:
    """Texts kept, and promises to read them."""
    kept = one(house.store, "SELECT count(*) FROM kept WHERE kind = 'sms.inbound'")
    return kept, one(house.store, "SELECT count(*) FROM promise WHERE kind = 'read_text'")


def verify(house: House, before: tuple[int, int], loads: list[Load]) -> str:
    """What is wrong with the result; empty where every accepted text is stored once, with its promise."""
    try:
        kept, promised = (now - then for now, then in zip(stored(house), before, strict=True))
        accepted = sum(load.accepted for load in loads)
        insist(not any(load.refused for load in loads), "requests failed or were refused")
        insist(kept == promised, f"{kept} texts are kept and {promised} promised")
        insist(0 <= kept - accepted <= CONNECTIONS * len(loads), f"{accepted} were accepted and {kept} kept")
        _twice(house)
    except AssertionError as error:
        return f"does not count: {error}"
    return ""


def _twice(house: House) -> None:
    """The same text sent twice is kept once."""
    serial = next(_SERIALS)
    before = stored(house)[0]
    with closing(Client(house.hooks[0], FORM)) as client:
        for at in range(100):
            insist(client.ask(house.inbound, form(serial + at // 2)).status == 200, "a text was refused")
    repeats = "SELECT count(*) FROM kept WHERE repeats = 1 AND kind = 'sms.inbound'"
    insist(stored(house)[0] - before == 50, "a text that came twice is not kept once")
    insist(one(house.store, repeats) >= 50, "a repeat was not counted")


def rates(loads: list[Load]) -> tuple[float, ...]:
    """Accepted a second, run by run."""
    return tuple(load.per_second for load in loads)


def p99(loads: list[Load]) -> tuple[float, ...]:
    """Milliseconds that 99 of 100 took at most, run by run."""
    return tuple(load.p99_ms for load in loads)
