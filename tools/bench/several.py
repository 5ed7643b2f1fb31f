"""Several web, hooks and worker processes beside one of each: the first step of docs/scale.md, run.

Texts come to all hooks processes at once, and screens of the desk are open at all web processes meanwhile.
What is verified is the step itself: whichever process took a text, and whoever else looked for work at the
same moment, it is one incident and its number hears of it once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from typing import Final

from tools.bench.bench import Bench
from tools.bench.desk import sign_in
from tools.bench.house import House
from tools.bench.opened import opened
from tools.bench.pouring import pour_into
from tools.bench.results import Row, all_counted, insist, percentile
from tools.bench.screen import Screen, together
from tools.bench.sitting import sitting
from tools.bench.stores import one
from tools.bench.texts import form, number

SCREENS: Final = 4
_SERIALS: Final = count(0, 100_000)
"""Where each run's serials begin, so that every text has a number of its own."""


@dataclass(frozen=True, slots=True)
class Crew:
    """How many processes of each kind."""

    web: int
    hooks: int
    workers: int

    def words(self) -> str:
        """As in the table."""
        return f"{self.web} web, {self.hooks} hooks, {self.workers} workers"


ONE: Final = Crew(1, 1, 1)
MORE: Final = (Crew(2, 2, 2), Crew(2, 2, 4))


def several(bench: Bench) -> Iterator[Row]:
    """On PostgreSQL, the only one that has more than one writer."""
    if "PostgreSQL" not in bench.kinds():
        yield Row("several processes", "/s", (), problem="missing: PostgreSQL")
        return
    for crew in MORE:
        yield from all_counted(f"whole path, {crew.words()}", "/s", partial(_beside_one, bench, crew))


def _beside_one(bench: Bench, crew: Crew) -> Iterator[Row]:
    with bench.house("PostgreSQL") as many, bench.house("PostgreSQL") as single:
        password = bench.people("PostgreSQL", bench.size.few)["operator"]
        _open(many, crew)
        _open(single, ONE)
        cookie, other = sign_in(many, password), sign_in(single, password)
        rates, alone, slowest = [], [], []
        for _ in range(bench.size.runs):
            screens = _screens(many, cookie)
            with sitting(screens):
                rates.append(_texts_a_second(many, bench.size.texts))
            slowest.append(percentile([*chain(*together(screens).values())], 95))
            with sitting(_screens(single, other)):
                alone.append(_texts_a_second(single, bench.size.texts))
        yield Row(
            f"whole path, PostgreSQL, {crew.words()}", "/s", tuple(rates), None,
            "one of each", tuple(alone), many.memory_mib,
        )  # fmt: skip
        what = f"pages and polls meanwhile, {crew.words()}, p95"
        yield Row(what, "ms", tuple(slowest), memory_mib=many.memory_mib)


def _open(house: House, crew: Crew) -> None:
    house.with_queue().with_carrier().open(web=crew.web, hooks=crew.hooks, workers=crew.workers)


def _screens(house: House, cookie: dict[str, str]) -> list[Screen]:
    """As many in both houses, dealt out to the web processes there are: one who signed in at the first is
    known to all.
    """
    asks = opened(house, cookie, places=())
    return [Screen(house.webs[at % len(house.webs)], cookie, asks) for at in range(SCREENS)]


def _texts_a_second(house: House, texts: int) -> float:
    """Pours so many texts into all hooks processes at once, and waits until each is an incident whose receipt
    is with the carrier.
    """
    first, before = next(_SERIALS), _recorded(house)
    bodies = [form(serial) for serial in range(first, first + texts)]
    began = time.perf_counter()
    pour_into([hooks + house.inbound for hooks in house.hooks], bodies)
    house.wait_until_idle()
    took = time.perf_counter() - began
    new = [now - then for now, then in zip(_recorded(house), before, strict=True)]
    insist(new == [texts, texts], f"{texts} texts made {new[0]} incidents and {new[1]} receipts handed over")
    heard = house.heard()
    wrong = [serial for serial in range(first, first + texts) if len(heard.get(number(serial), ())) != 1]
    insist(not wrong, f"{len(wrong)} numbers did not hear from us exactly once")
    return texts / took


def _recorded(house: House) -> tuple[int, int]:
    sent = "SELECT count(*) FROM text_message WHERE NOT inbound AND state = 'ACCEPTED'"
    return one(house.store, "SELECT count(*) FROM incident"), one(house.store, sent)
