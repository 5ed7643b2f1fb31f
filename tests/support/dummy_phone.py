"""Gammu's own pretend telephone with a real daemon before it: plain words in both directions only."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from hotline.modem_settings import Modem
from sms.modem.daemon import Daemon
from sms.modem.gateway import ModemSms, Patience
from sms.modem.pump import Pump
from sms.modem.runner import Place, configure
from sms.modem.smsdrc import Rhythm
from tests.support.eventually import eventually
from tests.support.modems import PATIENT_S, Shelf

QUICK: Final = Rhythm(receive=0, send=0)
"""The pretend telephone answers at once; only the daemon's own second between rounds is waited for."""
_FOLDERS: Final = ("fs", "pbk", "todo", "calendar", "note", "alarm", *(f"sms/{n}" for n in range(1, 6)))
_SENT: Final = "SELECT DestinationNumber, TextDecoded FROM sentitems ORDER BY ID"


@dataclass
class DummyPhone:
    """The telephone is a folder: what lies in its inbox is what it received."""

    device: Path
    modem: Modem
    place: Place
    shelf: Shelf

    def __post_init__(self) -> None:
        self._places = count(1)

    @property
    def gateway(self) -> ModemSms:
        """Its line for sending."""
        return ModemSms(self.modem.name, self.place.store, Patience(PATIENT_S, PATIENT_S))

    def text(self, sender: str, words: str) -> None:
        """A text in its inbox, as `gammu` writes its backups."""
        place = next(self._places)
        fresh = self.device / "sms" / "1" / f".{place}"
        rows = {
            "PDU": "Deliver", "SMSC": '"+62811000000"', "SMSC_Unicode": _hex("+62811000000"),
            "State": "UnRead", "Number": f'"{sender}"', "Number_Unicode": _hex(sender), "Text00": _hex(words),
            "DateTime": "20261126T120000", "Coding": "Unicode_No_Compression", "Folder": "1",
            "Length": str(len(words)), "Class": "-1", "MessageReference": "0",
        }  # fmt: skip
        fresh.write_text("\n".join(["[SMSBackup000]", *(f"{key} = {it}" for key, it in rows.items()), ""]))
        shutil.move(fresh, fresh.with_name(str(place)))

    def sent(self) -> list[tuple[str, str]]:
        """(number, words) of what the daemon says went out."""
        with closing(sqlite3.connect(self.place.store.path, timeout=PATIENT_S)) as database:
            return database.execute(_SENT).fetchall()

    def until_kept(self, kind: str) -> None:
        """Pumps until the shelf has something of this kind and the telephone is empty."""
        pump = Pump(self.modem, self.place.store, self.place.calls, self.shelf, lambda: datetime.now(UTC))

        def look() -> bool:
            pump.step()
            return bool(self.shelf.bodies(kind)) and not any((self.device / "sms" / "1").iterdir())

        eventually(look, f"{kind} is kept and the telephone is empty", PATIENT_S)

    def clear(self) -> None:
        """Makes it as new for the next test."""
        self.shelf.entries.clear()
        with closing(sqlite3.connect(self.place.store.path, timeout=PATIENT_S)) as database, database:
            database.execute("UPDATE inbox SET Processed = 'true'")
            database.execute("DELETE FROM sentitems")


def _hex(words: str) -> str:
    return words.encode("utf-16-be").hex().upper()


@pytest.fixture(scope="session")
def dummy_phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DummyPhone]:
    """One for all tests that ask for it; `clear` it first."""
    folder = tmp_path_factory.mktemp("dummy")
    for each in _FOLDERS:
        (folder / "telephone" / each).mkdir(parents=True)
    modem = Modem("dummy", "+6281174300009", f"dummy:{folder / 'telephone'}")
    place = Place(folder / "dummy")
    configure(place, modem, QUICK)
    daemon = Daemon(place.smsdrc, modem.device, lambda _: None)
    daemon.start()
    try:
        yield DummyPhone(folder / "telephone", modem, place, Shelf())
    finally:
        daemon.stop()
