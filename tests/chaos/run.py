"""One run of the chaos: a hotline, people who report, somebody who breaks things, and the verdict."""

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, NullPool, create_engine, update
from sqlalchemy.orm import Session

from hotline.environment import demo_environment
from hotline.models import Promise
from tests.chaos.callbacks import Sender
from tests.chaos.company import Company
from tests.chaos.desk import Desk
from tests.chaos.faults import Target, break_things
from tests.chaos.history import History
from tests.chaos.house import House
from tests.chaos.residents import HOTLINE, Residents
from tests.chaos.verdict import AT_ONCE, counted, judge, left_undone
from tests.stories.conftest import changed
from tests.stories.system import prepare_town
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.processes import free_port, processes
from tests.support.queue_server import QueueServer
from tests.support.schema import prepare_schema

PEOPLE: Final = 8
PER_SECOND: Final = 4.0
"""Reports of residents; a machine that others share keeps up with less."""
QUIET_S: Final = 60.0
"""How long the work that is left in the end may take without getting less."""
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
IMPATIENT: Final = {
    "held_try_seconds = 60": "held_try_seconds = 1",
    "texts_per_number_per_minute = 6": "texts_per_number_per_minute = 600",
}
"""Lines of the playbook that only make the run shorter: units here do an evening's work in a minute, and what
they are told would wait for their share of the next."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: on which database, how long, how much, and by which seed."""

    database: str
    seconds: float
    seed: int
    per_second: float = PER_SECOND
    pause_s: float = 1.5
    """Between two faults."""
    first: tuple[str, ...] = ()
    """The faults that come whatever the seed says, before all others."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    figures: dict[str, int]
    injected: dict[str, int]
    problems: list[str]
    said: str
    """What the processes wrote."""


def chaos(plan: Plan) -> Outcome:
    """Runs the plan. Must be called from the main thread: processes end with the thread that began them."""
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="hotline-chaos-")))
        folder.chmod(0o755)
        volume = cleanup.enter_context(_small_volume(folder / "volume"))
        postgres = cleanup.enter_context(_postgres(volume or folder)) if plan.database != "sqlite" else None
        queue = QueueServer(Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="hotline-queue-"))))
        queue.start()
        cleanup.callback(queue.kill)
        history = History()
        company = Company(history, plan.seed)
        cleanup.callback(company.close)
        url = _fresh_database(postgres, volume or folder)
        town = prepare_town(url, folder / "town")
        environ = _environment(town.var, url, queue, company, folder)
        house = House(cleanup.enter_context(processes(folder)), environ)
        house.open()
        target = Target(house, company, queue, history, random.Random(plan.seed), postgres, volume)
        return _under_fire(plan, target, town.passwords["operator"], folder)


def _under_fire(plan: Plan, target: Target, password: str, folder: Path) -> Outcome:
    house, history, over = target.house, target.history, threading.Event()
    sender = Sender(house.callbacks, history, over)
    token = house.environ["HOTLINE_WEBHOOK_TOKENS"]
    target.company.open_for(sender, token)
    people = Residents(sender, token, people=PEOPLE, per_second=plan.per_second, seed=plan.seed)
    desk = Desk(house.console, target.database_url, password)
    engine = create_engine(target.database_url, poolclass=NullPool)
    people.start()
    desk.start()
    try:
        break_things(target, plan.seconds, plan.pause_s, plan.first)
        target.company.down.clear()
        target.company.calm.set()
        house.settle()
        desk.stop()
        people.finish()
        _until_quiet(house, engine, history)
        over.set()  # a ladder never ends: without new words what is on its way comes to its end
        quiet_at = _until_done(engine)
    finally:
        people.enough.set()
        over.set()
        desk.stop()
    spool = Path(house.environ["HOTLINE_VAR"]) / "spool"
    problems = judge(engine, history, spool, frozenset(desk.dispatched), quiet_at)
    figures = {**counted(engine, history), "cases dispatched": len(desk.dispatched), "starts": house.starts}
    problems.extend(f"a process ended with {code}" for code in house.close() if code != 0)
    said = "\n".join(log.read_text(errors="replace") for log in sorted(folder.glob("process-*.log")))
    return Outcome(figures, dict(history.injected), problems, said)


def _until_quiet(house: House, engine: Engine, history: History) -> None:
    """Everything is done. Who was killed holds claims for up to a minute, and texts that the carrier was too
    busy for wait a while: neither is waited for.
    """
    spool = Path(house.environ["HOTLINE_VAR"]) / "spool"
    eventually(lambda: not list(spool.glob("*.spool")), "the spool is empty", within=30)
    (worker,) = [program for program in house.programs if program.name == "worker"]
    assert worker.process is not None
    for wrong in house.ask_to_end([worker]):
        history.wonder(wrong)
    worker.process.kill()
    with Session(engine) as session, session.begin():
        open_ones = update(Promise).where(Promise.settled_at.is_(None))
        session.execute(open_ones.where(Promise.claimed_until.is_not(None)).values(claimed_until=BEGINNING))
        session.execute(open_ones.where(Promise.kind.in_(AT_ONCE)).values(due_at=BEGINNING))
    house.settle()
    _while_it_gets_less(engine)


def _until_done(engine: Engine) -> datetime:
    """When all was done. Looked at twice: an answer that comes in between is work too. What is never done,
    the verdict names.
    """
    for _ in range(2):
        time.sleep(1.5)
        _while_it_gets_less(engine)
    return datetime.now(UTC)


def _while_it_gets_less(engine: Engine) -> None:
    """As long as a busy machine needs: looks at cases that nobody takes up come again and are not counted."""
    least, until = left_undone(engine), time.monotonic() + QUIET_S
    while least and time.monotonic() < until:
        time.sleep(0.5)
        if (now := left_undone(engine)) < least:
            least, until = now, time.monotonic() + QUIET_S


def _environment(var: Path, url: str, queue: QueueServer, company: Company, folder: Path) -> dict[str, str]:
    port, hooks = str(free_port()), str(free_port())
    callbacks = port if url.startswith("sqlite") else hooks
    given = {
        "HOTLINE_VAR": str(var), "DATABASE_URL": url, "REDIS_URL": queue.url, "HOTLINE_NUMBER": HOTLINE,
        "PORT": port, "HOOKS_PORT": hooks, "CARRIER_PORT": company.url.rpartition(":")[2],
        "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{callbacks}",
        "HOTLINE_PLAYBOOK": str(changed(folder / "playbook", IMPATIENT)),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }  # fmt: skip
    return demo_environment(given, var)


def _fresh_database(postgres: PostgresServer | None, folder: Path) -> str:
    if postgres is None:
        path = folder / "hotline.sqlite3"
        path.touch()
        url = f"sqlite:///{path}"
    else:
        url = postgres.url(postgres.create_database())
    prepare_schema(url)
    return url


@contextmanager
def _postgres(folder: Path) -> Iterator[PostgresServer]:
    usual, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        server = PostgresServer(durable=True)
    finally:
        tempfile.tempdir = usual
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def _small_volume(folder: Path) -> Iterator[Path | None]:
    """A disk of the database's own that can be filled; None where we may not mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1g,mode=0755", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
