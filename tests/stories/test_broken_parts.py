"""What breaks under a running hotline: words that were acknowledged arrive afterwards, once."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, make_url, select, update
from sqlalchemy.orm import Session

from hotline.models import Caller, Promise, Report, TextMessage
from tests.stories.conftest import StartSystem
from tests.stories.system import HOTLINE, System, start_worker
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.queue_server import QueueServer
from tests.support.schema import prepare_schema

SITI, BUDI = "+6281200000011", "+6281200000012"
pytestmark = pytest.mark.timeout(240)
"""A lease of a minute may have to end before the work of a dead database's clients is taken up."""


def resident(serial: int) -> str:
    """Somebody of whom nothing is known."""
    return f"+6281270{serial:06d}"


def send(system: System, serial: int) -> int:
    """A report over the carrier's own address; the status it is answered with."""
    form = {
        "from": resident(serial), "to": HOTLINE, "id": f"broken-{serial}",
        "text": f"maling rt {serial % 30 + 1} eka jaya",
    }  # fmt: skip
    url = f"{system.hooks[0]}/sms/{system.token}/inbound"
    return requests.post(url, data=form, timeout=30).status_code


def spooled(system: System) -> list[Path]:
    """What waits for the database."""
    return list((Path(system.environ["HOTLINE_VAR"]) / "spool").glob("*.spool"))


def answered_once(system: System, serials: range) -> None:
    """In the end each of these residents has one case and one receipt; the desk's own may hear more."""
    everybody = {resident(serial) for serial in serials}

    def receipts() -> Counter[str]:
        with Session(system.engine()) as session:
            query = select(TextMessage.number).where(
                TextMessage.inbound.is_(False), TextMessage.state.in_(("ACCEPTED", "DELIVERED")),
                TextMessage.number.in_(everybody),
            )  # fmt: skip
            return Counter(session.scalars(query))

    eventually(lambda: set(receipts()) >= everybody, "everybody has a receipt", within=60)
    eventually(lambda: not spooled(system), "the spool is empty")
    # What was claimed when the database died waits for the end of its lease, a minute.
    system.wait_until_idle(within=150)
    assert receipts() == Counter(everybody)
    with Session(system.engine()) as session:
        query = select(func.count(Report.incident_id.distinct())).join(Caller, Report.caller_id == Caller.id)
        assert session.scalar(query.where(Caller.number.in_(everybody))) == len(everybody)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Nobody else can write to this SQLite file."""
    connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        connection.close()


def test_a_locked_sqlite_costs_no_word(sqlite_house: System) -> None:
    system = sqlite_house
    assert send(system, 10) == 200
    with locked(system.environ["DATABASE_URL"]):
        assert [send(system, serial) for serial in range(11, 13)] == [200, 200]
        assert spooled(system)
    assert send(system, 13) == 200
    answered_once(system, range(10, 14))


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server of this test's own, which it may kill."""
    server = PostgresServer(durable=True)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_a_killed_postgresql_costs_no_word_and_no_process(
    start: StartSystem, own_postgres: PostgresServer
) -> None:
    url = own_postgres.url(own_postgres.create_database())
    prepare_schema(url)
    system = start(url, prepared=False)
    system.wait_until_idle()  # what a new house does by itself has leases of minutes
    assert send(system, 0) == 200
    own_postgres.kill()
    assert [send(system, serial) for serial in range(1, 4)] == [200, 200, 200]
    assert send(system, 1) == 200  # a carrier that was not patient enough
    assert spooled(system)
    step = requests.post(
        f"{system.hooks[0]}/ivr/{system.token}/call",
        data={"sessionId": "ATVId_broken", "isActive": "1", "callerNumber": SITI}, timeout=30,
    )  # fmt: skip
    assert (step.status_code, step.content[:5]) == (200, b"<?xml")
    assert requests.get(f"{system.hooks[0]}/readyz", timeout=30).status_code == 503
    assert requests.get(f"{system.web[0]}/login", timeout=30).status_code in (200, 503)
    own_postgres.start()
    assert send(system, 4) == 200
    answered_once(system, range(5))
    assert all(process.alive for process in (*system.servers, *system.workers))


def test_with_database_and_spool_gone_the_carrier_shall_come_again(sqlite_house: System) -> None:
    system = sqlite_house
    spool = Path(system.environ["HOTLINE_VAR"]) / "spool"
    if spool.exists():
        spool.rename(spool.with_suffix(".away"))
    spool.write_text("a file where the folder should be")
    with locked(system.environ["DATABASE_URL"]):
        assert send(system, 20) == 503
    assert "NOT KEPT sms.inbound" in system.said()
    spool.unlink()
    assert send(system, 20) == 200
    answered_once(system, range(20, 21))


def test_without_its_queue_server_the_hotline_is_a_second_later_and_nothing_else(
    sqlite_house: System, queue_server: QueueServer
) -> None:
    system = sqlite_house
    siti, complaints = system.phone(SITI), system.said().count("Traceback")
    queue_server.flush()
    siti.text("maling rt 1 eka jaya")
    siti.wait_for_text("Laporan", within=5)
    queue_server.kill()
    siti.text("kebakaran rt 9 talang bakung")
    eventually(lambda: len(siti.texts()) == 2, "the second receipt comes too", within=5)
    queue_server.start()
    siti.text("banjir rt 2 payo selincah")
    eventually(lambda: len(siti.texts()) == 3, "and the third", within=5)
    assert all(process.alive for process in (*system.servers, *system.workers))
    assert system.said().count("Traceback") == complaints, system.said()[-6000:]


def test_a_worker_killed_while_the_carrier_is_silent_leaves_a_doubt_and_repeats_nothing(
    sqlite_house: System,
) -> None:
    """The text may have gone out, and it has: only a person may send it again."""
    system = sqlite_house
    budi = system.phone(BUDI)
    requests.post(f"{system.carrier}/faults", json=[
        {"point": "send", "fault": "late"}, {"point": "receipt", "fault": "none"},
    ], timeout=20).raise_for_status()  # fmt: skip
    budi.text("maling rt 5 eka jaya")
    budi.wait_for_text("Laporan")
    system.workers.pop().kill()
    with Session(system.engine()) as session:  # the lease of a minute has passed
        session.execute(
            update(Promise).where(Promise.claimed_until.is_not(None)).values(claimed_until=Promise.due_at)
        )
        session.commit()
    system.workers.append(start_worker(system))

    def state() -> str:
        with Session(system.engine()) as session:
            query = select(TextMessage.state).where(
                TextMessage.inbound.is_(False), TextMessage.number == BUDI
            )
            return session.scalars(query).one()

    eventually(lambda: state() == "UNKNOWN", "the text is in doubt")
    system.wait_until_idle()
    assert (state(), len(budi.texts())) == ("UNKNOWN", 1)
