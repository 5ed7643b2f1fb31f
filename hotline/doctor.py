"""Is this installation fit to go live? A list of findings, each with what to do about it."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.domain.rights import Role
from hotline.models import Operator, Unit
from hotline.runtime import Runtime
from hotline.schema import is_current
from hotline.words_in_force import newest

LEAST_DISK: Final = 1024**3
MOST_CLOCK_S: Final = 2.0
OLDEST_BACKUP_H: Final = 26


class State(StrEnum):
    """How a finding weighs: BAD must be mended before going live."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    state: State
    name: str
    words: str


Examination = Callable[[Runtime], Finding]


def examine(runtime: Runtime, others: Sequence[Examination] = ()) -> list[Finding]:
    """Looks at everything; `others` look at what the desk does not know (carrier, sounds)."""
    return [_examined(look, runtime) for look in (*_OWN, *others)]


def _examined(look: Examination, runtime: Runtime) -> Finding:
    """One finding, also where the examination itself breaks: the others are wanted all the same."""
    try:
        return look(runtime)
    except Exception as error:
        name = getattr(look, "__name__", "examination").strip("_").replace("_", " ")
        return Finding(State.BAD, name, f"can't be examined: {type(error).__name__}: {error}"[:200])


def _mode(runtime: Runtime) -> Finding:
    if runtime.settings.production:
        return Finding(State.GOOD, "mode", "production")
    return Finding(State.BAD, "mode", "demo: set HOTLINE_ENV=production and its secrets")


def database(runtime: Runtime) -> Finding:
    """Whether it answers, with the schema that the code is written for."""
    try:
        current = is_current(runtime.engine)
    except SQLAlchemyError as error:
        return Finding(State.BAD, "database", f"does not answer ({type(error).__name__}): see DATABASE_URL")
    if not current:
        return Finding(State.BAD, "database", "has an old schema: run flask --app wsgi db upgrade")
    return Finding(State.GOOD, "database", "answers, schema current")


def _clock(runtime: Runtime) -> Finding:
    try:
        with runtime.reading() as session:
            apart = abs((runtime.clock.database_now(session) - runtime.clock.now()).total_seconds())
    except SQLAlchemyError:
        return Finding(State.BAD, "clock", "can't be compared: the database does not answer")
    state = State.GOOD if apart < MOST_CLOCK_S else State.BAD
    return Finding(
        state, "clock", f"{apart:.1f} s from the database's clock (set up NTP where it is over 2 s)"
    )


def _disk(runtime: Runtime) -> Finding:
    folders = {"var": runtime.settings.var, "spool": runtime.settings.spool}
    for name, path in folders.items():
        if problem := _refuses(path):
            return Finding(State.BAD, "disk", f"{name} can't be written to ({problem}): {path}")
    free = {name: shutil.disk_usage(_existing(path)).free for name, path in folders.items()}
    words = ", ".join(f"{name} has {amount // 1024**2} MB free" for name, amount in free.items())
    if min(free.values()) < LEAST_DISK:
        return Finding(State.BAD, "disk", f"{words}: at least 1 GB is needed")
    same = _existing(folders["var"]).stat().st_dev == _existing(folders["spool"]).stat().st_dev
    if same:
        return Finding(State.WARN, "disk", f"{words}; put HOTLINE_SPOOL on another disk than the database")
    return Finding(State.GOOD, "disk", words)


def _refuses(folder: Path) -> str:
    """Why nothing can be written there; empty where it can."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(b"?")
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _existing(path: Path) -> Path:
    return next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir())


def _people(runtime: Runtime) -> Finding:
    try:
        with runtime.reading() as session:
            missing = [
                role.value for role in (Role.OPERATOR, Role.COORDINATOR, Role.ADMINISTRATOR)
                if not _count(session, role)
            ]  # fmt: skip
            units = session.scalar(select(func.count()).select_from(Unit).where(Unit.active)) or 0
    except SQLAlchemyError:
        return Finding(State.BAD, "people", "can't be counted: the database does not answer")
    if missing or not units:
        lacks = [*missing, *([] if units else ["units"])]
        return Finding(State.BAD, "people", f"nobody as {', '.join(lacks)}: flask --app wsgi operator add")
    return Finding(State.GOOD, "people", f"every role is filled, {units} units")


def _count(session: Session, role: Role) -> int:
    query = select(func.count()).select_from(Operator).where(Operator.role == role, Operator.active)
    return session.scalar(query) or 0


def _backup(runtime: Runtime) -> Finding:
    """The newest file under var/backup; where backups go elsewhere, that folder is linked there."""
    folder = runtime.settings.var / "backup"
    times = [path.stat().st_mtime for path in folder.iterdir()] if folder.is_dir() else []
    if not times:
        return Finding(State.BAD, "backup", f"none under {folder}: set up a daily one")
    newest = datetime.fromtimestamp(max(times), tz=runtime.clock.now().tzinfo)
    hours = (runtime.clock.now() - newest).total_seconds() / 3600
    state = State.GOOD if hours < OLDEST_BACKUP_H else State.BAD
    return Finding(state, "backup", f"the newest is {hours:.0f} hours old")


def _texts(runtime: Runtime) -> Finding:
    """What was worded on the screen, and what of it the files no longer fit."""
    try:
        with runtime.reading() as session:
            runtime.words.look(session)
            changed = sum(row.words is not None for row in newest(session))
    except SQLAlchemyError:
        return Finding(State.BAD, "texts", "can't be compared: the database does not answer")
    if unused := runtime.words.unused:
        return Finding(State.WARN, "texts", str(unused[0]))
    return Finding(State.GOOD, "texts", f"{changed} worded on the screen, all fit the files")


def _sqlite(runtime: Runtime) -> Finding:
    if not runtime.settings.on_sqlite:
        return Finding(State.GOOD, "store", "PostgreSQL")
    return Finding(
        State.GOOD, "store", f"SQLite {sqlite3.sqlite_version}: run one web process and one worker"
    )


_OWN: Final[tuple[Examination, ...]] = (_mode, database, _sqlite, _clock, _disk, _people, _texts, _backup)
