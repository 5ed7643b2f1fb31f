"""The worker stands back where cores are few: whoever is on the telephone hears nothing until he is answered.

With 500 texts a second on two cores, 99 of 100 steps of fifty calls took at most 43 ms on PostgreSQL instead
of 63 to 84, old and new in turn; on SQLite, where they wait for each other's turns, as long as before. A
slower machine takes that back (docs/performance.md).
"""

import os
from contextlib import suppress
from typing import Final

NICENESS: Final = 10
"""A tenth of a core that web process and worker both want without end is left to the worker."""


def stand_back() -> None:
    """To be called before the first thread is started."""
    with suppress(AttributeError, OSError):  # Linux alone has it
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # wakes without pushing anybody aside
    with suppress(OSError):
        os.nice(NICENESS)
