"""Several web, hooks and worker processes beside one of each: the first step of docs/scale.md, run.

What is verified is the step itself: whichever process took a text, and whoever else looked for work at the
same moment, it is one incident and its number hears of it once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from tools.bench.bench import Bench
from tools.bench.house import House
from tools.bench.results import Row, all_counted
from tools.bench.whole_path import texts_a_second


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
    with bench.house("PostgreSQL") as many, bench.house("PostgreSQL") as one:
        _open(many, crew)
        _open(one, ONE)
        rates, alone = [], []
        for _ in range(bench.size.runs):
            rates.append(texts_a_second(many, bench.size.texts))
            alone.append(texts_a_second(one, bench.size.texts))
        yield Row(
            f"whole path, PostgreSQL, {crew.words()}", "/s", tuple(rates), None,
            "one of each", tuple(alone), many.memory_mib,
        )  # fmt: skip


def _open(house: House, crew: Crew) -> None:
    house.with_queue().with_carrier().open(web=crew.web, hooks=crew.hooks, workers=crew.workers)
