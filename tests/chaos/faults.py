"""What breaks: each fault by its name, how it is put in, and how long it lasts. Chosen by a seed."""

import os
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import make_url

from tests.chaos.company import Company
from tests.chaos.history import History
from tests.chaos.house import House, Program
from tests.support.postgres import PostgresServer
from tests.support.queue_server import QueueServer

LOCK_S: Final = 4.0
FROZEN_S: Final = 3.0
DOWN_S: Final = 2.0
FULL_S: Final = 4.0
UP_S: Final = 20.0
"""How long a fault waits for what was ended to be up again, mostly."""
OFTEN: Final = 0.75
"""How often; the rest hits those that are just starting."""


@dataclass
class Target:
    """Everything that can be broken. `volume` is the small disk of the database, where there is one."""

    house: House
    company: Company
    queue: QueueServer
    history: History
    chance: random.Random
    postgres: PostgresServer | None = None
    volume: Path | None = None

    def program(self) -> Program:
        """One of the hotline's processes."""
        return self.chance.choice(self.house.programs)

    @property
    def database_url(self) -> str:
        """The database of the hotline."""
        return self.house.environ["DATABASE_URL"]


def kill_one(target: Target) -> float:
    """kill -9 of web, hooks or worker."""
    target.house.kill(target.program())
    return 0.0


def kill_inner(target: Target) -> float:
    """kill -9 of the process that serves, under the one that watches it."""
    target.house.kill_inner(target.program(), target.chance)
    return 0.0


def kill_all(target: Target) -> float:
    """kill -9 of everything, also the queue server."""
    for program in target.house.programs:
        target.house.kill(program)
    target.queue.kill()
    target.queue.start()
    return 0.0


def end_one(target: Target) -> float:
    """SIGTERM, to one that has come up: it ends cleanly in time, and the next takes over."""
    return _end(target, [target.program()])


def end_all(target: Target) -> float:
    """SIGTERM to all at once: a new release under load."""
    return _end(target, target.house.programs)


def _end(target: Target, programs: Sequence[Program]) -> float:
    _until_up(target)
    if not target.house.is_up:
        return 0.0
    for wrong in target.house.ask_to_end(programs):
        target.history.wonder(wrong)
    return 0.0


def freeze(target: Target) -> float:
    """SIGSTOP: it stands still and then goes on where it was."""
    target.house.freeze(target.program(), FROZEN_S)
    return FROZEN_S


def lock_database(target: Target) -> float:
    """Somebody else holds the database."""
    holder = _hold_sqlite if target.house.on_sqlite else _hold_postgresql
    threading.Thread(target=holder, args=(target.database_url,), daemon=True).start()
    return LOCK_S


def kill_database(target: Target) -> float:
    """kill -9 of PostgreSQL with all its processes; it recovers from its log."""
    assert target.postgres is not None
    target.postgres.kill()
    _wait_and_tend(target, DOWN_S)
    target.postgres.start()
    return 0.0


def fill_disk(target: Target) -> float:
    """The last byte of the database's volume is taken; what is full is emptied again."""
    assert target.volume is not None
    filler = target.volume / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, max(shutil.disk_usage(target.volume).free, 1))
        file.seek(0, os.SEEK_END)
        while True:
            file.write(bytes(4096))
    _wait_and_tend(target, FULL_S)
    filler.unlink()
    if target.postgres is not None:
        target.postgres.kill()  # it may have ended by itself, with its log unwritten
        target.postgres.start()
    return 0.0


def kill_queue(target: Target) -> float:
    """kill -9 of the queue server, back after a while."""
    target.queue.kill()
    _wait_and_tend(target, DOWN_S)
    target.queue.start()
    return 0.0


def empty_queue(target: Target) -> float:
    """FLUSHALL."""
    target.queue.flush()
    return 0.0


def cut_carrier(target: Target) -> float:
    """Nobody at the carrier answers."""
    target.company.down.set()
    timer = threading.Timer(DOWN_S, target.company.down.clear)
    timer.daemon = True
    timer.start()
    return DOWN_S


FAULTS: Final[Mapping[str, Callable[[Target], float]]] = {
    "kill_one": kill_one, "kill_inner": kill_inner, "kill_all": kill_all, "freeze": freeze,
    "end_one": end_one, "end_all": end_all,
    "lock_database": lock_database, "kill_queue": kill_queue, "empty_queue": empty_queue,
    "cut_carrier": cut_carrier, "kill_database": kill_database, "fill_disk": fill_disk,
}  # fmt: skip
"""Each returns how many seconds it goes on by itself."""


def possible(target: Target) -> tuple[str, ...]:
    """The faults that this system can have."""
    left_out = set()
    if target.postgres is None:
        left_out.add("kill_database")
    if target.volume is None:
        left_out.add("fill_disk")
    return tuple(name for name in FAULTS if name not in left_out)


def break_things(target: Target, seconds: float, pause_s: float, first: Sequence[str] = ()) -> None:
    """One fault after the other: those that are wanted first, then all in a shuffled order that holds each
    once before any comes again.
    """
    end = time.monotonic() + seconds
    order = [name for name in reversed(first) if name in possible(target)]
    while time.monotonic() < end:
        if not order:
            order = list(possible(target))
            target.chance.shuffle(order)
        if target.chance.random() < OFTEN:
            _until_up(target)
        name = order.pop()
        target.history.inject(name)
        lasts = FAULTS[name](target)
        _wait_and_tend(target, lasts + target.chance.uniform(0.5, 1.5) * pause_s)


def _until_up(target: Target) -> None:
    """A busy machine takes longer to start than faults need to come: then nothing would be under fire."""
    end = time.monotonic() + UP_S
    while time.monotonic() < end and not target.house.is_up:
        _wait_and_tend(target, 0.2)


def _wait_and_tend(target: Target, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        target.house.tend()
        time.sleep(0.1)


def _hold_sqlite(url: str) -> None:
    path = make_url(url).database or ""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=2, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCK_S)


def _hold_postgresql(url: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with suppress(psycopg.Error), psycopg.connect(plain) as connection:
        connection.execute("LOCK TABLE kept, promise IN ACCESS EXCLUSIVE MODE")
        time.sleep(LOCK_S)
