"""One door out: what it holds back can be seen. That nothing goes round it: tests/test_architecture.py."""

import pytest

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.models import Caller, Unit
from hotline.outbox import Rank
from tests.hotline.journey import THEFT, kinds_of_log
from tests.support.desk import GUARD, RESIDENT, Desk


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("TELKOMSEL", "not_a_mobile"),
        ("12345", "not_a_mobile"),
        ("+62741123456", "not_a_mobile"),
        ("+6591234567", "country"),
    ],
)
def test_whom_we_may_not_text_gets_nothing_and_the_reason_stands_there(
    desk: Desk, number: str, problem: str
) -> None:
    with desk.work() as work:
        message = notify.text(work, number, "Halo", Purpose.OPERATOR)
    desk.settle()
    assert (message.state, message.problem, desk.gateway.sent) == (TextState.WITHHELD, problem, [])


@pytest.mark.parametrize("purpose", Purpose)
def test_quiet_mode_withholds_every_purpose(desk: Desk, purpose: Purpose) -> None:
    with desk.work() as work:
        work.session.add(Caller(number=RESIDENT, first_seen_at=work.now, quiet_since=work.now))
        assert notify.text(work, RESIDENT, "Halo", purpose).state is TextState.WITHHELD
    desk.settle()
    assert desk.gateway.sent == []


@pytest.mark.parametrize("purpose", Purpose)
def test_stop_withholds_announcements_alone(desk: Desk, purpose: Purpose) -> None:
    with desk.work() as work:
        work.session.add(Caller(number=RESIDENT, first_seen_at=work.now, opted_out_at=work.now))
        message = notify.text(work, RESIDENT, "Halo", purpose)
        assert (message.state is TextState.WITHHELD) is (purpose is Purpose.ANNOUNCEMENT)


def test_every_purpose_has_its_rank_and_dispatch_goes_first(desk: Desk) -> None:
    with desk.work() as work:
        for position, purpose in enumerate(reversed(Purpose)):
            notify.text(work, f"+62812000001{position:02d}", purpose, purpose)
    desk.drain.step()
    desk.settle()
    assert {purpose for _, purpose in desk.gateway.sent} == set(Purpose)
    assert Rank.DISPATCH < Rank.RECEIPT < Rank.CONVERSATION < Rank.LATER


def test_automatic_replies_have_a_budget_that_receipts_and_progress_never_touch(desk: Desk) -> None:
    with desk.work() as work:
        for purpose in [Purpose.RECEIPT, Purpose.PROGRESS] * 5 + [Purpose.REPLY] * 5:
            notify.text(work, RESIDENT, "Halo", purpose)
        assert notify.replies_in_the_hour(work, RESIDENT) == work.playbook.limits.replies_per_hour
    desk.clock.advance(minutes=61)
    with desk.work() as work:
        assert notify.replies_in_the_hour(work, RESIDENT) == 0


def test_a_units_replies_are_not_rationed_with_the_residents(desk: Desk) -> None:
    with desk.work() as work:
        unit = Unit(name="Arif", number="+6281300000009", agency="LINMAS")
        work.session.add(unit)
        work.session.flush()
        for _ in range(9):
            assert notify.text(work, unit.number, "Halo", Purpose.REPLY, unit=unit).state is TextState.QUEUED


def test_typographic_signs_are_replaced_so_that_the_text_stays_in_one_part(desk: Desk) -> None:
    with desk.work() as work:
        message = notify.text(work, RESIDENT, "“Halo” – " + "x" * 140, Purpose.OPERATOR)
    assert (message.words[:9], message.parts) == ('"Halo" - ', 1)


def test_what_goes_out_and_what_is_withheld_stands_in_the_log(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    with desk.work() as work:
        work.session.query(Caller).one().quiet_since = work.now
    desk.text(RESIDENT, "STATUS 1007")
    assert kinds_of_log(desk) == ["report", "text_out", "text_in", "text_withheld"]
    assert desk.said_to(GUARD) == []
