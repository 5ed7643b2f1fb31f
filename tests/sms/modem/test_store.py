"""What Gammu's daemon finds in the store that it shares with us."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from hotline.modem_settings import Modem
from sms.modem.cutting import cut
from sms.modem.pump import RECEIPT, Pump
from sms.modem.store import Store
from tests.support.modems import Shelf


def test_a_text_is_due_in_the_very_second_in_which_it_is_put_down(tmp_path: Path) -> None:
    store = Store(tmp_path / "smsd.sqlite3")
    store.create()
    store.put("tsel-1", "+6281300000001", cut("TUGAS 1041", 0))
    due = "SELECT CreatorID FROM outbox WHERE max(SendingDateTime, SendingTimeOut) < datetime('now')"
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute(due).fetchall() == [("tsel-1",)]


def test_what_becomes_of_the_watchs_own_texts_is_no_news_for_the_desk(tmp_path: Path) -> None:
    store, shelf = Store(tmp_path / "smsd.sqlite3"), Shelf()
    store.create()
    with closing(sqlite3.connect(store.path)) as database, database:
        for id_, creator in enumerate(("watch-1", "tsel-1", "watch-2", "tsel-2"), 1):
            database.execute(
                "INSERT INTO sentitems (ID, TPMR, DestinationNumber, SenderID, CreatorID, SendingDateTime)"
                " VALUES (?, ?, '+6281300000001', 'tsel', ?, datetime('now', '-1 hour'))",
                (id_, id_, creator),
            )
        reported = [(1,), (2,)]
        database.executemany(
            "INSERT INTO reports (TPMR, Number, Status) VALUES (?, '+6281300000001', 0)", reported
        )
    modem = Modem("tsel", "+6281174300001", "dummy:a")
    pump = Pump(modem, store, tmp_path / "calls", shelf, lambda: datetime.now(UTC))
    for _ in range(2):
        pump.step()
    told = [(body["id"], body["report"]) for body in shelf.bodies(RECEIPT)]
    assert told == [("tsel-1", "DELIVERED"), ("tsel-1", "ON_ITS_WAY"), ("tsel-2", "ON_ITS_WAY")]
    assert not store.told()
    assert not store.uncollected(0)
