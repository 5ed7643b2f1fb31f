"""The worker stands back where cores are few: whoever is on the telephone hears nothing until he is answered.

With 500 texts a second on two cores, 99 of 100 steps of fifty calls took at most 43 ms on PostgreSQL instead
of 63 to 84, old and new in turn; on SQLite, where they wait for each other's turns, as long as before. A
slower machine takes that back (docs/performance.md).

Linux shares cores out among sessions first (sched(7), "The autogroup feature"): niceness counts among the
processes of one, and each that `make run` starts has a session of its own. So the session stands back too.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

NICENESS: Final = 10
"""A tenth of a core that web process and worker both want without end is left to the worker."""
SESSION: Final = Path("/proc/self/autogroup")
TRIES: Final = 10
TRY_AGAIN_S: Final = 0.1
"""The system hears one such wish a moment, of all its users together: who comes too soon asks again."""


def stand_back() -> None:
    """To be called before the first thread is started."""
    with suppress(AttributeError, OSError):  # Linux alone has it
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # wakes without pushing anybody aside
    with suppress(OSError):
        os.nice(NICENESS)
    with suppress(AttributeError, OSError):  # a system without sessions' shares
        if os.getsid(0) == os.getpid():  # else others live in it, among whom niceness counts
            _session_stands_back()


def _session_stands_back() -> None:
    for _ in range(TRIES):
        try:
            SESSION.write_text(str(NICENESS))
        except BlockingIOError:
            time.sleep(TRY_AGAIN_S)
        else:
            return
