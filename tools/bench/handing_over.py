"""How long a text takes from accepted to its receipt being with the carrier, at a steady rate."""

from collections.abc import Iterator
from typing import Final

from tools.bench.bench import Bench
from tools.bench.results import Row, Target, counted, insist, percentile
from tools.bench.steady import Steady, insist_on_rate
from tools.bench.texts import form, number

RATE: Final = 50.0
LIMITS_MS: Final = {"with a queue server": 300.0, "with none": 3000.0}
FIRST: Final = 60_000_000


def handing_over(bench: Bench) -> Iterator[Row]:
    """At 50 texts a second, with the bell and without."""
    for bell in LIMITS_MS:
        yield counted(f"accepted to handed over, {bell}", "ms", lambda bell=bell: _row(bench, bell))  # type: ignore[misc]


def _row(bench: Bench, bell: str) -> Row:
    with bench.house("SQLite") as house:
        if bell == "with a queue server":
            house.with_queue()
        house.with_carrier().open(workers=1)
        count = min(bench.size.texts, int(RATE * 4))
        runs = []
        for run in range(bench.size.runs):
            serials = range(FIRST + run * 1000, FIRST + run * 1000 + count)
            steady = Steady(house.web, house.inbound, [form(serial) for serial in serials], RATE)
            steady.start()
            answers = steady.wait()
            insist_on_rate(answers, RATE)
            house.wait_until_idle()
            heard = house.heard()
            insist(all(len(heard.get(number(serial), ())) == 1 for serial in serials), "a receipt is missing")
            waits = [
                (heard[number(serial)][0] - answer.at) * 1000
                for serial, answer in zip(serials, answers, strict=True)
            ]
            runs.append(percentile(waits, 95))
        return Row(
            f"accepted to handed over, {RATE:g}/s, {bell}, p95", "ms", tuple(runs),
            Target(at_most=LIMITS_MS[bell]), memory_mib=house.memory_mib,
        )  # fmt: skip
