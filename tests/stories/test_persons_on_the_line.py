"""Persons at the other end: an operator who takes a call, the duty officer, a call back, a unit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.calls import CallEnd, CallState
from hotline.domain.lifecycle import UnitStatus
from hotline.models import Assignment, Call, Unit
from tests.stories.conftest import StartSystem
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


def heard(phone: Phone, words: str) -> bool:
    """Whether these words were spoken on the telephone's line."""
    call = phone.state()["call"] or {"heard": []}
    return any(words in each["text"] for each in call["heard"])


def test_an_operator_takes_the_next_caller_from_the_screen(hotline: System) -> None:
    """0 waits in the queue; the operator's telephone rings, and the carrier's queue joins the two."""
    siti = hotline.phone(SITI)
    desk, telephone = desk_with_a_telephone(hotline)
    siti.dial()
    siti.until("keys")
    siti.press("0")
    eventually(lambda: heard(siti, "Anda nomor antrean"), "the caller hears his place")
    assert "+62812•••0011" in desk.open("/calls").text
    taken = desk.open("/calls").submit("/calls/next")
    assert taken.status == 200, taken.text
    telephone.until("ringing")
    telephone.answer()

    def talking() -> bool:
        with Session(hotline.engine()) as session:
            return session.scalar(select(Call.state).where(Call.number == SITI)) is CallState.TALKING

    eventually(talking, "the two are joined")
    assert "Sedang bicara" in desk.open("/calls").text
    siti.hang_up()

    def over() -> bool:
        with Session(hotline.engine()) as session:
            ends = set(session.scalars(select(Call.end)))
            return ends == {CallEnd.ANSWERED, CallEnd.DONE}

    eventually(over, "both calls are over")
    assert "Dijawab, belum ada kasus" in desk.open("/calls").text


def test_nobody_at_the_desk_leads_to_a_message_and_to_the_duty_officer(
    start: StartSystem, sqlite_url: str
) -> None:
    """Twenty seconds without an operator: a recording, a task, and the duty officer's telephone rings."""
    system = start(sqlite_url)
    siti, officer = system.phone(SITI), system.phone(OFFICER)
    with Session(system.engine()) as session, session.begin():
        session.add(
            Unit(name="Perwira Piket", number=OFFICER, agency="PIKET", on_duty=True, on_duty_until=None)
        )
    siti.dial()
    siti.until("keys")
    siti.press("0")
    eventually(lambda: heard(siti, "dan nama Anda"), "the caller may leave a message", within=40)
    siti.until("recording")
    siti.speak(2)
    siti.press("#")
    officer.until("ringing")
    desk = system.sign_in("operator")
    assert "Perlu ditelepon balik" in desk.open("/calls").text
    officer.answer()
    officer.until("connected")
    eventually(
        lambda: "Tidak ada yang perlu ditelepon balik" in desk.open("/calls").text, "the task is settled"
    )
    siti.hang_up()


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
    eventually(lambda: heard(first, "pencurian"), "the task is read")
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
