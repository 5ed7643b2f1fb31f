"""A real gammu-smsd with its own pretend telephone: plain words in both directions."""

import shutil
from pathlib import Path

from hotline.modem_settings import Modem
from sms.gateway import Accepted
from sms.modem.daemon import Daemon
from sms.modem.gateway import ModemSms
from sms.modem.runner import Place, configure
from sms.modem.smsdrc import Rhythm
from tests.support.eventually import eventually

SITI, GUARD = "+6281200000001", "+6281300000001"
QUICK = Rhythm(receive=0, send=0)
"""The pretend telephone answers at once; only the daemon's own second between rounds is waited for."""


def put_in(device: Path, sender: str, words: str, place: int) -> None:
    """A text in the inbox of Gammu's pretend telephone, as `gammu` writes its backups."""
    folder = device / "sms" / "1"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{place}"
    rows = {
        "PDU": "Deliver", "SMSC": '"+62811000000"', "SMSC_Unicode": _hex("+62811000000"), "State": "UnRead",
        "Number": f'"{sender}"', "Number_Unicode": _hex(sender), "Text00": _hex(words),
        "DateTime": "20261126T120000", "Coding": "Unicode_No_Compression", "Folder": "1",
        "Length": str(len(words)), "Class": "-1", "MessageReference": "0",
    }  # fmt: skip
    fresh.write_text("\n".join(["[SMSBackup000]", *(f"{key} = {value}" for key, value in rows.items()), ""]))
    shutil.move(fresh, folder / str(place))


def _hex(words: str) -> str:
    return words.encode("utf-16-be").hex().upper()


def test_plain_texts_go_both_ways_through_the_daemons_pretend_telephone(tmp_path: Path) -> None:
    telephone = tmp_path / "telephone"
    for folder in ("fs", "pbk", "todo", "calendar", "note", "alarm", *(f"sms/{n}" for n in range(1, 6))):
        (telephone / folder).mkdir(parents=True)
    modem, place = Modem("dummy", "+6281174300009", f"dummy:{telephone}"), Place(tmp_path / "dummy")
    configure(place, modem, QUICK)
    daemon = Daemon(place.smsdrc, modem.device, lambda _: None)
    words = ["maling rt 5", "api di eka jaya", "tolong"]
    for position, each in enumerate(words, 1):
        put_in(telephone, SITI, each, position)
    try:
        daemon.start()
        gateway = ModemSms(modem.name, place.store)
        assert isinstance(gateway.send([GUARD], "TUGAS 1041")[GUARD], Accepted)
        eventually(lambda: len(place.store.arrivals()) == len(words), "all are in the store")
    finally:
        daemon.stop()
    kept = [bytes.fromhex(each.text).decode("utf-16-be") for each in place.store.arrivals()]
    assert kept == words
    assert not list((telephone / "sms" / "1").iterdir())
