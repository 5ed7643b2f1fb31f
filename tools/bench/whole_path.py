"""Texts a second that are accepted, understood, made incidents, and whose receipts are with the carrier."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Final

from tools.bench.bench import Bench
from tools.bench.house import House
from tools.bench.pouring import pour
from tools.bench.results import Row, Target, counted, insist
from tools.bench.stores import one
from tools.bench.texts import form, number

WORKERS: Final = {"SQLite": 1, "PostgreSQL": 2}
REACH: Final = {"SQLite": 600.0, "PostgreSQL": 1000.0}
FLAT: Final = 0.9
"""Of the rate over a small past over a large one."""
WARM_UP: Final = 3
"""One part in so many is poured before it is measured: a past that was copied just now is in no memory."""
KNOWN_EVERY: Final = 5
HALF_A_YEAR_S: Final = 180 * 24 * 3600
OLD_CASES: Final = 30
"""The oldest of any past, which are closed."""
_SERIALS: Final = count(0, 100_000)
"""Where each run's serials begin, so that every text has a number of its own."""


def whole_path(bench: Bench) -> Iterator[Row]:
    """On each database with a small past, then with a large one; and the one against the other."""
    few, many = bench.size.few, bench.size.many
    for kind in bench.kinds():
        rows = []
        for incidents in (few, many):
            rows.append(counted(f"whole path, {kind}", "/s", partial(_row, bench, kind, incidents)))
            yield rows[-1]
        # They ran one after the other: no run of the one has a run of the other beside it.
        small, large = (replace(row, figures=tuple(sorted(row.figures))) for row in rows)
        yield Row(
            f"whole path, {kind}, {many:,} incidents against {few:,}", "/s", large.figures,
            Target(FLAT, ratio=True), f"with {few:,}", small.figures, problem=small.problem or large.problem,
        )  # fmt: skip


def _row(bench: Bench, kind: str, incidents: int) -> Row:
    workers = WORKERS[kind]
    with bench.house(kind, incidents) as house:
        house.with_queue().with_carrier().open(web=0, workers=workers)
        texts_a_second(house, bench.size.texts // WARM_UP)
        rates = [texts_a_second(house, bench.size.texts) for _ in range(bench.size.runs)]
        return Row(
            f"whole path, {kind}, {workers} worker{'s'[:workers - 1]}, {incidents:,} incidents", "/s",
            tuple(rates), Target(REACH[kind]), memory_mib=house.memory_mib,
        )  # fmt: skip


def texts_a_second(house: House, texts: int) -> float:
    """Pours so many texts and waits until each has its incident and its receipt is with the carrier."""
    house.sit_down()
    first = next(_SERIALS)
    _make_known(house, first, texts)
    before = _recorded(house)
    bodies = [form(serial) for serial in range(first, first + texts)]
    lanes = len(house.hooks)
    began = time.perf_counter()
    for at, hooks in enumerate(house.hooks):
        pour(hooks + house.inbound, bodies[at::lanes])
    house.wait_until_idle()
    took = time.perf_counter() - began
    _verify(house, first, texts, before)
    return texts / took


def _make_known(house: House, first: int, texts: int) -> None:
    """One of KNOWN_EVERY numbers has reported before, half a year ago: what is known of him is looked at."""
    store, ago = house.store, house.store.ago(f"{HALF_A_YEAR_S}")
    series = store.series.replace(":rows", str(-(-texts // KNOWN_EVERY)))
    theirs = f"number BETWEEN '{number(first)}' AND '{number(first + texts - 1)}'"
    old_case = f"id % {OLD_CASES} + 1"
    store.run(
        f"""INSERT INTO caller (number, first_seen_at) WITH {series}
          SELECT '+62812' || substr(CAST(100000000 + {first} + (i - 1) * {KNOWN_EVERY} AS TEXT), 2), {ago}
          FROM n""",  # noqa: S608
        f"""INSERT INTO report (incident_id, channel, caller_id, caller_name, words, spans, made_at,
          received_at) SELECT {old_case}, 'sms', id, '', 'ada maling', '[]', {ago}, {ago}
          FROM caller WHERE {theirs}""",  # noqa: S608
        f"""INSERT INTO text_message (inbound, carrier, carrier_id, variant, number, words, at, sent_at,
          state, purpose, parts, cost, problem, flags, incident_id, unread)
          SELECT TRUE, 'africastalking', 'before-' || id, 0, number, 'ada maling', {ago}, {ago},
          'RECEIVED', '', 1, '', '', '', {old_case}, FALSE FROM caller WHERE {theirs}""",  # noqa: S608
    )


def _recorded(house: House) -> tuple[int, int]:
    sent = "SELECT count(*) FROM text_message WHERE NOT inbound AND state = 'ACCEPTED'"
    return one(house.store, "SELECT count(*) FROM incident"), one(house.store, sent)


def _verify(house: House, first: int, texts: int, before: Sequence[int]) -> None:
    now = _recorded(house)
    insist(now[0] - before[0] == texts, f"{texts} texts made {now[0] - before[0]} incidents")
    insist(
        now[1] - before[1] == texts, f"of {texts} receipts {now[1] - before[1]} are recorded as handed over"
    )
    heard = house.heard()
    missing = [serial for serial in range(first, first + texts) if len(heard.get(number(serial), ())) != 1]
    insist(not missing, f"{len(missing)} numbers did not hear from us exactly once")
