"""A backup is a folder: the database as its own tool writes it, the attached files, and when it was taken.

Taken while the hotline runs: SQLite's own backup copies a consistent state page by page, and PostgreSQL's
dump is one snapshot. Put back only while nothing else has the database open: a callback could be committed to
the old one, and stand in the journal only after we have read that. What is put back takes the old one's place
in one transaction and is held from that moment (`hotline.restoring`): no worker finds it free for a second.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.orm import Session

from hotline.attachments import folder_of
from hotline.database import open_engine
from hotline.private_file import write_private
from hotline.restoring import begin
from hotline.schema import is_known, upgrade
from hotline.settings import Settings

_SQLITE: Final = "database.sqlite3"
_DUMP: Final = "database.dump"
_TAKEN_AT: Final = "taken_at"
_FILES: Final = "attachments"
IN_USE: Final = "the database is in use: end web, hooks and worker first"
_ALONE: Final = f"""
DO $$ BEGIN
  FOR turn IN 1..20 LOOP
    PERFORM pg_stat_clear_snapshot();
    IF NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
                   AND usesysid IS NOT NULL AND pid <> pg_backend_pid()) THEN RETURN; END IF;
    PERFORM pg_sleep(0.1);  -- who has just ended is listed for a moment
  END LOOP;
  RAISE EXCEPTION '{IN_USE}';
END $$"""  # noqa: S608  words of ours
_REVISION_NEXT: Final = b"COPY public.alembic_version (version_num) FROM stdin;\n"


class BackupError(Exception):
    """Why it was not taken or not put back, in words."""


def take(settings: Settings, folder: Path, now: datetime) -> Path:
    """A new folder below `folder` with everything. Raises BackupError, OSError."""
    place = folder / f"hotline-{now:%Y%m%dT%H%M%SZ}"
    fresh = place.with_suffix(".part")
    fresh.mkdir(mode=0o700, parents=True)
    if settings.on_sqlite:
        _copy(_path_of(settings), fresh / _SQLITE)
    else:
        _run(["pg_dump", "--format=custom", "--no-owner", f"--file={fresh / _DUMP}"], settings)
    if folder_of(settings.var).is_dir():
        shutil.copytree(folder_of(settings.var), fresh / _FILES)
    (fresh / _TAKEN_AT).write_text(now.isoformat(), encoding="ascii")
    fresh.rename(place)
    return place


def taken_at(place: Path) -> datetime:
    """When it was taken. Raises BackupError where it is no backup of ours."""
    try:
        return datetime.fromisoformat((place / _TAKEN_AT).read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{place} is no backup: {error}") from error


def put_back(settings: Settings, place: Path, now: datetime) -> None:
    """The database, held, and the files as they were. Raises BackupError, OSError; then the database is
    untouched. One of an old schema is still to be upgraded.

    Files that came since stay: the log may speak of them again.
    """
    database = place / (_SQLITE if settings.on_sqlite else _DUMP)
    if not database.is_file():
        raise BackupError(f"{place} holds no {'SQLite' if settings.on_sqlite else 'PostgreSQL'} database")
    if settings.on_sqlite:
        _put_back_file(settings, database, taken_at(place), now)
    else:
        _put_back_dump(settings, database, taken_at(place))
    if (place / _FILES).is_dir():
        shutil.copytree(place / _FILES, folder_of(settings.var), dirs_exist_ok=True)


def _copy(source: Path, target: Path, *, alone: bool = False) -> None:
    """`alone`: nobody else may have `target` open."""
    try:
        with (
            closing(sqlite3.connect(source, timeout=30)) as old,
            closing(sqlite3.connect(target, timeout=1 if alone else 30)) as new,
        ):
            state = old.execute("PRAGMA quick_check").fetchone()[0]
            if state != "ok":
                raise BackupError(f"{source} is damaged: {state}")
            if alone:
                _take_for_ourselves(new)
            old.backup(new)
    except sqlite3.Error as error:
        raise BackupError(f"{source} could not be copied: {error}") from error


def _take_for_ourselves(database: sqlite3.Connection) -> None:
    """Out of the write-ahead log, which SQLite refuses while anybody else is connected, and locked from then
    on until it is closed.
    """
    database.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("BEGIN EXCLUSIVE")
        database.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise BackupError(IN_USE) from error


def _insist_on_ours(revision: str | None) -> None:
    if revision is None:
        raise BackupError("it holds no database of a hotline")
    if not is_known(revision):
        raise BackupError(f"it was taken by another release than this, which does not know {revision}")


def _put_back_file(settings: Settings, database: Path, backup_at: datetime, now: datetime) -> None:
    with TemporaryDirectory(prefix="restore-", dir=settings.var) as private:
        fresh = Path(private) / _SQLITE
        _copy(database, fresh)
        _insist_on_ours(_revision_of(fresh))
        engine = open_engine(f"sqlite:///{fresh}")
        upgrade(engine)
        with Session(engine) as session, session.begin():
            begin(session, now, backup_at)
        engine.dispose()
        _set_aside_what_is_none(_path_of(settings), now)
        _copy(fresh, _path_of(settings), alone=True)


def _set_aside_what_is_none(database: Path, now: datetime) -> None:
    """A file that a broken disk left unreadable takes no copy; somebody may still want to look at it."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=1)) as found:
            found.execute("PRAGMA schema_version")
    except sqlite3.OperationalError:
        return
    except sqlite3.DatabaseError:
        for file in database.parent.glob(f"{database.name}*"):
            file.rename(file.with_name(f"damaged-{now:%Y%m%dT%H%M%SZ}-{file.name}"))


def _revision_of(database: Path) -> str | None:
    with closing(sqlite3.connect(database)) as connection, suppress(sqlite3.OperationalError):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    return None


def _put_back_dump(settings: Settings, dump: Path, backup_at: datetime) -> None:
    # A dump of an old schema has no such table; then no worker of this release can claim anything either.
    hold = (
        "DO $$ BEGIN IF to_regclass('public.restoration') IS NOT NULL THEN "  # noqa: S608  a moment of ours
        "INSERT INTO public.restoration (at, backup_at, replayed) "
        f"VALUES (now(), '{backup_at.isoformat()}', 0); END IF; END $$"
    )
    script = dump.with_suffix(".sql")
    try:
        _run(["pg_restore", "--no-owner", f"--file={script}", dump], settings, connect=False)
        _insist_on_ours(_revision_in(script))
        _run(
            ["psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--command={_ALONE}",
             "--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public",
             f"--file={script}", f"--command={hold}"],
            settings,
        )  # fmt: skip
    finally:
        script.unlink(missing_ok=True)


def _revision_in(script: Path) -> str | None:
    with script.open("rb") as lines:
        for line in lines:
            if line == _REVISION_NEXT:
                return next(lines).decode().strip()
    return None


def _run(command: Sequence[str | Path], settings: Settings, *, connect: bool = True) -> None:
    """One of PostgreSQL's programs. A file holds the password: lists of processes show arguments."""
    with TemporaryDirectory(prefix="hotline-") as private:
        target = [f"--dbname={_address(settings, Path(private) / 'pass')}"] if connect else []
        try:
            done = subprocess.run([*command, *target], capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise BackupError(
                f"{command[0]} is not on PATH; on Debian: apt install postgresql-client"
            ) from error
    if done.returncode != 0:
        raise BackupError(f"{command[0]} says: {done.stderr.strip()[-500:]}")


def _address(settings: Settings, passfile: Path) -> str:
    """For PostgreSQL's own programs, without the password."""
    url = make_url(settings.database_url)
    if url.password:
        secret = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        write_private(passfile, f"*:*:*:*:{secret}\n")
        url = url.update_query_dict({"passfile": str(passfile)})
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _path_of(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")
