"""A modem of these tests with a real daemon before it, and what the desk would be given of it."""

import json
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import pytest

from hotline.modem_settings import Modem
from hotline.spool import Incoming
from sms.modem.daemon import Daemon
from sms.modem.gateway import ModemSms, Patience
from sms.modem.pump import Pump
from sms.modem.ringing import written_down
from sms.modem.runner import Place, configure
from sms.modem.smsdrc import Rhythm
from tests.support.at_modem import AtModem
from tests.support.eventually import eventually
from tests.support.pdu import Submit

NUMBER: Final = "+6281174300001"
"""Invented."""
HURRIED: Final = Rhythm(loop=0, receive=0, send=0, status=1)
"""Without a pause: the modem of these tests sets the pace by answering."""
PATIENT_S: Final = 60.0
"""How long anything may take that must come, on a machine that is busy with other things."""


@dataclass
class Shelf:
    """Stands where the desk keeps things: takes all that the pump brings, each key once."""

    entries: dict[tuple[str, str], Incoming] = field(default_factory=dict)
    broken: bool = False

    def keep(self, entry: Incoming) -> None:
        """As `hotline.keeping.Keeper`."""
        if self.broken:
            raise OSError("nothing is kept")
        self.entries.setdefault((entry.kind, entry.key), entry)

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """What was kept of one kind, oldest first."""
        return [json.loads(entry.body) for (of, _), entry in self.entries.items() if of == kind]


@dataclass
class Bench:
    """One modem on the bench."""

    at: AtModem
    modem: Modem
    place: Place
    daemon: Daemon
    shelf: Shelf

    @cached_property
    def unreported(self) -> Submit:
        """A text that went out and of which the network told nothing yet."""
        self.at.reports = False
        try:
            self.gateway.send(["+6281300000001"], "TUGAS 1041")
        finally:
            self.at.reports = True
        return self.at.sent[-1]

    @property
    def gateway(self) -> ModemSms:
        """Its line for sending."""
        return ModemSms(self.modem.name, self.place.store, Patience(PATIENT_S, PATIENT_S))

    @property
    def pump(self) -> Pump:
        """What brings its texts to the shelf."""
        return Pump(self.modem, self.place.store, self.place.calls, self.shelf, lambda: datetime.now(UTC))

    def until(self, there: Callable[[], Any], what: str, within: float = PATIENT_S) -> Any:
        """Pumps until `there` says so."""

        def look() -> Any:
            self.pump.step()
            return there()

        return eventually(look, what, within)

    def restart(self) -> None:
        """Ends the daemon, starts it anew and waits until it has the modem."""
        self.daemon.restart()
        eventually(lambda: self.daemon.talk.registered, "the daemon has its modem", PATIENT_S)

    def kill(self) -> None:
        """The daemon ends as in a power cut."""
        assert self.daemon.pid is not None
        os.kill(self.daemon.pid, signal.SIGKILL)
        eventually(lambda: not self.daemon.alive, "it is dead")

    def clear(self) -> None:
        """Makes it as new for the next test, whatever the last one left behind when it failed."""
        at, shelf = self.at, self.shelf
        at.reports = at.registered = True
        for row in (at.fates, at.sent, at.tried):
            row.clear()
        if at.hangs or not self.daemon.alive:
            self.restart()
        eventually(lambda: not at.slots, "the daemon has emptied the SIM", PATIENT_S)
        self._forget()
        for path in self.place.calls.iterdir():
            path.unlink()
        shelf.broken = False
        shelf.entries.clear()

    def _forget(self) -> None:
        """All of the store but what went out."""
        with closing(sqlite3.connect(self.place.store.path, timeout=PATIENT_S)) as database, database:
            database.execute("UPDATE inbox SET Processed = 'true'")
            database.execute("UPDATE reports SET Settled = 1")
            database.execute("DELETE FROM outbox_multipart")
            database.execute("DELETE FROM outbox")


@pytest.fixture(scope="session")
def air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A modem with a real daemon before it, for all tests that ask for one; `clear` it first."""
    folder = tmp_path_factory.mktemp("air")
    at = AtModem(folder / "tty", NUMBER)
    modem, place = Modem("tsel", NUMBER, str(at.link)), Place(folder / "tsel")
    configure(place, modem, HURRIED)
    made = Bench(at, modem, place, Daemon(place.smsdrc, modem.device, written_down(place.calls)), Shelf())
    try:
        made.restart()
        yield made
    finally:
        made.daemon.stop()
        at.close()
