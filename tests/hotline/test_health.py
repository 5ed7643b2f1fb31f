from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.domain.delivery import TextState
from hotline.health import LATE_S, look
from hotline.models import TextMessage
from hotline.outbox import Kind
from hotline.runtime import Runtime
from hotline.spool import Spool
from tests.support.callbacks import incoming
from tests.support.runtimes import runtime_for
from tests.support.still_clock import StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, clock: StillClock) -> Iterator[Runtime]:
    runtime = runtime_for(database_url, tmp_path / "var", clock)
    yield runtime
    runtime.engine.dispose()


def add_text(runtime: Runtime, state: TextState, *, unread: bool = False) -> None:
    with runtime.work() as work:
        text = TextMessage(
            inbound=unread, number="+6281200000001", words="maling", at=work.now, state=state, unread=unread
        )
        work.session.add(text)


def test_a_quiet_hotline_is_ready_and_at_work(runtime: Runtime) -> None:
    health = look(runtime)
    assert health.ready
    assert health.working
    assert (health.backlog.due, health.late_s, health.spooled, health.corrupt, health.tray) == (
        0,
        0.0,
        0,
        0,
        0,
    )


def test_work_that_stays_undone_is_said(runtime: Runtime, clock: StillClock) -> None:
    with runtime.work() as work:
        work.promise(Kind.READ_TEXT, 1)
    clock.move(seconds=LATE_S - 1)
    assert look(runtime).working
    clock.move(seconds=1)
    health = look(runtime)
    assert not health.working
    assert health.ready, "turning callbacks away would lose them"
    assert (health.backlog.due, health.late_s) == (1, LATE_S)


def test_texts_that_need_a_person_are_counted(runtime: Runtime) -> None:
    for state in (TextState.UNKNOWN, TextState.UNKNOWN, TextState.NOT_SENT, TextState.DELIVERED):
        add_text(runtime, state)
    add_text(runtime, TextState.RECEIVED, unread=True)
    health = look(runtime)
    assert (health.unknown_texts, health.held_texts, health.tray) == (2, 1, 1)


def test_what_waits_in_the_spool_is_counted(runtime: Runtime) -> None:
    spool = Spool(runtime.settings.spool)
    spool.write([incoming("a")])
    spool.write([incoming("b")])
    spool.put_away(spool.waiting()[0], corrupt=True)
    health = look(runtime)
    assert (health.spooled, health.corrupt) == (1, 1)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/hotline.sqlite3", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"]
)
def test_without_a_database_it_is_not_ready_and_does_not_raise(tmp_path: Path, url: str) -> None:
    missing = url.replace("/nowhere", str(tmp_path / "missing"))
    runtime = runtime_for(missing, tmp_path / "var")
    health = look(runtime)
    runtime.engine.dispose()
    assert not health.ready
    assert not health.database
