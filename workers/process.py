"""The worker process: RQ's bell, its own wake every second, and a clean end.

SIGTERM and Ctrl-C stop claiming, finish what the carrier was asked already, and leave the rest where it is:
in the database. Whatever does not come to an end in time is left to its lease, as after a kill.
"""

import gc
import logging
import os
import signal
import sys
import threading
from functools import partial
from typing import Final, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from hotline import restoring
from hotline.completing import complete
from hotline.database import plan_once
from hotline.discreet_log import begin_log
from hotline.environment import read_settings
from hotline.evaluation.calendar import keep_calendar
from hotline.few_arenas import keep_few_arenas
from hotline.journal import Journal
from hotline.one_core import OneCore
from hotline.playbook_reader import PlaybookError
from hotline.privacy.forgetting import keep_forgetting
from hotline.reminding import keep_reminding
from hotline.runtime import Runtime
from hotline.settings import SettingsError
from workers.assembly import assemble, keepers, start_line
from workers.drain import Drain
from workers.modems import ENDS_WITHIN_S, PROMISES
from workers.queues import heard, listen
from workers.standing_back import stand_back

GARBAGE_AFTER: Final = 10_000
"""Things made and not freed after which it is looked whether some only hold each other. By default that are
700, and what a batch of texts makes, which is freed by itself, is looked through a dozen times.
"""
ENDS: Final = frozenset({signal.SIGTERM, signal.SIGINT})

_log = logging.getLogger(__name__)


class _OwnBell:
    """Rung inside this process, when its own work promises more work."""

    def ring(self) -> None:
        """Wakes the drain."""
        heard.set()

    def answers(self) -> bool:
        """It is in this process."""
        return True


def main() -> int:
    """Runs until told to stop; 0 after a clean end, 1 if the work broke off, 2 where settings or playbook are
    unfit.
    """
    begin_log()
    keep_few_arenas()
    stand_back()
    try:
        settings = read_settings()
        assembly = assemble(settings, _OwnBell())
    except (SettingsError, PlaybookError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    plan_once(assembly.runtime.engine)
    core = OneCore()  # for as long as this is known
    core.stay()
    # Waited for, not handled: a handler that sets an event may run while the event's own lock is held.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    stop = threading.Event()
    if settings.redis_url:
        listen(settings.redis_url, stop)
    # What the process is made of stays: to look through it for garbage takes 0.1 s each time.
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    worker = Drain(assembly.runtime, keepers(assembly), heard, partial(start_line, assembly))

    def work() -> None:
        _hold_what_went_back(assembly.runtime)
        _promise_what_comes_daily(assembly.runtime)
        _log.info("the worker is ready")
        worker.run(stop)

    return run_until_told(threading.Thread(target=work, name="drain", daemon=True), stop)


def _hold_what_went_back(runtime: Runtime) -> None:
    """A database that somebody has put back by hand is held and completed like one that we have restored; so
    is, from this machine's journal, one that was restored from another.
    """
    try:
        copy = runtime.settings.spool / "starts"
        with runtime.work() as work:
            start = restoring.count_start(work, copy)
            if start.went_back:
                restoring.begin(work.session, work.now, work.now)
                _log.error("the database went back in time: nothing leaves")
        restoring.note_start(copy, start)
        looked_at = complete(runtime.engine, Journal(runtime.settings.spool / "journal"), PROMISES)
        if looked_at:
            _log.warning("the database was put back: %s callbacks of the journal looked at", looked_at)
    except (SQLAlchemyError, OSError) as error:
        _log.warning("whether the database went back in time is not known: %s", type(error).__name__)


def _promise_what_comes_daily(runtime: Runtime) -> None:
    """Where the database is out of reach, the next worker that starts does it."""
    try:
        with runtime.work() as work:
            keep_reminding(work)
            keep_calendar(work)
            keep_forgetting(work)
    except SQLAlchemyError as error:
        _log.warning("daily promises must wait: %s", type(error).__name__)


def run_until_told(work: threading.Thread, stop: threading.Event) -> int:
    """Runs `work` until a signal ends it, and waits ENDS_WITHIN_S for that; 1 where it ended by itself. The
    signals of ENDS must be blocked.
    """
    work.start()
    told = False
    while not told and work.is_alive():
        told = _is_told_within(0.5)
    stop.set()
    heard.set()
    work.join(ENDS_WITHIN_S)
    if work.is_alive():
        _log.warning("what is under way after %.0f s is left to its lease", ENDS_WITHIN_S)
    return 0 if told else 1


def _is_told_within(seconds: float) -> bool:
    """Whether a signal of ENDS comes meanwhile. Where the process stood still for longer, as a machine that
    sleeps does, Python answers with what was in memory instead of a signal.
    """
    came = signal.sigtimedwait(ENDS, seconds)
    return came is not None and came.si_signo in ENDS


def leave(code: int) -> NoReturn:
    """Ends the process now. Python's own end would wait for every thread, however long a carrier or a lock
    holds it.
    """
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)
