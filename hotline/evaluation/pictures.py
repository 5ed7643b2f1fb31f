"""What the report draws, as numbers and words: page and paper draw the same pictures from it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hotline.domain.playbook import Playbook
from hotline.evaluation.figures import Figures
from hotline.evaluation.places import NOWHERE

MOST_DAYS: Final = 92
"""Days that one row of bars has room for."""
WAY: Final = ("verify", "dispatch", "accept", "arrive")
"""The steps from the report to the scene, one after the other."""
DEPTHS: Final = 4
"""How many shades the heat has, beside white for nought."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Names with their counts, and the highest of them."""

    values: tuple[tuple[str, int], ...]

    @property
    def highest(self) -> int:
        """Nought where there are none."""
        return max((n for _, n in self.values), default=0)


@dataclass(frozen=True, slots=True)
class Fall:
    """How one priority's typical case came to the scene: the median minutes of each step, where known."""

    name: str
    steps: tuple[tuple[str, Decimal | None], ...]

    @property
    def total(self) -> Decimal:
        """Minutes of the known steps."""
        return sum((minutes for _, minutes in self.steps if minutes is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Pictures:
    """The heat of hours and weekdays, cases a day, cases a kelurahan, and the way to the scene."""

    heat: tuple[tuple[int, ...], ...]
    """Seven weekdays from Monday, 24 hours each."""
    days: Bars
    areas: Bars
    falls: tuple[Fall, ...]

    @property
    def hottest(self) -> int:
        """The most cases of any one hour of the week."""
        return max(map(max, self.heat))

    @property
    def longest(self) -> Decimal:
        """The longest of the falls, in minutes."""
        return max((fall.total for fall in self.falls), default=Decimal(0))

    def depth(self, n: int) -> int:
        """The shade of a cell: 0 for nought, 4 for the hottest."""
        return -(-DEPTHS * n // self.hottest) if self.hottest else 0


def pictures_of(found: Figures, playbook: Playbook, language: str) -> Pictures:
    """Draws `found`, with the words in `language`."""
    word = playbook.report.word
    first, length = found.period.first.toordinal(), min(found.period.days, MOST_DAYS)
    days = [found.period.first.fromordinal(first + place) for place in range(length)]
    areas = [(area.name, found[f"t2/all/{code}"].n) for code, area in playbook.areas.items()]
    return Pictures(
        heat=tuple(tuple(found[f"t4/{day}/{hour}"].n for hour in range(24)) for day in range(7)),
        days=Bars(tuple((f"{day.day}/{day.month}", found[f"t4/day/{day}"].n) for day in days)),
        areas=Bars((*areas, (word("nowhere", language), found[f"t2/all/{NOWHERE}"].n))),
        falls=tuple(
            Fall(
                target.name,
                tuple((word(step, language), found[f"t3/{code}/{step}/median"].value) for step in WAY),
            )
            for code, target in playbook.targets.items()
        ),
    )
