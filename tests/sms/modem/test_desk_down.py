"""The desk's database is down while a SIM brings texts: they go to the spool, and from there to the desk."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from hotline import keeping
from hotline.database import open_engine
from hotline.keeping import Keeper, NotKeptError
from hotline.models import Kept
from hotline.modem_settings import Modem
from hotline.spool import Spool
from sms.modem.pump import Pump
from sms.modem.store import Store
from tests.support.desk import Desk
from tests.support.eventually import eventually
from workers.modems import PROMISES

SITI = "+6281200000001"
WORDS = [f"laporan {n}" for n in range(20)]


def arrive(store: Store, words: list[str]) -> None:
    """As the daemon writes them."""
    with sqlite3.connect(store.path) as database:
        database.executemany(
            "INSERT INTO inbox (SenderNumber, Text, ReceivingDateTime, RecipientID) VALUES (?, ?, ?, 'tsel')",
            [(SITI, each.encode("utf-16-be").hex(), "2026-11-26 12:00:00") for each in words],
        )
    database.close()


def test_no_word_is_lost_while_the_desk_is_down(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "REPLAY_EVERY_S", 0.1)
    store, spool = Store(tmp_path / "smsd.sqlite3"), Spool(tmp_path / "spool")
    store.create()
    engine = open_engine(desk.runtime.settings.database_url, patience_ms=200)
    keeper = Keeper(engine=engine, spool=spool, promises=PROMISES, clock=desk.clock, ring=lambda: None)
    modem = Modem("tsel", "+6281174300001", "dummy:a")
    pump = Pump(modem, store, tmp_path / "calls", keeper, desk.clock.now)
    try:
        with engine.connect() as other:
            other.execute(text("SELECT 1"))  # who asks first holds the only turn to write
            arrive(store, WORDS[:10])
            assert pump.step() == 10
            assert store.arrivals() == []
            assert spool.waiting()
            other.rollback()
        eventually(lambda: not spool.waiting(), "the spool is empty again", 60)
        arrive(store, WORDS[10:])
        pump.step()  # the database may still be left alone, so that these too go by the spool
        eventually(lambda: not spool.waiting(), "the spool is empty for good", 60)
    finally:
        keeper.stop()
        engine.dispose()
    with desk.runtime.reading() as session:
        kept = [each.body.decode() for each in session.scalars(select(Kept).order_by(Kept.id))]
    lost = [each for each in WORDS if not any(each.encode("utf-16-be").hex() in body for body in kept)]
    print(f"words lost: {len(lost)} of {len(WORDS)}")
    assert lost == []
    assert len(kept) == len(WORDS)


def test_what_neither_database_nor_spool_take_stays_in_the_modems_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "smsd.sqlite3")
    store.create()
    arrive(store, WORDS[:3])

    class Full:
        def keep(self, _entry: object) -> None:
            raise NotKeptError

    pump = Pump(Modem("tsel", "+6281174300001", "dummy:a"), store, tmp_path / "calls", Full(), lambda: None)  # type: ignore[arg-type,return-value]
    with pytest.raises(NotKeptError):
        pump.step()
    assert len(store.arrivals()) == 3
