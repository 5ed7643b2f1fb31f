"""Texts accepted and durable, against a Flask view that keeps nothing; and whether the past slows it down."""

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import count
from statistics import median
from typing import Final, NamedTuple

from tests.support.processes import free_port
from tools.bench.bench import Bench
from tools.bench.clients import FORM, Client
from tools.bench.house import GRANIAN, House
from tools.bench.results import Row, Target, all_counted, counted, insist
from tools.bench.stores import one
from tools.bench.texts import form
from tools.bench.wrk import SIGN, Load, post_receipts, post_texts

CONNECTIONS: Final = 64
ONE_MORE: Final = 1
"""Beside the view there is a round more than elsewhere: of all rows these hang most on what the disk does."""
_SERIALS: Final = count(95_000_000, 100)
RATIO: Final = {"SQLite": 1.5, "PostgreSQL": 1.0}
_SERIAL: Final = re.compile(rb"\bid=%b(\d+)" % SIGN.encode())


@dataclass(frozen=True, slots=True)
class Callback:
    """What a carrier tells: how it is kept, and what is promised for it."""

    kind: str
    promise: str
    words: str


TEXT: Final = Callback("sms.inbound", "read_text", "")
RECEIPT: Final = Callback("sms.receipt", "read_receipt", " delivery reports")


class Stored(NamedTuple):
    """How much is there at a moment; `last` is the id of the newest of all that is kept."""

    kept: int
    promised: int
    last: int


def keep(bench: Bench) -> Iterator[Row]:
    """On each database: 64 connections with texts and delivery reports, one, and 64 with a large past."""
    for kind in bench.kinds():
        yield from all_counted(f"keep, {kind}", "/s", partial(_crowd, bench, kind))
        yield counted(f"keep, {kind}, with a large past", "/s", lambda kind=kind: _past(bench, kind))  # type: ignore[misc]


def _crowd(bench: Bench, kind: str) -> Iterator[Row]:
    with bench.house(kind) as house:
        house.open(web=0)
        yield from _beside_a_view(bench, house)
        before = stored(house)
        os.sync()  # the disk has still to write what came over many connections
        alone = [_load(bench, house, 1) for _ in range(bench.size.runs)]
        yield Row(
            f"keep, {kind}, one connection, p99", "ms", p99(alone), Target(at_most=2),
            problem=verify(house, before, alone),
        )  # fmt: skip


def _beside_a_view(bench: Bench, house: House) -> Iterator[Row]:
    """Texts, delivery reports, and the two views, in turn."""
    door, folder, short = house.hooks[0] + house.inbound, house.folder, bench.size.seconds / 2
    free, pinned = (_view(house, each) + house.inbound for each in ("create_app", "create_app_on_one_core"))
    post_texts(door, CONNECTIONS, short, folder)  # the first load finds neither pages nor statements at hand
    os.sync()  # the disk has still to write this house
    before = stored(house)
    ours, reports, anywhere, on_one_core = _in_turn(bench.size.runs + ONE_MORE, (
        partial(_load, bench, house),
        partial(post_receipts, door.replace("/inbound", "/receipt"), CONNECTIONS, short, folder),
        partial(post_texts, free, CONNECTIONS, short, folder),
        partial(post_texts, pinned, CONNECTIONS, short, folder),
    ))  # fmt: skip
    yield from _beside(house, (TEXT, ours, verify(house, before, ours)), anywhere, on_one_core)
    yield from _beside(
        house, (RECEIPT, reports, verify(house, before, reports, RECEIPT)), anywhere, on_one_core
    )
    yield Row(
        f"Flask view beside it ({house.store.kind}), on one core", "/s", rates(on_one_core), None,
        "on any core", rates(anywhere), problem=_refused((*anywhere, *on_one_core)),
    )  # fmt: skip


def _beside(
    house: House, ours: tuple[Callback, Sequence[Load], str], *views: Sequence[Load]
) -> Iterator[Row]:
    """How many a second against the faster view, and how long one takes."""
    callback, loads, wrong = ours
    what = f"keep{callback.words}, {house.store.kind}, {CONNECTIONS} connections"
    yield Row(
        what, "/s", rates(loads), Target(RATIO[house.store.kind], ratio=True),
        "the faster of two Flask views that keep nothing", max(map(rates, views), key=median),
        house.memory_mib, wrong,
    )  # fmt: skip
    yield Row(f"{what}, p99", "ms", p99(loads), Target(at_most=25), problem=wrong)


def _past(bench: Bench, kind: str) -> Row:
    few, many = bench.size.few, bench.size.many
    with bench.house(kind, few) as small, bench.house(kind, many) as large:
        small.open(web=0)
        large.open(web=0)
        for house in (large, small):  # the first load finds neither pages nor statements at hand
            post_texts(house.hooks[0] + house.inbound, CONNECTIONS, bench.size.seconds / 2, house.folder)
        before = [stored(house) for house in (large, small)]
        ours, limit = _in_turn(bench.size.runs, [partial(_load, bench, house) for house in (large, small)])
        wrong = verify(large, before[0], ours) or verify(small, before[1], limit)
        return Row(
            f"keep, {kind}, with {many:,} incidents", "/s", rates(ours), Target(0.9, ratio=True),
            f"with {few:,}", rates(limit), large.memory_mib, wrong,
        )  # fmt: skip


def _load(bench: Bench, house: House, connections: int = CONNECTIONS) -> Load:
    return post_texts(house.hooks[0] + house.inbound, connections, bench.size.seconds, house.folder)


def _in_turn(rounds: int, loads: Sequence[Callable[[], Load]]) -> list[list[Load]]:
    """Each of them once a round, so that what else the machine does hits all of them."""
    told = [[load() for load in loads] for _ in range(rounds)]
    return [list(each) for each in zip(*told, strict=True)]


def _view(house: House, factory: str) -> str:
    port = free_port()
    command = [*GRANIAN, "--interface", "wsgi", "--factory", "--blocking-threads", "64", "--port", str(port)]
    process = house.run([*command, f"tools.bench.trivial_view:{factory}"], {}, ours=False)
    process.wait_for_url(f"http://127.0.0.1:{port}/")
    return f"http://127.0.0.1:{port}"


def stored(house: House, what: Callback = TEXT) -> Stored:
    """Callbacks kept, and promises to read them."""
    kept = one(house.store, f"SELECT count(*) FROM kept WHERE kind = '{what.kind}'")  # noqa: S608
    promised = one(house.store, f"SELECT count(*) FROM promise WHERE kind = '{what.promise}'")  # noqa: S608
    return Stored(kept, promised, one(house.store, "SELECT coalesce(max(id), 0) FROM kept"))


def verify(house: House, before: Stored, loads: Sequence[Load], what: Callback = TEXT) -> str:
    """What is wrong with the result; empty where every accepted one is stored once, with its promise."""
    try:
        insist_on_each(loads, *_since(house, before.last, what))
        if what is TEXT:
            _twice(house)
    except AssertionError as error:
        return f"does not count: {error}"
    return ""


def _since(house: House, last: int, what: Callback) -> tuple[dict[int, int], list[int]]:
    """What wrk sent and was kept behind the id `last`, id to serial; and the ids promised."""
    kept = house.store.all(f"SELECT id, body FROM kept WHERE kind = '{what.kind}' AND id > {last}")  # noqa: S608
    promised = house.store.all(
        f"SELECT subject_id FROM promise WHERE kind = '{what.promise}' AND subject_id > {last}"  # noqa: S608
    )
    serials = {at: found for at, body in kept if (found := _SERIAL.search(body))}
    return {at: int(found[1]) for at, found in serials.items()}, [at for (at,) in promised]


def insist_on_each(loads: Sequence[Load], kept: Mapping[int, int], promised: Sequence[int]) -> None:
    """Raises DoesNotCountError unless all that was answered is kept once, with one promise; by their serials,
    so that none that was lost can hide behind one that was under way.
    """
    insist(not _refused(loads), "requests failed or were refused")
    serials = Counter(kept.values())
    insist(not serials or max(serials.values()) == 1, "one is kept twice")
    insist(len(set(promised)) == len(promised), "one is promised twice")
    insist(kept.keys() <= set(promised), f"{len(kept.keys() - set(promised))} are kept without a promise")
    for load in loads:
        _insist_on_load(load, serials.keys())


def _insist_on_load(load: Load, serials: Collection[int]) -> None:
    under_way = sum(load.sent) - load.accepted
    insist(0 <= under_way <= len(load.sent), f"{sum(load.sent)} were sent and {load.accepted} accepted")
    lost = sum(serial not in serials for serial in load.answered())
    insist(not lost, f"{lost} were accepted and are not kept")
    there = sum(serial in serials for serial in load.begun())
    insist(there >= load.accepted, f"{load.accepted} were accepted and {there} kept")


def _refused(loads: Sequence[Load]) -> str:
    return "does not count: requests failed or were refused" if any(load.refused for load in loads) else ""


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


def rates(loads: Sequence[Load]) -> tuple[float, ...]:
    """Accepted a second, run by run."""
    return tuple(load.per_second for load in loads)


def p99(loads: Sequence[Load]) -> tuple[float, ...]:
    """Milliseconds that 99 of 100 took at most, run by run."""
    return tuple(load.p99_ms for load in loads)
