"""Fifty calls at once while five hundred texts a second arrive: how long a caller waits for an answer."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Final
from urllib.parse import urlencode, urlsplit

from tools.bench.bench import Bench
from tools.bench.clients import FORM, Answered, Client, Steady, at_once
from tools.bench.house import LONGEST_WAIT_S, House
from tools.bench.results import Row, Target, counted, insist, percentile
from tools.bench.stores import one
from tools.bench.texts import form

CALLS: Final = 50
TEXTS_A_SECOND: Final = 500.0
KEYS: Final = ("1", "3", "5")
"""Danger, a kelurahan, an RT; then the caller speaks."""
_NEXT: Final = re.compile(r'callbackUrl="([^"]+)"')
_SESSIONS: Final = count(1)
FIRST: Final = 80_000_000


def voice(bench: Bench) -> Iterator[Row]:
    """On each database, with a worker that keeps the texts."""
    for kind in bench.kinds():
        yield counted(f"voice step, {kind}", "ms", lambda kind=kind: _row(bench, kind))  # type: ignore[misc]


def _row(bench: Bench, kind: str) -> Row:
    calls = min(CALLS, bench.size.texts)
    with bench.house(kind) as house:
        house.with_queue().with_carrier().open(workers=1)
        runs = []
        for run in range(bench.size.runs):
            bodies = [form(FIRST + run * 20_000 + at) for at in range(bench.size.texts * 10)]
            steady = Steady(house.hooks[0], house.inbound, bodies, TEXTS_A_SECOND, lanes=8)
            before = _reports(house)
            steady.start()
            steps = at_once(calls, lambda _: _call(house))
            steady.stop()
            arrived = steady.wait()
            insist(all(answer.status == 200 for answer in arrived), "a text was refused")
            insist(all(step.status == 200 for step in steps), "a caller met a dead line")
            _wait_for_reports(house, before + calls)
            runs.append(percentile([step.ms for step in steps], 99))
        return Row(
            f"voice step, {kind}, {calls} calls at once, {TEXTS_A_SECOND:g} texts/s, p99", "ms", tuple(runs),
            Target(at_most=50), memory_mib=house.memory_mib,
        )  # fmt: skip


def _wait_for_reports(house: House, calls: int) -> None:
    """Each call is one report: at once, or when a step is read that was answered from the menu alone."""
    until = time.monotonic() + LONGEST_WAIT_S
    while _reports(house) < calls and time.monotonic() < until:
        time.sleep(0.1)
    house.wait_until_idle()
    insist(_reports(house) == calls, f"{_reports(house) - calls:+} reports of as many calls")


def _reports(house: House) -> int:
    return int(one(house.store, "SELECT count(*) FROM report WHERE channel = 'voice'"))


def _call(house: House) -> list[Answered]:
    """One call from ringing to hanging up; what each step took."""
    serial = next(_SESSIONS)
    fields = {
        "sessionId": f"bench-call-{serial}", "callerNumber": f"+62813{serial:08d}", "direction": "Inbound",
        "destinationNumber": "+628117435000", "isActive": "1",
    }  # fmt: skip
    path = house.inbound.replace("/sms/", "/ivr/").replace("/inbound", "/call")
    steps = []
    with closing(Client(house.hooks[0], FORM)) as client:
        for keys in ("", *KEYS):
            steps.append(client.ask(path, urlencode({**fields, "dtmfDigits": keys}).encode()))
            found = _NEXT.search(steps[-1].body.decode())
            insist(found is not None, f"no next step after {keys!r}: {steps[-1].body[:200]!r}")
            path = urlsplit(found[1] if found else "").path
        ended = {**fields, "isActive": "0", "durationInSeconds": "31"}
        steps.append(client.ask(path, urlencode(ended).encode()))
    return steps
