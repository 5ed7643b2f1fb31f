"""The worker process: how it starts, how it ends, and what a kill leaves behind."""

import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from hotline.database import READING, open_engine
from hotline.models import Incident, Kept, Promise, TextMessage
from hotline.outbox import Kind, Rank
from tests.support.eventually import eventually
from tests.support.processes import Process, StartProcess, free_port
from tests.support.queue_server import QueueServer
from tests.support.still_clock import NOON
from workers.process import ENDS, run_until_told
from workers.standing_back import NICENESS

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What asks nothing of the database that one of the two would answer otherwise."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "HOTLINE_ENV": "demo",
        "HOTLINE_VAR": str(tmp_path / "var"),
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "CARRIER_PORT": str(free_port()),  # where nobody answers: texts wait, work inside goes on
    }


def start(start_process: StartProcess, environ: dict[str, str]) -> Process:
    (process,) = start_all(start_process, environ, 1)
    return process


def start_all(start_process: StartProcess, environ: dict[str, str], count: int) -> list[Process]:
    processes = [start_process([sys.executable, "-m", "workers"], environ, warm=True) for _ in range(count)]
    for process in processes:
        process.wait_for_line("the worker is ready", within=40)
    return processes


def keep_texts(engine: Engine, count: int, first: int = 0) -> None:
    """Texts as the door keeps them, each of a person of its own."""
    with Session(engine) as session:
        for number in range(first, first + count):
            body = b"id=%d&from=%%2B6281200%06d&text=maling%%20di%%20eka%%20jaya%%20rt%%207" % (
                number,
                number,
            )
            kept = Kept(kind="sms.inbound", key=str(number), body=body, content_type="", received_at=NOON)
            session.add(kept)
            session.flush()
            session.add(Promise(kind=Kind.READ_TEXT, subject_id=kept.id, rank=Rank.INCOMING, due_at=NOON))
        session.commit()


def reading(engine: Engine) -> Session:
    """Looks without standing in the writers' line: whoever looks again and again is no third worker there."""
    return Session(engine.execution_options(**READING))


def count(engine: Engine, table: type, *where: object) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def threads_of(process: Process) -> list[int]:
    return [int(path.name) for path in Path(f"/proc/{process.pid}/task").iterdir()]


def read(engine: Engine) -> int:
    return count(engine, TextMessage, TextMessage.inbound)


@ON_SQLITE
@pytest.mark.parametrize("number", sorted(ENDS))
def test_a_signal_ends_it_cleanly(
    start_process: StartProcess, environ: dict[str, str], number: signal.Signals
) -> None:
    process = start(start_process, environ)
    assert process.stop(number) == 0
    assert "Traceback" not in process.output()


@ON_SQLITE
def test_it_lets_whoever_serves_callers_go_first(
    start_process: StartProcess, environ: dict[str, str]
) -> None:
    process = start(start_process, environ)
    threads = threads_of(process)
    assert len(threads) > 1
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert {os.getpriority(os.PRIO_PROCESS, each) for each in threads} == {min(ours + NICENESS, 19)}
    assert {os.sched_getscheduler(each) for each in threads} == {os.SCHED_BATCH}
    session = Path(f"/proc/{process.pid}/autogroup")
    if session.exists() and (share := session.read_text()):  # else this system shares among processes alone
        assert share.split()[-2:] == ["nice", str(NICENESS)]


@ON_SQLITE
def test_all_its_threads_share_a_core_that_no_other_worker_has(
    start_process: StartProcess, environ: dict[str, str]
) -> None:
    """Or run anywhere, where others have all cores of this machine already."""
    one, other = (
        {frozenset(os.sched_getaffinity(each)) for each in threads_of(process)}
        for process in start_all(start_process, environ, 2)
    )
    assert len(one) == len(other) == 1
    anywhere = {frozenset(os.sched_getaffinity(0))}
    assert one.isdisjoint(other) or anywhere in (one, other)


@ON_SQLITE
def test_it_ends_cleanly_with_a_queue_server_too(
    start_process: StartProcess, environ: dict[str, str], queue_server: QueueServer
) -> None:
    process = start(start_process, {**environ, "REDIS_URL": queue_server.url})
    assert process.stop() == 0
    assert "Traceback" not in process.output()


@ON_SQLITE
def test_standing_still_for_a_while_does_not_end_it(
    start_process: StartProcess, environ: dict[str, str], engine: Engine
) -> None:
    """As on a machine that sleeps."""
    process = start(start_process, environ)
    for _ in range(2):
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(1)
        os.kill(process.pid, signal.SIGCONT)
    keep_texts(engine, 1)
    eventually(lambda: read(engine) == 1, "it is at work")
    assert process.stop() == 0


def test_settings_that_do_not_fit_are_listed_and_nothing_starts(start_process: StartProcess) -> None:
    process = start_process([sys.executable, "-m", "workers"], {"HOTLINE_ENV": "production", "PORT": "x"})
    assert process.wait() == 2
    assert all(
        name in process.output() for name in ("PORT", "SECRET_KEY is missing", "HOTLINE_NUMBER is missing")
    )
    assert "Traceback" not in process.output()


def test_a_kill_in_the_middle_of_the_work_loses_and_doubles_nothing(
    start_process: StartProcess, environ: dict[str, str], engine: Engine
) -> None:
    keep_texts(engine, 30)
    for goal in (5, 15):
        process = start(start_process, environ)
        eventually(lambda goal=goal: read(engine) >= goal, "it is at work")  # type: ignore[misc]
        process.kill()
        with Session(engine) as session:  # so that the test need not wait for the lease to end
            for promise in session.scalars(select(Promise).where(Promise.settled_at.is_(None))):
                promise.claimed_until = None
            session.commit()
    process = start(start_process, environ)
    eventually(lambda: read(engine) == 30, "all are understood")
    eventually(
        lambda: count(engine, Promise, Promise.kind == Kind.READ_TEXT, Promise.settled_at.is_(None)) == 0,
        "all promises are kept",
    )
    assert process.stop() == 0
    assert read(engine) == 30
    with reading(engine) as session:
        numbers = session.scalars(select(Incident.number)).all()
    assert len(numbers) == len(set(numbers))


def test_two_workers_understand_each_text_once(
    start_process: StartProcess, environ: dict[str, str], engine: Engine
) -> None:
    processes = start_all(start_process, environ, 2)
    keep_texts(engine, 30)
    eventually(lambda: read(engine) >= 30, "all are understood", within=40)
    for process in processes:
        assert process.stop() == 0
    assert read(engine) == 30
    assert count(engine, Incident) <= 30


@ON_SQLITE
def test_it_waits_for_a_database_that_has_no_tables_yet(
    start_process: StartProcess, environ: dict[str, str], tmp_path: Path
) -> None:
    process = start(start_process, {**environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"})
    process.wait_for_line("out of reach")
    assert process.stop() == 0


def sends(carrier: socket.socket) -> int:
    """How many requests to send have come to a carrier that listens and says nothing."""
    carrier.setblocking(False)
    asked = 0
    try:
        while True:
            connection, _ = carrier.accept()
            with connection:
                line = connection.recv(4096).partition(b"\r\n")[0]
                asked += line.startswith(b"POST") and b"/messaging" in line
    except BlockingIOError:
        return asked


def state(engine: Engine) -> str | None:
    with reading(engine) as session:
        return session.scalar(select(TextMessage.state).where(TextMessage.inbound.is_(False)))


@ON_SQLITE
def test_neither_a_silent_carrier_nor_a_held_database_keeps_it_from_its_end(
    start_process: StartProcess, environ: dict[str, str], database_url: str, engine: Engine
) -> None:
    """It neither hears what became of the text nor can it write that down: a doubt, and not repeated."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as carrier:
        port = carrier.getsockname()[1]
        here = {**environ, "CARRIER_PORT": str(port)}
        process = start(start_process, here)
        keep_texts(engine, 1)
        eventually(lambda: state(engine) == "SENDING", "the carrier is asked")
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            assert process.stop(within=15) == 0
        assert state(engine) == "SENDING"
        with Session(engine) as session:  # the lease of a minute has passed
            session.execute(update(Promise).values(claimed_until=None))
            session.commit()
        process = start(start_process, here)
        eventually(lambda: state(engine) == "UNKNOWN", "the text is in doubt")
        process.kill()
        assert sends(carrier) == 1


def test_work_that_breaks_off_by_itself_is_said_so() -> None:
    stop = threading.Event()
    assert run_until_told(threading.Thread(target=lambda: None), stop) == 1
    assert stop.is_set()
