"""The tables that Gammu SMSD 1.42 works with (its version 17): the daemon's interface, not our record.

They stand here since Debian ships them as an example among the documents, which small installations leave
out. The database is in WAL mode, so that the daemon and we never wait for each other's reading.
"""

import sqlite3
from pathlib import Path
from typing import Final

VERSION: Final = 17
_NOW: Final = "NUMERIC NOT NULL DEFAULT (datetime('now'))"
_WORDS: Final = """
  Text TEXT, Coding TEXT NOT NULL DEFAULT 'Default_No_Compression', UDH TEXT,
  Class INTEGER DEFAULT -1, TextDecoded TEXT NOT NULL DEFAULT ''"""
_STATE: Final = "Status TEXT NOT NULL DEFAULT 'Reserved', StatusCode INTEGER NOT NULL DEFAULT -1"

TABLES: Final = f"""
CREATE TABLE IF NOT EXISTS gammu (Version INTEGER NOT NULL PRIMARY KEY);
INSERT OR IGNORE INTO gammu (Version) VALUES ({VERSION});

CREATE TABLE IF NOT EXISTS inbox (
  UpdatedInDB {_NOW}, ReceivingDateTime {_NOW}, SenderNumber TEXT NOT NULL DEFAULT '',
  SMSCNumber TEXT NOT NULL DEFAULT '', {_WORDS}, ID INTEGER PRIMARY KEY AUTOINCREMENT,
  RecipientID TEXT NOT NULL, Processed TEXT NOT NULL DEFAULT 'false', Status INTEGER NOT NULL DEFAULT -1);
CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (ID) WHERE Processed = 'false';

CREATE TABLE IF NOT EXISTS outbox (
  UpdatedInDB {_NOW}, InsertIntoDB {_NOW}, SendingDateTime {_NOW},
  SendBefore time NOT NULL DEFAULT '23:59:59', SendAfter time NOT NULL DEFAULT '00:00:00',
  DestinationNumber TEXT NOT NULL DEFAULT '', {_WORDS}, ID INTEGER PRIMARY KEY AUTOINCREMENT,
  MultiPart TEXT NOT NULL DEFAULT 'false', RelativeValidity INTEGER DEFAULT -1, SenderID TEXT,
  SendingTimeOut {_NOW}, DeliveryReport TEXT DEFAULT 'default', CreatorID TEXT NOT NULL,
  Retries INTEGER DEFAULT 0, Priority INTEGER DEFAULT 0, {_STATE});

CREATE TABLE IF NOT EXISTS outbox_multipart (
  {_WORDS}, ID INTEGER, SequencePosition INTEGER NOT NULL DEFAULT 1, {_STATE},
  PRIMARY KEY (ID, SequencePosition));

CREATE TABLE IF NOT EXISTS phones (
  ID TEXT NOT NULL, UpdatedInDB {_NOW}, InsertIntoDB {_NOW}, TimeOut {_NOW},
  Send TEXT NOT NULL DEFAULT 'no', Receive TEXT NOT NULL DEFAULT 'no', IMEI TEXT PRIMARY KEY NOT NULL,
  IMSI TEXT NOT NULL, NetCode TEXT DEFAULT 'ERROR', NetName TEXT DEFAULT 'ERROR', Client TEXT NOT NULL,
  Battery INTEGER NOT NULL DEFAULT -1, Signal INTEGER NOT NULL DEFAULT -1,
  Sent INTEGER NOT NULL DEFAULT 0, Received INTEGER NOT NULL DEFAULT 0);
CREATE TRIGGER IF NOT EXISTS phone_seen AFTER UPDATE OF TimeOut ON phones
  BEGIN UPDATE phones SET UpdatedInDB = datetime('now') WHERE IMEI = old.IMEI; END;

CREATE TABLE IF NOT EXISTS sentitems (
  UpdatedInDB {_NOW}, InsertIntoDB {_NOW}, SendingDateTime {_NOW}, DeliveryDateTime NUMERIC NULL,
  DestinationNumber TEXT NOT NULL DEFAULT '', SMSCNumber TEXT NOT NULL DEFAULT '', {_WORDS}, ID INTEGER,
  SenderID TEXT NOT NULL, SequencePosition INTEGER NOT NULL DEFAULT 1,
  Status TEXT NOT NULL DEFAULT 'SendingOK', StatusError INTEGER NOT NULL DEFAULT -1,
  TPMR INTEGER NOT NULL DEFAULT -1, RelativeValidity INTEGER NOT NULL DEFAULT -1, CreatorID TEXT NOT NULL,
  StatusCode INTEGER NOT NULL DEFAULT -1, Reported INTEGER NOT NULL DEFAULT -1,
  Collected INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (ID, SequencePosition));
CREATE INDEX IF NOT EXISTS sent_reference ON sentitems (TPMR, DestinationNumber);
CREATE INDEX IF NOT EXISTS sent_creator ON sentitems (CreatorID);

CREATE TABLE IF NOT EXISTS reports (
  ID INTEGER PRIMARY KEY AUTOINCREMENT, ArrivedAt {_NOW}, TPMR INTEGER NOT NULL, Number TEXT NOT NULL,
  Status INTEGER NOT NULL, Settled INTEGER NOT NULL DEFAULT 0);
"""  # noqa: S608  no word of anybody's goes into it
"""`reports`, `Reported` (what the network said of a part, TS 23.040 9.2.3.15) and `Collected` (the sender has
heard that the part went out) are ours; the daemon does not touch them.
"""


def create(path: Path) -> None:
    """The database with its tables; harmless where it is there already. Raises sqlite3.Error."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(TABLES)
    finally:
        connection.close()
    path.chmod(0o600)
