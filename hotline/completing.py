"""Brings back what a restored database lacks, from the journals beside the spools: each machine has kept
words of its own, and completes the database with them once after each restoration.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import Engine, select

from hotline.database import read_only
from hotline.journal import KEEP, Journal
from hotline.models import Restoration
from hotline.outbox import Kind
from hotline.private_file import write_private
from hotline.spool import Incoming
from hotline.storing import store

BATCH: Final = 256
OVERLAP: Final = timedelta(minutes=10)
"""What came shortly before the backup is looked at again: its commit may have been under way."""
_COMPLETED: Final = "completed"
"""The file with the restorations after which this machine has done so."""


def complete(engine: Engine, journal: Journal, promises: Mapping[str, Kind]) -> int:
    """Brings back what this machine's journal has and a restored database lacks: after each restoration once
    on every machine, for each has kept words of its own. How much of the journal was looked at.
    """
    note = journal.folder / _COMPLETED
    known = set(note.read_text(encoding="ascii").split()) if note.exists() else set()
    with read_only(engine) as session:
        found = list(session.execute(select(Restoration.at, Restoration.backup_at)))
    fresh = [(at, backup_at) for at, backup_at in found if at.isoformat() not in known]
    if not fresh:
        return 0
    looked_at = bring_back(engine, journal.since(min(_since(*each) for each in fresh)), promises)
    journal.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(note, "\n".join(at.isoformat() for at, _ in found))
    return looked_at


def _since(at: datetime, backup_at: datetime) -> datetime:
    """Of a database that somebody put back by hand nobody knows from when it is: all that is kept."""
    return (backup_at if backup_at < at else at - KEEP) - OVERLAP


def bring_back(engine: Engine, entries: Iterable[Incoming], promises: Mapping[str, Kind]) -> int:
    """Keeps what the database lacks, and has it understood; how much of the journal was looked at."""
    looked_at, rest = 0, iter(entries)
    while batch := list(islice(rest, BATCH)):
        store(engine, batch, promises)
        looked_at += len(batch)
    return looked_at
