"""Persons at the other end: an operator who takes a call, the duty officer, a call back, a unit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.lifecycle import UnitStatus
from hotline.models import Assignment, Call
from tests.stories.system import HOTLINE, Phone, System
from tests.stories.test_by_text import dispatch, report
from tests.support.eventually import eventually
from tests.support.forms import Visitor

SITI = "+6281200000011"
OFFICER = "+6281300000098"


OPERATORS_TELEPHONE = "+6281200000019"


def desk_with_a_telephone(system: System) -> tuple[Visitor, Phone]:
    """An operator who has said where he can be rung, and that telephone."""
    phone = system.phone(OPERATORS_TELEPHONE)
    desk = system.sign_in("operator")
    saved = desk.open("/calls").submit("/calls/telephone", telephone=OPERATORS_TELEPHONE)
    assert saved.status == 200, saved.text
    return desk, phone


def heard(phone: Phone, clip: str) -> bool:
    """Whether this clip was played on the telephone's line."""
    call = phone.state()["call"] or {"heard": []}
    return any(clip in each["text"] for each in call["heard"])


def test_a_missed_call_is_called_back_with_both_numbers_hidden(hotline: System) -> None:
    """The operator's telephone rings first, then the caller's; each sees the hotline's number."""
    siti = hotline.phone(SITI)
    desk, telephone = desk_with_a_telephone(hotline)
    siti.dial()
    siti.until("keys")
    siti.hang_up()

    eventually(lambda: "Telepon balik" in desk.open("/calls").html, "the missed call stands on the screen")
    sent = desk.open("/calls").submit("/back")
    assert sent.status == 200, sent.text
    telephone.until("ringing")
    assert telephone.state()["call"]["with"] == HOTLINE
    telephone.answer()
    siti.until("ringing")
    assert siti.state()["call"]["with"] == HOTLINE
    siti.answer()
    siti.until("connected")
    eventually(
        lambda: "Tidak ada yang perlu ditelepon balik" in desk.open("/calls").text, "the task is settled"
    )
    telephone.hang_up()


def test_a_task_is_read_to_a_unit_and_a_key_accepts_it(hotline: System) -> None:
    """Silence accepts nothing; 1 does."""
    siti = hotline.phone(SITI)
    number = report(hotline, siti, "maling rt 5 eka jaya")
    desk = hotline.sign_in("operator")
    dispatch(hotline, desk, number)
    read = hotline.case(desk, number).submit("/read")
    assert read.status == 200, read.text
    with Session(hotline.engine()) as session:
        rung = session.scalars(select(Call)).one()
        first = Phone(hotline.carrier, rung.number)
    first.until("ringing")
    first.answer()
    first.until("keys")
    eventually(lambda: heard(first, "type_curi"), "the task is read")
    first.press("1")

    def accepted() -> bool:
        with Session(hotline.engine()) as session:
            return session.get_one(Assignment, rung.assignment_id).status is UnitStatus.ACCEPTED

    eventually(accepted, "the unit has accepted")


def test_a_unit_that_rings_and_hangs_up_has_accepted(hotline: System) -> None:
    """A guard without credit rings once."""
    siti = hotline.phone(SITI)
    number = report(hotline, siti, "maling rt 5 eka jaya")
    unit = dispatch(hotline, hotline.sign_in("operator"), number)[0]
    unit.dial()
    unit.until("keys")
    unit.hang_up()
    unit.wait_for_text(number, "TERIMA")
