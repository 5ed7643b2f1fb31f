"""One key for pranks, empty calls and abuse: the second within a day begins a quiet period that ends by
itself, and a report of such a number is never dropped.
"""

import pytest
from sqlalchemy import select

from hotline import misuse, notify
from hotline.console.bands import queue
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import Disposition
from hotline.domain.playbook import Priority
from hotline.incidents import ConflictError
from hotline.models import Caller, Misuse, Unit
from hotline.tray import file_to_incident
from tests.hotline.journey import THEFT, sent
from tests.support.desk import GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk

PRANK = "maling di rt 5 eka jaya hahaha"
FIRE = "kebakaran rumah di payo selincah rt 3 ada orang terjebak"


def press(desk: Desk, number: str, kind: Misuse = Misuse.PRANK) -> None:
    with desk.work() as work:
        misuse.press_for_incident(work, desk.incident(number).id, kind, OPERATOR)
    desk.settle()


def prank(desk: Desk, number: str) -> None:
    """A report that the desk takes for a prank."""
    desk.text(RESIDENT, PRANK)
    press(desk, number)


def is_muted(desk: Desk) -> bool:
    with desk.runtime.reading() as session:
        caller = session.scalars(select(Caller).where(Caller.number == RESIDENT)).one()
    return caller.muted_until is not None and caller.muted_until > desk.clock.at


@pytest.fixture
def muted(desk: Desk) -> Desk:
    """A number with two pranks within an hour."""
    prank(desk, "1007")
    desk.clock.advance(minutes=30)
    prank(desk, "1010")
    return desk


@pytest.mark.parametrize("kind", Misuse)
def test_the_key_ends_the_case_and_says_nothing(desk: Desk, kind: Misuse) -> None:
    desk.text(RESIDENT, PRANK)
    said = len(desk.said_to(RESIDENT))
    press(desk, "1007", kind)
    assert desk.incident().disposition is Disposition.PRANK
    assert len(desk.said_to(RESIDENT)) == said


def test_the_first_silences_nobody(desk: Desk) -> None:
    prank(desk, "1007")
    assert not is_muted(desk)
    desk.text(RESIDENT, "BANTUAN")
    assert "Lapor" in desk.said_to(RESIDENT)[-1]


def test_the_second_within_a_day_does(muted: Desk) -> None:
    assert is_muted(muted)
    said = len(muted.said_to(RESIDENT))
    muted.text(RESIDENT, "BANTUAN")
    assert len(muted.said_to(RESIDENT)) == said
    assert muted.texts(inbound=False)[-1].problem == "muted"


def test_the_second_after_a_day_does_not(desk: Desk) -> None:
    prank(desk, "1007")
    desk.clock.advance(hours=desk.runtime.playbook.limits.misuse_within_hours, seconds=1)
    prank(desk, "1010")
    assert not is_muted(desk)


def test_the_quiet_period_ends_by_itself(muted: Desk) -> None:
    hours = muted.runtime.playbook.limits.misuse_quiet_hours
    muted.clock.advance(hours=hours, seconds=-1)
    assert is_muted(muted)
    muted.clock.advance(seconds=2)
    muted.text(RESIDENT, "BANTUAN")
    assert "Lapor" in muted.said_to(RESIDENT)[-1]


def test_a_report_in_the_quiet_period_is_a_case_with_its_receipt_after_all_others(muted: Desk) -> None:
    muted.text(RESIDENT, THEFT)
    muted.text(NEIGHBOUR, "ada balapan liar di rt 9 payo selincah")
    assert "no. 1029" in muted.said_to(RESIDENT)[-1]
    with muted.runtime.reading() as session:
        rows = queue(session, OPERATOR, muted.clock.at)
    assert [row.incident.number for row in rows] == ["1032", "1029"]
    assert [row.incident.doubted for row in rows] == [False, True]


def test_an_emergency_goes_before_all_others_whoever_reports_it(muted: Desk) -> None:
    muted.text(NEIGHBOUR, THEFT)
    muted.text(RESIDENT, FIRE)
    with muted.runtime.reading() as session:
        rows = queue(session, OPERATOR, muted.clock.at)
    assert rows[0].incident.priority is Priority.DARURAT
    assert rows[0].incident.doubted


def test_somebody_elses_word_settles_the_doubt(muted: Desk) -> None:
    muted.text(RESIDENT, THEFT)
    assert muted.incident("1029").doubted
    muted.text(NEIGHBOUR, "TAMBAH 1029 betul, saya lihat")
    with muted.work() as work:
        file_to_incident(work, muted.texts(inbound=True)[-1].id, "1029", OPERATOR)
    assert not muted.incident("1029").doubted


def test_what_a_person_at_the_desk_writes_is_not_held_back(muted: Desk) -> None:
    with muted.work() as work:
        assert notify.text(work, RESIDENT, "Halo", Purpose.OPERATOR).state is TextState.QUEUED


def test_what_several_people_reported_is_no_prank_of_one(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(NEIGHBOUR, "TAMBAH 1007 betul, saya lihat")
    with desk.work() as work:
        file_to_incident(work, desk.texts(inbound=True)[-1].id, "1007", OPERATOR)
    with pytest.raises(ConflictError, match="several"):
        press(desk, "1007")


def test_a_case_that_units_are_on_is_closed_otherwise(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    sent(desk, [GUARD])
    with pytest.raises(ConflictError):
        press(desk, "1007")


def test_it_was_none_after_all(muted: Desk) -> None:
    with muted.work() as work:
        misuse.forgive(work, muted.incident("1010").id, OPERATOR)
    assert not is_muted(muted)
    muted.text(RESIDENT, PRANK)
    press(muted, "1029")
    assert is_muted(muted), "the one that stands and this one are two"


def test_a_units_number_is_never_muted(desk: Desk) -> None:
    for position in range(3):
        desk.text(GUARD, f"hahaha {position}")
        with desk.work() as work:
            misuse.press_for_text(work, desk.texts(inbound=True)[-1].id, Misuse.GHOST, OPERATOR)
    with desk.runtime.reading() as session:
        assert session.scalars(select(Caller)).all() == []
        assert session.scalars(select(Unit).where(Unit.number == GUARD)).one().active
