"""The worker process: RQ's bell, its own wake every second, and a clean end.

SIGTERM and Ctrl-C stop claiming, finish what is under way (the carrier's timeout bounds it), and leave the rest where
it is: in the database.
"""

import logging
import signal
import sys
import threading

from hotline.playbook_reader import PlaybookError
from hotline.settings import SettingsError, read_settings
from workers.assembly import assemble, keepers
from workers.drain import Drain
from workers.queues import heard, listen


class _OwnBell:
    """Rung inside this process, when its own work promises more work."""

    def ring(self) -> None:
        """Wakes the drain."""
        heard.set()


def main() -> int:
    """Runs until told to stop; 0 after a clean end, 2 where the settings or the playbook are unfit."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = read_settings()
        assembly = assemble(settings, _OwnBell())
    except (SettingsError, PlaybookError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _end(stop))
    if settings.redis_url:
        listen(settings.redis_url, stop)
    logging.getLogger(__name__).info("the worker is ready")
    Drain(assembly.runtime, keepers(assembly)).run(stop, heard)
    return 0


def _end(stop: threading.Event) -> None:
    stop.set()
    heard.set()
