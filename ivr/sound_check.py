"""Our own check that the carrier can fetch our sounds: the address of one is fetched now and then.

It asks by the public address, as the carrier does, from a thread of its own; no caller ever waits for it.
"""

import logging
import threading
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Final
from urllib.error import URLError

EVERY_S: Final = 15.0
TIMEOUT_S: Final = 5.0
FAILURES: Final = 2
"""In a row, before the carrier's voice takes the sounds' place; one success ends it."""

_log = logging.getLogger(__name__)


def fetches(address: str) -> bool:
    """Whether a sound is at this address."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=TIMEOUT_S) as answer:
            return bool(answer.status == 200 and answer.read(4) == b"RIFF")
    except (URLError, HTTPException, OSError, ValueError):
        return False


class SoundCheck:
    """Begins with the first call that asks, and goes on as long as the process lives."""

    def __init__(
        self, address: Callable[[], str], *, every_s: float = EVERY_S, fetch: Callable[[str], bool] = fetches
    ) -> None:
        self._address = address
        self._every_s = every_s
        self._fetch = fetch
        self._failures = 0
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def holds(self) -> bool:
        """What the last checks say; until they have failed twice the sounds are taken to be there."""
        # After a fork the thread is there by name only.
        if self._thread is None or not self._thread.is_alive():
            self._start()
        return self._failures < FAILURES

    def check(self) -> None:
        """One check."""
        found = self._fetch(self._address())
        if not found and self._failures == FAILURES - 1:
            _log.error("the carrier can't fetch our sounds; its own voice takes their place")
        if found and self._failures >= FAILURES:
            _log.warning("our sounds can be fetched again")
        self._failures = 0 if found else self._failures + 1

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="sound-check", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self.check()
            pause.wait(self._every_s)
