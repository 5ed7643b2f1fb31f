"""A modem of these tests with a real daemon before it, and what the desk would be given of it."""

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from hotline.modem_settings import Modem
from hotline.spool import Incoming
from sms.modem.daemon import Daemon
from sms.modem.gateway import ModemSms
from sms.modem.pump import Pump
from sms.modem.ringing import written_down
from sms.modem.runner import Place, configure
from sms.modem.smsdrc import Rhythm
from tests.support.at_modem import AtModem
from tests.support.eventually import eventually

NUMBER: Final = "+6281174300001"
"""Invented."""
HURRIED: Final = Rhythm(loop=0, receive=0, send=0, status=1)
"""Without a pause: the modem of these tests sets the pace by answering."""


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

    @property
    def gateway(self) -> ModemSms:
        """Its line for sending."""
        return ModemSms(self.modem.name, self.place.store)

    @property
    def pump(self) -> Pump:
        """What brings its texts to the shelf."""
        return Pump(self.modem, self.place.store, self.place.calls, self.shelf, lambda: datetime.now(UTC))

    def until(self, there: Callable[[], Any], what: str, within: float = 15.0) -> Any:
        """Pumps until `there` says so."""

        def look() -> Any:
            self.pump.step()
            return there()

        return eventually(look, what, within)

    def restart(self) -> None:
        """Ends the daemon, starts it anew and waits until it has the modem."""
        began = datetime.now(UTC) - timedelta(seconds=1)
        self.daemon.restart()
        eventually(lambda: self._seen_since(began), "the daemon has its modem", 40)

    def kill(self) -> None:
        """The daemon ends as in a power cut."""
        assert self.daemon.pid is not None
        os.kill(self.daemon.pid, signal.SIGKILL)
        eventually(lambda: not self.daemon.alive, "it is dead")

    def _seen_since(self, moment: datetime) -> bool:
        phone = self.place.store.phone()
        return phone is not None and phone.seen_at >= moment


@contextmanager
def bench(folder: Path, name: str = "tsel", number: str = NUMBER) -> Iterator[Bench]:
    """A modem with its daemon running; both end with the block."""
    at = AtModem(folder / f"{name}.tty", number)
    modem = Modem(name, number, str(at.link))
    place = Place(folder / name)
    configure(place, modem, HURRIED)
    daemon = Daemon(place.smsdrc, modem.device, written_down(place.calls))
    made = Bench(at, modem, place, daemon, Shelf())
    try:
        made.restart()
        yield made
    finally:
        made.daemon.stop()
        at.close()


def dummy_text(device: Path, sender: str, words: str, place: int) -> None:
    """A text in the inbox of Gammu's pretend telephone, as `gammu` writes its backups."""
    folder = device / "sms" / "1"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{place}"
    fresh.write_text(
        "\n".join(
            [
                f"; {words.encode('ascii', 'replace').decode()}", "[SMSBackup000]", 'SMSC = "+62811000000"',
                "SMSC_Unicode = " + "+62811000000".encode("utf-16-be").hex().upper(), "State = UnRead",
                f'Number = "{sender}"', "Number_Unicode = " + sender.encode("utf-16-be").hex().upper(),
                'Name = ""', "Name_Unicode = ", f"Text00 = {words.encode('utf-16-be').hex().upper()}",
                "DateTime = 20261126T120000", "Coding = Unicode_No_Compression", "Folder = 1",
                f"Length = {len(words)}", "Class = -1", "ReplySMSC = False", "RejectDuplicates = False",
                "ReplaceMessage = 0", "MessageReference = 0",
            ]
        ) + "\n"
    )  # fmt: skip
    shutil.move(fresh, folder / str(place))
