"""Where words wait while the database is down: fsynced files, replayed in order, then kept for a week.

A file appears by rename, so a half-written one is never replayed. Replaying is harmless twice, since each
entry carries the key under which it is kept.
"""

import base64
import json
import os
import shutil
import time
from binascii import b2a_base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from json.encoder import encode_basestring_ascii as _quoted
from pathlib import Path
from typing import Final

KEEP_DRAINED: Final = timedelta(days=7)
HALF_WRITTEN: Final = timedelta(hours=1)
"""After this a file that never got its name is what a crash left behind, not what somebody is writing."""
_SUFFIX: Final = ".spool"
_FRESH: Final = ".part"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One callback as it arrived, with the key that makes a repeat harmless."""

    kind: str
    key: str
    body: bytes
    content_type: str
    received_at: datetime
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """What a spool file holds; `damaged` where some of its lines can't be read."""

    entries: tuple[Incoming, ...]
    damaged: bool


class Spool:
    """A folder of waiting callbacks; `drained/` holds what was replayed, `corrupt/` what a person must look
    at.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = count()

    def write(self, entries: Sequence[Incoming]) -> None:
        """Makes `entries` durable in one file. Raises OSError when the disk refuses; then nothing is left
        behind.
        """
        self._make_folder()
        fresh = self.folder / f"{time.time_ns():020d}-{os.getpid()}-{next(self._count)}{_FRESH}"
        named = fresh.with_suffix(_SUFFIX)
        try:
            _write_durably(fresh, b"".join(line_of(entry) for entry in entries))
            fresh.rename(named)
            fsync_folder(self.folder)
        except OSError:
            for path in (fresh, named):  # a full disk needs its bytes back, and who comes again counts once
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fsync_folder(self.folder.parent)

    def free(self) -> int:
        """Bytes that its disk still has; 0 where that can't be asked."""
        folder = next(
            (each for each in (self.folder, *self.folder.absolute().parents) if each.is_dir()), None
        )
        try:
            return shutil.disk_usage(folder).free if folder is not None else 0
        except OSError:
            return 0

    def waiting(self) -> list[Path]:
        """The files to be replayed, oldest first."""
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def read(self, path: Path) -> Contents:
        """The entries of one file, also of one that is damaged in places. Raises FileNotFoundError."""
        lines = path.read_bytes().split(b"\n")
        entries = [entry_of(line) for line in lines if line]
        # Every file ends with a line's end and holds at least one entry.
        damaged = None in entries or not entries or bool(lines[-1])
        return Contents(tuple(entry for entry in entries if entry is not None), damaged)

    def put_away(self, path: Path, *, corrupt: bool = False) -> None:
        """Moves a replayed (or damaged) file out of the way; another process may have done it already."""
        folder = self.folder / ("corrupt" if corrupt else "drained")
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            path.rename(folder / path.name)
        except FileNotFoundError:
            return
        fsync_folder(folder)
        fsync_folder(self.folder)

    def corrupt(self) -> list[Path]:
        """Files that a person must look at."""
        return sorted((self.folder / "corrupt").glob("*"))

    def tidy(self, now: datetime, keep: timedelta = KEEP_DRAINED) -> None:
        """Deletes what was drained and is older than `keep`; sets aside what a crash left half-written."""
        for path in (self.folder / "drained").glob("*"):
            if _older(path, now, keep):
                path.unlink(missing_ok=True)
        for path in self.folder.glob(f"*{_FRESH}"):
            if _older(path, now, HALF_WRITTEN):
                self.put_away(path, corrupt=True)


def _older(path: Path, now: datetime, age: timedelta) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > age.total_seconds()
    except FileNotFoundError:  # another process was quicker
        return False


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def line_of(entry: Incoming) -> bytes:
    """One entry as one line of JSON. Written by hand: a dict of it and `json.dumps` take three times as long,
    and each callback waits for it.
    """
    cut = "true" if entry.cut else "false"
    return (
        f'{{"kind": {_quoted(entry.kind)}, "key": {_quoted(entry.key)},'
        f' "body": "{b2a_base64(entry.body, newline=False).decode()}",'
        f' "content_type": {_quoted(entry.content_type)},'
        f' "received_at": "{entry.received_at.isoformat()}", "cut": {cut}}}\n'
    ).encode()


def entry_of(line: bytes) -> Incoming | None:
    """The entry of a line; None where it can't be read."""
    try:
        row = json.loads(line)
        return Incoming(
            row["kind"], row["key"], base64.b64decode(row["body"], validate=True), row["content_type"],
            datetime.fromisoformat(row["received_at"]), row["cut"],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None


def fsync_folder(folder: Path) -> None:
    """Puts the names in it on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
