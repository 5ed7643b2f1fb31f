"""How fast the machine is just now: the same work takes 1.6 times as long when others want its cores."""

import time
from typing import Final

from tools.bench.results import Row

STEPS: Final = 1_000_000
BEST_OF: Final = 3


def fixed_work() -> float:
    """CPU time of a sum that is always the same (ms), the best of three."""
    return min(_one() for _ in range(BEST_OF))


def _one() -> float:
    began = time.process_time()
    sum(at * at % 7 for at in range(STEPS))
    return (time.process_time() - began) * 1000


def pace(figures: list[float]) -> Row:
    """What it was before each part of this run: where the spread is wide, others were at work too."""
    return Row("the machine itself: a fixed sum, before each part", "ms", tuple(figures))
