"""Sends to a carrier that takes 200 ms for every request: many different texts, and one text to a crowd."""

import time
from collections.abc import Iterator
from typing import Final

from tests.support.eventually import eventually
from tools.bench.bench import Bench
from tools.bench.house import LONGEST_WAIT_S, House
from tools.bench.results import Row, Target, counted, insist
from tools.bench.stores import one
from tools.bench.texts import number

DELAY_S: Final = 0.2
FIRST: Final = 70_000_000


def sends(bench: Bench) -> Iterator[Row]:
    """One worker on each database."""
    for kind in bench.kinds():
        yield counted(f"sends, {kind}, 200 ms latency", "/s", lambda kind=kind: _different(bench, kind))  # type: ignore[misc]
        yield counted(f"one text to a crowd, {kind}", "s", lambda kind=kind: _crowd(bench, kind))  # type: ignore[misc]


def _different(bench: Bench, kind: str) -> Row:
    texts = min(bench.size.texts, 1000)
    with bench.house(kind) as house:
        house.with_queue().with_carrier(DELAY_S).open(web=0, workers=1)
        took = [
            _hand_over(house, run, texts, f"'Laporan {run} ' || i || ' diterima'")
            for run in range(bench.size.runs)
        ]
        rates = tuple(texts / each for each in took)
        return Row(
            f"sends, {kind}, a worker, 200 ms latency", "/s", rates, Target(250), memory_mib=house.memory_mib
        )


def _crowd(bench: Bench, kind: str) -> Row:
    crowd = bench.size.crowd
    with bench.house(kind) as house:
        house.with_queue().with_carrier(DELAY_S).open(web=0, workers=1)
        took = [
            _hand_over(house, run, crowd, f"'Waspada banjir {run}, jauhi sungai'", "announcement")
            for run in range(bench.size.runs)
        ]
        return Row(
            f"one text to {crowd:,} numbers, {kind}, 200 ms latency", "s", tuple(took), Target(at_most=3)
        )


def _hand_over(house: House, run: int, texts: int, words: str, purpose: str = "reply") -> float:
    """Records texts with their promises in one transaction; seconds until all are handed over."""
    store, first = house.store, FIRST + run * 10_000
    top = one(store, "SELECT max(id) FROM text_message")
    series, now = store.series.replace(":rows", str(texts)), store.ago("0")
    began = time.perf_counter()
    store.run(
        f"""INSERT INTO text_message (id, inbound, carrier, variant, number, words, at, state, purpose, parts,
          cost, problem, flags, unread) WITH {series} SELECT {top} + i, FALSE, '', 0,
          '+62812' || ({first} + i), {words}, {now}, 'QUEUED', '{purpose}', 1, '', '', '', FALSE FROM n""",  # noqa: S608
        # Their ids are the database's to give: the worker promises things of its own at this moment.
        f"""INSERT INTO promise (kind, subject_id, rank, due_at, attempts)
          WITH {series} SELECT 'send_text', {top} + i, 7, {now}, 0 FROM n""",  # noqa: S608
        *store.count_on("text_message"),
    )
    sent = f"SELECT count(*) FROM text_message WHERE id > {top} AND state = 'ACCEPTED'"  # noqa: S608
    with store.asking(sent) as told:
        eventually(lambda: told() == texts, "all texts are handed over", LONGEST_WAIT_S)
    took = time.perf_counter() - began
    heard = house.heard()
    missing = [at for at in range(1, texts + 1) if len(heard.get(number(first + at), ())) != 1]
    insist(not missing, f"{len(missing)} numbers did not hear from us exactly once")
    return took
