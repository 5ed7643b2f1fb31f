"""Runs one modem: its daemon, the pump and the watch, each again and again, until told to stop."""

import logging
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from hotline.carriers import Alarm
from hotline.keeping import NotKeptError
from hotline.modem_settings import Modem
from sms.modem.daemon import Daemon
from sms.modem.pump import Pump
from sms.modem.smsdrc import Rhythm, smsdrc
from sms.modem.store import Store
from sms.modem.watch import State, Watch

PUMP_S: Final = 0.5
LOOK_S: Final = 10.0
FRESH_LOOK_S: Final = 2.0
"""While a daemon comes up: whoever waits for it should know soon."""
TIDY_S: Final = 3600.0
EVERYDAY: Final = Rhythm()
PATIENCE_S: Final = 60.0
"""A daemon that was just started gets this long before it counts as stuck."""
PAUSE_S: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Before a daemon that ended by itself is started again, longer each time."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a modem's files are: configuration, Gammu's database, calls."""

    folder: Path

    @property
    def smsdrc(self) -> Path:
        """The daemon's configuration."""
        return self.folder / "smsdrc"

    @property
    def store(self) -> Store:
        """Gammu's database."""
        return Store(self.folder / "smsd.sqlite3")

    @property
    def calls(self) -> Path:
        """Who rang, a file each, until the pump has it."""
        return self.folder / "calls"


def place_of(var: Path, modem: Modem) -> Place:
    """The modem's folder under `var`."""
    return Place((var / "modem" / modem.name).absolute())


def configure(place: Place, modem: Modem, rhythm: Rhythm = EVERYDAY) -> None:
    """Writes all that the daemon needs; what came in and is not kept yet stays as it is."""
    place.calls.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.store.create()
    place.smsdrc.write_text(smsdrc(modem, str(place.folder), rhythm), encoding="utf-8")
    place.smsdrc.chmod(0o600)


class Runner:
    """One modem's. `look_s` is how often it is looked at."""

    def __init__(self, daemon: Daemon, pump: Pump, watch: Watch, look_s: float = LOOK_S) -> None:
        self.daemon = daemon
        self.pump = pump
        self.watch = watch
        self.look_s = look_s
        self._started_at = self._looked_at = self._tidied_at = float("-inf")
        self._ends = 0
        self._well = True

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; whatever fails, the next round follows."""
        try:
            while not stop.is_set():
                self.step()
                stop.wait(PUMP_S)
        finally:
            self.daemon.stop()

    def step(self) -> None:
        """One round: the daemon lives, what is there is brought over, and the modem is looked at."""
        for part in (self._keep_alive, self._bring, self._look):
            try:
                part()
            except (sqlite3.Error, SQLAlchemyError, NotKeptError, OSError) as error:
                _log.warning("modem %s: %s: %s", self.pump.line, type(error).__name__, error)
            except Exception:
                _log.exception("modem %s: a round failed; the next one follows", self.pump.line)

    def _keep_alive(self) -> None:
        here = self.daemon.plugged_in
        well = here and (self.daemon.alive or self._ends < 2)
        if self._well and not well:
            self._looked_at = float("-inf")  # that nothing can go out by it must be known at once
        self._well = well
        if not here:
            self.daemon.stop()  # it would hold on to what is gone, and not see the modem come back
            self._ends = 0
        if not here or self.daemon.alive:
            return
        pause = PAUSE_S[min(self._ends, len(PAUSE_S) - 1)] if self.daemon.starts else 0.0
        if time.monotonic() - self._started_at < pause:
            return
        self._ends += 1
        self._restart()

    def _restart(self) -> None:
        self._started_at = time.monotonic()
        self.daemon.restart()

    def _bring(self) -> None:
        self.pump.step(self.watch.aside)
        if time.monotonic() - self._tidied_at > TIDY_S:
            self._tidied_at = time.monotonic()
            self.pump.store.tidy()

    def _look(self) -> None:
        fresh = time.monotonic() - self._started_at < PATIENCE_S
        if time.monotonic() - self._looked_at < min(self.look_s, FRESH_LOOK_S if fresh else LOOK_S):
            return
        self._looked_at = time.monotonic()
        state = State(self.daemon.talk, max(self.daemon.starts - 1, 0), running=self._well, fresh=fresh)
        found = self.watch.look(state)
        if not found:
            self._ends = 0
        if Alarm.SILENT in found and not fresh and self.daemon.plugged_in:
            _log.error("modem %s: the daemon is stuck and is started again", self.pump.line)
            self._restart()
