"""The door beside a peer on the same work: a text comes in by HTTP, and is safe or passed on.

Ours is answered when it is committed, with its promise; Kannel's when it is in memory or in a file that was
not fsynced. All are loaded in turn, round by round, so that what else the machine does hits each of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from tools.bench import kannel
from tools.bench.bench import Bench
from tools.bench.house import House
from tools.bench.kannel import Kannel
from tools.bench.keep import CONNECTIONS, rates, stored, verify
from tools.bench.results import Row, Target
from tools.bench.wrk import Load, post_texts

REACH: Final = {"SQLite": 1.3, "PostgreSQL": 1.2}


def peers(bench: Bench) -> Iterator[Row]:
    """Kannel, with each of its stores and without."""
    if not kannel.is_there():
        yield Row("Kannel", "/s", (), problem=f"missing: apt-get install {kannel.PACKAGE}")
        return
    with ExitStack() as cleanup:
        houses = {kind: cleanup.enter_context(bench.house(kind)) for kind in bench.kinds()}
        for house in houses.values():
            house.open(web=0)
        others = [Kannel(next(iter(houses.values())), store) for store in kannel.STORES]
        yield from _rounds(bench, houses, others)


def _rounds(bench: Bench, houses: dict[str, House], others: list[Kannel]) -> Iterator[Row]:
    before = {kind: stored(house) for kind, house in houses.items()}
    ours, delivered = defaultdict[str, list[Load]](list), defaultdict[str, list[tuple[float, float]]](list)
    seconds = bench.size.seconds
    problems = dict[str, str]()
    for _ in range(bench.size.runs):
        for kind, house in houses.items():
            url = house.hooks[0] + house.inbound
            ours[kind].append(post_texts(url, CONNECTIONS, seconds, house.folder))
        for peer in others:
            try:
                delivered[peer.store].append(peer.take(CONNECTIONS, seconds))
            except AssertionError as error:
                problems[peer.store] = f"does not count: {error}"
    for kind, house in houses.items():
        wrong = verify(house, before[kind], ours[kind])
        for peer in others:
            target = Target(REACH[kind], ratio=True) if peer.store == "none" else None
            yield Row(
                f"keep, {kind}, {CONNECTIONS} connections, beside Kannel, store {peer.store}",
                "/s", rates(ours[kind]), target,
                f"Kannel, store {peer.store}, delivers", _second(delivered[peer.store]), house.memory_mib,
                problems.get(peer.store, "") or wrong,
            )  # fmt: skip
    for peer in others:
        accepted = tuple(each for each, _ in delivered[peer.store])
        yield Row(
            f"Kannel, store {peer.store}, delivers", "/s", _second(delivered[peer.store]), None,
            "it accepts", accepted, peer.memory_mib, problems.get(peer.store, ""),
        )  # fmt: skip


def _second(pairs: list[tuple[float, float]]) -> tuple[float, ...]:
    return tuple(each for _, each in pairs)
