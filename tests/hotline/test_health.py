from dataclasses import replace
from pathlib import Path

import pytest

from hotline.carriers import carrier_of
from hotline.domain.delivery import TextState
from hotline.health import LATE_S, look
from hotline.models import TextMessage
from hotline.modem_settings import Modem
from hotline.outbox import Kind, Rank
from hotline.runtime import Runtime
from hotline.spool import Spool
from tests.support.callbacks import incoming
from tests.support.runtimes import runtime_for
from tests.support.still_clock import StillClock


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
    assert (health.unknown_texts, health.unsent_texts, health.tray) == (2, 1, 1)


@pytest.mark.parametrize(
    ("held_for", "balance", "waits"), [("money", None, True), (None, 1.0, True), (None, None, False)]
)
def test_texts_that_are_held_on_purpose_are_not_late_and_an_alert_always_is(
    runtime: Runtime, clock: StillClock, held_for: str | None, balance: float | None, *, waits: bool
) -> None:
    with runtime.work() as work:
        carrier_of(work, "africastalking").held_for = held_for
        carrier_of(work, "africastalking").balance = balance
        work.promise(Kind.SEND_TEXT, 1, rank=Rank.CONVERSATION)
    clock.move(seconds=LATE_S)
    health = look(runtime)
    assert (health.working, health.held_texts) == (waits, int(waits))
    with runtime.work() as work:
        work.promise(Kind.SEND_TEXT, 2, rank=Rank.DISPATCH)
    clock.move(seconds=LATE_S)
    assert not look(runtime).working


def test_texts_are_held_only_where_none_of_several_lines_takes_them(runtime: Runtime) -> None:
    sim = Modem("tsel", "+6281174300001", "dummy:a")
    lines = replace(runtime.settings, sms_gateways=("modem", "africastalking"), modems=(sim,))
    runtime = replace(runtime, settings=lines)
    with runtime.work() as work:
        work.promise(Kind.SEND_TEXT, 1, rank=Rank.CONVERSATION)
    for name, held in (("africastalking", 0), ("gone", 0), ("tsel", 1)):
        with runtime.work() as work:
            carrier_of(work, name).held_for = "money"
        assert look(runtime).held_texts == held, name


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
