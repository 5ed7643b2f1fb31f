"""Gammu's database of one modem, as we use it: texts in, texts out, reports, and how the modem is.

The daemon and we share one SQLite file. We write in single short transactions, and delete nothing that the
desk does not have.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sms.modem.cutting import Piece
from sms.modem.schema import create

USSD: Final = 127
"""Gammu's message class for requests to the network, and for its answers."""
KEEP_DAYS: Final = 7
LOCK_S: Final = 5.0
"""How long the daemon may keep us waiting while it writes."""
_TAKEN: Final = "9999"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One row of the inbox: a text, a part of one, or the network's answer to a request."""

    id: int
    sender: str
    text: str
    """Its characters in UTF-16 as hexadecimal; octets where it is binary."""
    coding: str
    udh: str
    message_class: int
    sent_at: str
    centre: str


@dataclass(frozen=True, slots=True)
class Out:
    """How far a text is that was put into the outbox."""

    waiting: bool
    """Not taken up by the daemon: it can still be withdrawn."""
    failed: bool
    code: int
    """The modem's CMS error, or -1."""
    sent: int
    """Parts that went out."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the network said of one part, and of how many the text has."""

    id: int
    creator: str
    number: str
    status: int
    part: int
    statuses: tuple[int, ...]
    """Of all its parts, -1 where nothing was said yet."""


@dataclass(frozen=True, slots=True)
class Phone:
    """The modem as the daemon last saw it."""

    seen_at: datetime
    signal: int
    """Percent."""
    sent: int
    received: int


class Store:
    """One modem's database. Every call opens it anew, so that it may be used from any thread; all raise
    sqlite3.Error where the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Makes the tables where they are missing."""
        create(self.path)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # mode=rw: whoever asks a database that was never made hears so, and makes no empty one.
        address = f"file:{self.path}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=LOCK_S)) as connection, connection:
            connection.row_factory = sqlite3.Row
            # What the daemon writes it makes durable itself. What we mark, put or take back may happen twice
            # without harm, and a lock that is held while the disk is busy would keep the daemon waiting.
            connection.execute("PRAGMA synchronous=NORMAL")
            yield connection

    def arrivals(self, limit: int = 100) -> list[Arrival]:
        """What came in and is not kept by the desk yet, oldest first."""
        query = "SELECT * FROM inbox WHERE Processed = 'false' ORDER BY ID LIMIT ?"
        with self._open() as connection:
            return [
                Arrival(row["ID"], row["SenderNumber"], row["Text"] or "", row["Coding"], row["UDH"] or "",
                        row["Class"], str(row["ReceivingDateTime"]), row["SMSCNumber"])
                for row in connection.execute(query, (limit,))
            ]  # fmt: skip

    def mark_kept(self, ids: Sequence[int]) -> None:
        """The desk has them."""
        with self._open() as connection:
            marks = [(id_,) for id_ in ids]
            connection.executemany("UPDATE inbox SET Processed = 'true' WHERE ID = ?", marks)

    def put(self, creator: str, number: str, pieces: Sequence[Piece], *, message_class: int = -1) -> None:
        """Puts a text into the outbox under our own id `creator`.

        It is due since a second ago: the daemon takes up only what was due before the second that it is in.
        """
        first, *others = pieces
        with self._open() as connection:
            row = connection.execute(
                "INSERT INTO outbox (DestinationNumber, TextDecoded, Coding, UDH, Class, MultiPart,"
                " CreatorID, DeliveryReport, SendingDateTime, SendingTimeOut)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
                " datetime('now', '-1 second'), datetime('now', '-1 second'))",
                (number, first.words, first.coding, first.udh, message_class,
                 "true" if others else "false", creator, "no" if message_class == USSD else "yes"),
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO outbox_multipart (ID, SequencePosition, TextDecoded, Coding, UDH, Class)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(row.lastrowid, place, piece.words, piece.coding, piece.udh, message_class)
                 for place, piece in enumerate(others, 2)],
            )  # fmt: skip

    def out(self, creator: str) -> Out:
        """How far it is."""
        with self._open() as connection:
            sent = connection.execute(
                "SELECT COUNT(*) FROM sentitems WHERE CreatorID = ? AND Status LIKE 'SendingOK%'", (creator,)
            ).fetchone()[0]
            row = connection.execute("SELECT * FROM outbox WHERE CreatorID = ?", (creator,)).fetchone()
            if row is None:
                return Out(waiting=False, failed=False, code=-1, sent=sent)
            codes = [code for (code,) in connection.execute(
                "SELECT StatusCode FROM outbox_multipart WHERE ID = ?", (row["ID"],))]  # fmt: skip
        code = next((each for each in (row["StatusCode"], *codes) if each >= 0), -1)
        taken = str(row["SendingTimeOut"]).startswith(_TAKEN)
        return Out(waiting=not taken, failed=row["Retries"] > 0, code=code, sent=sent)

    def withdraw(self, creator: str) -> bool:
        """Takes a text back that the daemon has not taken up; False where it has."""
        with self._open() as connection:
            gone = connection.execute(
                "DELETE FROM outbox WHERE CreatorID = ? AND SendingTimeOut NOT LIKE '9999%' RETURNING ID",
                (creator,),
            ).fetchall()
            connection.executemany("DELETE FROM outbox_multipart WHERE ID = ?", [tuple(row) for row in gone])
        return bool(gone)

    def collect(self, creator: str) -> None:
        """The sender knows what became of it; nobody else need tell him."""
        with self._open() as connection:
            connection.execute("UPDATE sentitems SET Collected = 1 WHERE CreatorID = ?", (creator,))
            _forget_out(connection, creator)

    def uncollected(self, older_than_s: int) -> list[tuple[str, str, int]]:
        """Texts whose sender did not wait to hear: our id, number, and the modem's code (0: all went out)."""
        age = f"-{older_than_s} seconds"
        with self._open() as connection:
            gone = connection.execute(
                "SELECT CreatorID, DestinationNumber, 0 FROM sentitems WHERE Collected = 0 AND Class != ?"
                " AND SendingDateTime < datetime('now', ?) AND NOT EXISTS"
                " (SELECT 1 FROM outbox WHERE outbox.CreatorID = sentitems.CreatorID) GROUP BY CreatorID",
                (USSD, age),
            ).fetchall()
            failed = connection.execute(
                "SELECT CreatorID, DestinationNumber, StatusCode FROM outbox WHERE Retries > 0"
                " AND StatusCode > 0 AND InsertIntoDB < datetime('now', ?)", (age,),
            ).fetchall()  # fmt: skip
        return [tuple(row) for row in (*gone, *failed)]

    def told(self) -> list[Told]:
        """The network's reports that speak of texts we know, and were not passed on yet."""
        with self._open() as connection:
            reports = connection.execute("SELECT * FROM reports WHERE Settled = 0 ORDER BY ID").fetchall()
            return [found for report in reports if (found := _told(connection, report)) is not None]

    def settle(self, report_id: int) -> None:
        """The desk has this report."""
        with self._open() as connection:
            connection.execute("UPDATE reports SET Settled = 1 WHERE ID = ?", (report_id,))

    def phone(self) -> Phone | None:
        """The modem as the daemon last saw it; None before it ever did."""
        query = "SELECT * FROM phones ORDER BY UpdatedInDB DESC LIMIT 1"
        with self._open() as connection:
            row = connection.execute(query).fetchone()
        if row is None:
            return None
        seen = datetime.fromisoformat(row["UpdatedInDB"]).replace(tzinfo=UTC)
        return Phone(seen, row["Signal"], row["Sent"], row["Received"])

    def tidy(self) -> None:
        """Forgets, after a week, what the desk has had for as long."""
        age = f"-{KEEP_DAYS} days"
        with self._open() as connection:
            for statement in _TIDY:
                connection.execute(statement, (age,))


_TIDY: Final = (
    "DELETE FROM inbox WHERE Processed = 'true' AND UpdatedInDB < datetime('now', ?)",
    "DELETE FROM sentitems WHERE SendingDateTime < datetime('now', ?)",
    "DELETE FROM outbox WHERE Retries > 0 AND InsertIntoDB < datetime('now', ?)",
    "DELETE FROM reports WHERE ArrivedAt < datetime('now', ?)",
)


def _forget_out(connection: sqlite3.Connection, creator: str) -> None:
    """A text that failed stays in the outbox until we say so."""
    gone = connection.execute("DELETE FROM outbox WHERE CreatorID = ? RETURNING ID", (creator,)).fetchall()
    connection.executemany("DELETE FROM outbox_multipart WHERE ID = ?", [tuple(row) for row in gone])


def _told(connection: sqlite3.Connection, report: sqlite3.Row) -> Told | None:
    """The newest part with the report's reference and number; the network counts references in a circle."""
    part = connection.execute(
        "SELECT * FROM sentitems WHERE TPMR = ? AND DestinationNumber = ? ORDER BY ID DESC LIMIT 1",
        (report["TPMR"], report["Number"]),
    ).fetchone()
    if part is None:
        return None
    key = (part["ID"], part["SequencePosition"])
    connection.execute(
        "UPDATE sentitems SET Reported = ? WHERE ID = ? AND SequencePosition = ?", (report["Status"], *key)
    )
    statuses = connection.execute(
        "SELECT Reported FROM sentitems WHERE CreatorID = ? ORDER BY SequencePosition", (part["CreatorID"],)
    )
    return Told(report["ID"], part["CreatorID"], part["DestinationNumber"], report["Status"],
                part["SequencePosition"], tuple(status for (status,) in statuses))  # fmt: skip
