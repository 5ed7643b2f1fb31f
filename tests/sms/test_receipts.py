"""Delivery reports come early, late, twice and in contradiction; each text ends in one state."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
from sqlalchemy import select

from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.incidents import stamp_of
from hotline.models import Caller, Kept, Promise, Receipt
from hotline.notify import text
from sms.gateway import Accepted
from sms.lines import TextLines
from sms.receipts import LOOK_AGAIN, read_receipt
from sms.sending import Sending
from tests.support.desk import RESIDENT, Desk
from tests.support.fake_gateway import JSON


def report(desk: Desk, status: str, carrier_id: str = "c-1", *, settle: bool = True) -> None:
    body = json.dumps({"id": carrier_id, "status": status}).encode()
    desk.callback("receipt", body, JSON, settle=settle)


def sent(desk: Desk) -> None:
    desk.gateway.answers[RESIDENT] = [Accepted("c-1")]
    desk.text(RESIDENT, "maling rt 5 eka jaya")


def state(desk: Desk) -> TextState:
    return desk.texts(inbound=False)[0].state


@pytest.mark.parametrize(
    ("reports", "end"),
    [
        (["DELIVERED"], "DELIVERED"),
        (["ON_ITS_WAY"], "ACCEPTED"),
        (["FAILED"], "FAILED"),
        (["EXPIRED"], "EXPIRED"),
        (["ABSENT"], "ABSENT"),
        (["Weather"], "ACCEPTED"),
        (["DELIVERED", "DELIVERED"], "DELIVERED"),
        (["DELIVERED", "FAILED"], "DELIVERED"),
        (["FAILED", "DELIVERED"], "FAILED"),
        (["EXPIRED", "DELIVERED"], "DELIVERED"),
        (["ABSENT", "DELIVERED"], "DELIVERED"),
        (["DELIVERED", "ON_ITS_WAY"], "DELIVERED"),
    ],
)
def test_reports_move_a_text_as_the_table_says(desk: Desk, reports: list[str], end: str) -> None:
    sent(desk)
    for each in reports:
        report(desk, each)
    assert state(desk) == end


@pytest.mark.parametrize("order", list(permutations(["ON_ITS_WAY", "DELIVERED", "EXPIRED"])))
def test_a_delivered_text_is_delivered_in_whatever_order_it_is_told(
    desk: Desk, order: tuple[str, ...]
) -> None:
    sent(desk)
    for each in order:
        report(desk, each)
    assert state(desk) is TextState.DELIVERED


def test_a_delivery_stands_in_the_log_once(desk: Desk) -> None:
    sent(desk)
    report(desk, "DELIVERED")
    report(desk, "FAILED")
    assert [entry.kind for entry in desk.log()] == ["report", "text_out", "text_delivered"]


def test_a_report_before_the_send_is_recorded_is_applied_when_it_is(desk: Desk) -> None:
    report(desk, "DELIVERED")
    sent(desk)
    assert state(desk) is TextState.DELIVERED


def test_a_report_and_the_record_of_its_send_that_do_not_see_each_other_meet_later(any_desk: Desk) -> None:
    with any_desk.work() as work:
        message = text(work, RESIDENT, "Halo", Purpose.PROGRESS)
    report(any_desk, "DELIVERED", settle=False)
    sending, both = Sending(TextLines([any_desk.gateway])), threading.Barrier(2)
    with any_desk.work() as work:
        sending.prepare(work, [message.id])

    def record() -> None:
        both.wait(10)
        with any_desk.work() as work:
            sending.record(work, [(message.id, Accepted("c-1"), 1)])

    def read() -> None:
        both.wait(10)
        with any_desk.work() as work:
            read_receipt(work, 1, any_desk.gateway)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(record), pool.submit(read)]:
            done.result()
    any_desk.clock.advance(seconds=20)
    any_desk.settle()
    assert state(any_desk) is TextState.DELIVERED


def test_a_report_about_nothing_of_ours_is_looked_at_a_few_times_and_then_left(desk: Desk) -> None:
    report(desk, "DELIVERED", "somebody-elses")
    for wait in (20, 120, 1800, 9999):
        desk.clock.advance(seconds=wait)
        desk.settle()
    with desk.runtime.reading() as session:
        assert len(list(session.scalars(select(Promise)))) == 1 + len(LOOK_AGAIN)
        assert len(list(session.scalars(select(Receipt)))) == 1
        assert session.scalars(select(Kept)).one().problem == "the report names a text that is not known"


def test_a_report_without_an_id_is_kept_with_its_problem(desk: Desk) -> None:
    desk.callback("receipt", b"{}", JSON)
    with desk.runtime.reading() as session:
        assert session.scalars(select(Kept)).one().problem == "the report names no text"


def test_a_report_moves_the_incident_so_that_screens_follow(desk: Desk) -> None:
    sent(desk)
    before = desk.incident().changes
    report(desk, "DELIVERED")
    assert desk.incident().changes > before


def test_a_report_refuses_nobody_who_was_about_to_act(desk: Desk) -> None:
    """It changes nothing that a form about the incident would overwrite."""
    sent(desk)
    before = stamp_of(desk.incident())
    report(desk, "DELIVERED")
    assert stamp_of(desk.incident()) == before


@pytest.mark.parametrize(
    ("number", "known"), [("+6281200000001", 1), ("081200000001", 1), ("TELKOMSEL", 0), ("x" * 300, 0)]
)
def test_an_opt_out_counts_for_telephones_only(any_desk: Desk, number: str, known: int) -> None:
    any_desk.callback("opt-out", json.dumps({"number": number}).encode(), JSON)
    assert not any_desk.unkept()
    with any_desk.runtime.reading() as session:
        assert len(list(session.scalars(select(Caller)))) == known


def test_a_second_opt_out_after_start_counts_although_it_looks_like_the_first(any_desk: Desk) -> None:
    opt_out = json.dumps({"number": RESIDENT}).encode()

    def opted_out() -> bool:
        with any_desk.runtime.reading() as session:
            return session.scalars(select(Caller)).one().opted_out_at is not None

    any_desk.callback("opt-out", opt_out, JSON)
    assert opted_out()
    any_desk.text(RESIDENT, "MULAI")
    assert not opted_out()
    any_desk.callback("opt-out", opt_out, JSON)
    assert opted_out()
