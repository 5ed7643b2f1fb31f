"""What `make run` has prepared before it does not prepare again: that takes as long as the rest of a start.

The last time's words are kept beside the database with a stamp of what they follow from: this release's
migrations and demo data, and the playbook. They hold while the SQLite file has the revision that it had then.
PostgreSQL is prepared each time: the starter knows no driver that could ask it.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final

from hotline.private_file import write_private
from hotline.settings import Settings

_ROOT: Final = Path(__file__).resolve().parent.parent


class Prepared:
    """What is known of the last time, in the folder of the data."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = settings.var / "prepared.json"

    def words(self) -> str | None:
        """What was said then; None where it has to be done, for the first time or again."""
        try:
            then: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        now = self._now()
        return then["words"] if now and now.items() <= then.items() else None

    def note(self, words: str) -> None:
        """It is done, and `words` were said."""
        if now := self._now():
            write_private(self._file, json.dumps({**now, "words": words}))

    def _now(self) -> dict[str, str]:
        """Empty where nobody can say."""
        if not (revision := self._revision()):
            return {}
        return {"database": self._settings.database_url, "revision": revision, "stamp": self._stamp()}

    def _revision(self) -> str:
        """Of the SQLite file; empty where there is none, or no SQLite."""
        file = Path(self._settings.database_url.removeprefix("sqlite:///")).absolute()
        if not self._settings.on_sqlite or not file.is_file():
            return ""
        try:
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
                return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        except (sqlite3.Error, TypeError):
            return ""

    def _stamp(self) -> str:
        whole = sha256()
        for path in self._follows_from():
            whole.update(f"{path.name}\n".encode() + path.read_bytes())
        return whole.hexdigest()

    def _follows_from(self) -> Iterator[Path]:
        yield from sorted((_ROOT / "hotline" / "migrations" / "versions").glob("*.py"))
        yield _ROOT / "hotline" / "demo.py"
        yield from sorted(self._settings.playbook.rglob("*.toml"))
