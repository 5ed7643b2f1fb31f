"""Where words wait while the database is down: fsynced files, replayed in order, kept a week after that.

A file appears by rename, so a half-written one is never replayed. Replaying is harmless twice, since each entry
carries the key under which it is kept.
"""

import base64
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

KEEP_DRAINED: Final = timedelta(days=7)
_SUFFIX: Final = ".spool"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One callback as it arrived, with the key that makes a repeat harmless."""

    kind: str
    key: str
    body: bytes
    content_type: str
    received_at: datetime
    cut: bool = False


class Spool:
    """A folder of waiting callbacks; `drained/` holds what was replayed, `corrupt/` what can't be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = count()

    def write(self, entries: Sequence[Incoming]) -> None:
        """Makes `entries` durable in one file. Raises OSError when the disk refuses."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self._count)}"
        fresh = self.folder / f"{name}.part"
        with fresh.open("wb") as file:
            file.writelines(_line(entry) for entry in entries)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(fresh.with_suffix(_SUFFIX))
        _fsync_folder(self.folder)

    def waiting(self) -> list[Path]:
        """The files to be replayed, oldest first."""
        return sorted(self.folder.glob(f"*{_SUFFIX}")) if self.folder.is_dir() else []

    def read(self, path: Path) -> list[Incoming]:
        """The entries of one file. Raises ValueError for a corrupt one."""
        return [_entry(line) for line in path.read_bytes().splitlines()]

    def put_away(self, path: Path, *, corrupt: bool = False) -> None:
        """Moves a replayed (or unreadable) file out of the way; another process may have done it already."""
        folder = self.folder / ("corrupt" if corrupt else "drained")
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            path.rename(folder / path.name)
        except FileNotFoundError:
            return
        _fsync_folder(self.folder)

    def corrupt(self) -> list[Path]:
        """Files that a person must look at."""
        folder = self.folder / "corrupt"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def forget_old(self, now: datetime) -> None:
        """Deletes what was drained more than a week ago."""
        for path in self._drained():
            if now.timestamp() - path.stat().st_mtime > KEEP_DRAINED.total_seconds():
                path.unlink(missing_ok=True)

    def _drained(self) -> Iterator[Path]:
        folder = self.folder / "drained"
        return folder.iterdir() if folder.is_dir() else iter(())


def _line(entry: Incoming) -> bytes:
    row = {
        "kind": entry.kind,
        "key": entry.key,
        "body": base64.b64encode(entry.body).decode(),
        "content_type": entry.content_type,
        "received_at": entry.received_at.isoformat(),
        "cut": entry.cut,
    }
    return json.dumps(row).encode() + b"\n"


def _entry(line: bytes) -> Incoming:
    try:
        row = json.loads(line)
        return Incoming(
            row["kind"], row["key"], base64.b64decode(row["body"], validate=True), row["content_type"],
            datetime.fromisoformat(row["received_at"]), row["cut"],
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a spool entry: {error}") from error


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
