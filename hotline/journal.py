"""Every acknowledged callback once more, outside the database: what a restored backup lacks comes back from
here.

A file a day, appended to after the commit and before the answer, and put on the disk once a second: the
database has the words already, so that a power cut costs nothing; only a lost database does, and then at
most the last second. A callback costs one write of a few hundred bytes.
"""

import errno
import os
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from hotline.spool import Incoming, entry_of, fsync_folder, line_of

KEEP: Final = timedelta(days=7)
"""As long as what was drained from the spool; no backup should be older."""
_SUFFIX: Final = ".journal"


class Journal:
    """A folder with a file for each day of the last week. Several processes may append to one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[Path, int] = {}
        self._changing = threading.Lock()

    def append(self, entries: Sequence[Incoming]) -> None:
        """Adds the entries to the file of their day. Raises OSError."""
        # What a crash or a full disk cut must not swallow the line that comes behind it: these begin a line
        # of their own in any case, and what is empty is no entry.
        lines = b"\n" + b"".join(line_of(entry) for entry in entries)
        path = self._of(entries[-1].received_at)
        with self._changing:
            # One write: what another process appends meanwhile stands before or after it, not inside.
            written = os.write(self._opened(path), lines)
        if written != len(lines):
            raise OSError(errno.ENOSPC, "only a part was written", str(path))

    def sync(self) -> None:
        """Puts what was appended since the last time on the disk. Raises OSError."""
        with self._changing:
            opened, self._open = self._open, {}
        for descriptor in opened.values():
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        if opened:
            fsync_folder(self.folder)

    def _opened(self, path: Path) -> int:
        if path not in self._open:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._open[path] = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self._open[path]

    def since(self, moment: datetime) -> Iterator[Incoming]:
        """What came at or after `moment`, in order; lines that a crash cut are left out."""
        first = self._of(moment - timedelta(days=1)).name  # a batch may stand in the file of the next day
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            if path.name < first:
                continue
            with path.open("rb") as file:
                entries = (entry_of(line.rstrip(b"\n")) for line in file)
                yield from (entry for entry in entries if entry is not None and entry.received_at >= moment)

    def gaps(self, moment: datetime, now: datetime) -> list[str]:
        """What a person should know before he trusts it to be complete from `moment` to `now`: days of which
        there is nothing, and lines that can't be read, in words.
        """
        days = range((now.date() - moment.date()).days + 1)
        paths = [self._of(moment + timedelta(days=day)) for day in days]
        told = [f"nothing was kept on {path.stem}" for path in paths if not path.exists()]
        cut = {path.stem: _unreadable(path) for path in paths if path.exists()}
        return [*told, *(f"{lines} lines of {day} can't be read" for day, lines in cut.items() if lines)]

    def tidy(self, now: datetime, keep: timedelta = KEEP) -> None:
        """Deletes days that are older than `keep`."""
        oldest = self._of(now - keep).name
        for path in self.folder.glob(f"*{_SUFFIX}"):
            if path.name < oldest:
                path.unlink(missing_ok=True)

    def _of(self, moment: datetime) -> Path:
        return self.folder / f"{moment.astimezone(UTC):%Y-%m-%d}{_SUFFIX}"


def _unreadable(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip() and entry_of(line.rstrip(b"\n")) is None)
