"""What Gammu's daemon finds in the store that it shares with us."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sms.modem.cutting import cut
from sms.modem.store import Store


def test_a_text_is_due_in_the_very_second_in_which_it_is_put_down(tmp_path: Path) -> None:
    store = Store(tmp_path / "smsd.sqlite3")
    store.create()
    store.put("tsel-1", "+6281300000001", cut("TUGAS 1041", 0))
    due = "SELECT CreatorID FROM outbox WHERE max(SendingDateTime, SendingTimeOut) < datetime('now')"
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute(due).fetchall() == [("tsel-1",)]
