"""Persons at the other end: an operator who takes a call, the duty officer, a call back, a unit.

On PostgreSQL; the same persons are on the line on SQLite where a programme has switched more on
(test_line_switched_on.py), and the desk's and the exchange's steps are tested on both.
"""

import re
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.calls import CallEnd, CallState
from hotline.domain.lifecycle import UnitStatus
from hotline.models import Assignment, Call, Caller, Unit
from tests.stories.system import HOTLINE, Phone, System
from tests.stories.test_by_text import case_says, report
from tests.stories.test_by_voice import dial
from tests.support.eventually import eventually
from tests.support.forms import Visitor

pytestmark = pytest.mark.parametrize("house", ["postgresql"], indirect=True)
CHANGES: Final = {
    "wait_s = 20                     # for an operator; then record, and on to the duty officer": "wait_s = 5"
}
"""Nobody waits twenty seconds for a test."""
OPERATORS_TELEPHONE = "+6281200000019"


def desk_with_a_telephone(system: System) -> tuple[Visitor, Phone]:
    """An operator who has said where he can be rung, and that telephone."""
    phone = system.phone(OPERATORS_TELEPHONE)
    desk = system.sign_in("operator")
    saved = desk.open("/calls").submit("/calls/telephone", telephone=OPERATORS_TELEPHONE)
    assert saved.status == 200, saved.text
    return desk, phone


def guard(system: System, serial: int) -> tuple[Unit, Phone]:
    """A unit of this story's own, and its telephone."""
    number = f"+62813000091{serial:02d}"
    with Session(system.engine(), expire_on_commit=False) as session, session.begin():
        unit = Unit(name=f"Linmas {serial}", number=number, agency="LINMAS", area_code="EJ", on_duty=True)
        session.add(unit)
    return unit, system.phone(number)


def alert(system: System, desk: Visitor, number: str, *units: Unit) -> None:
    """Verifies the case and sends these units."""
    verified = system.case(desk, number).submit(f"/incidents/{number}/verify", priority="tinggi")
    assert verified.status == 200, verified.text
    chosen = [str(unit.id) for unit in units]
    sent = system.case(desk, number).submit(f"/incidents/{number}/dispatch", unit=chosen)
    assert sent.status == 200, sent.text


def status(system: System, unit: Unit) -> UnitStatus:
    """How far the unit is with its one assignment."""
    with Session(system.engine()) as session:
        return session.scalars(select(Assignment.status).where(Assignment.unit_id == unit.id)).one()


def heard(phone: Phone, words: str) -> bool:
    """Whether these words were spoken on the telephone's line."""
    call = phone.state()["call"] or {"heard": []}
    return any(words in each["text"] for each in call["heard"])


def call_of(system: System, number: str) -> Call:
    """The last call of this number, once there is one."""
    engine = system.engine()

    def find() -> Call | None:
        with Session(engine) as session:
            query = select(Call).where(Call.number == number).order_by(Call.id.desc()).limit(1)
            return session.scalars(query).one_or_none()

    found = eventually(find, f"{number} has called or was rung")
    assert found
    return found


def quiet(system: System, number: str) -> bool:
    """Whether this telephone must not be rung: somebody else may pick it up."""
    with Session(system.engine()) as session:
        found = session.scalars(select(Caller.quiet_since).where(Caller.number == number)).one_or_none()
        return found is not None


def test_an_operator_takes_the_next_caller_from_the_screen(house: System) -> None:
    """0 waits in the queue; the operator sees who it is, his telephone rings, and the two are joined."""
    siti = house.phone("+6281200001401")
    earlier = report(house, siti, "ada ular masuk rumah rt 5 eka jaya")
    desk, telephone = desk_with_a_telephone(house)
    dial(siti, "0")
    eventually(lambda: heard(siti, "Anda nomor antrean"), "the caller hears his place")
    page = desk.open("/calls")
    assert "+62812•••1401" in page.text
    assert f"/incidents/{earlier}" in page.html, "his history is in sight before he is taken"
    taken = page.submit("/calls/next")
    assert taken.status == 200, taken.text
    telephone.until("ringing")
    telephone.answer()
    eventually(lambda: call_of(house, siti.number).state is CallState.TALKING, "the two are joined")
    assert "Sedang bicara" in desk.open("/calls").text
    siti.hang_up()
    eventually(lambda: call_of(house, siti.number).end is CallEnd.ANSWERED, "the caller's call is over")
    eventually(lambda: call_of(house, telephone.number).end is CallEnd.DONE, "the operator's is too")
    assert "Dijawab, belum ada kasus" in desk.open("/calls").text


def test_nobody_at_the_desk_leads_to_a_message_and_to_the_duty_officer(house: System) -> None:
    """The wait is over: a recording, a task, and the duty officer's telephone rings."""
    siti, officer = house.phone("+6281200001402"), house.phone("+6281300009001")
    with Session(house.engine()) as session, session.begin():
        session.add(Unit(name="Perwira Piket", number=officer.number, agency="PIKET", on_duty=True))
    dial(siti, "0")
    eventually(lambda: heard(siti, "dan nama Anda"), "the caller may leave a message", within=40)
    siti.until("recording")
    siti.speak(2)
    siti.press("#")
    assert officer.until("ringing")["with"] == HOTLINE
    desk = house.sign_in("operator")
    assert "+62812•••1402" in desk.open("/calls").text.split("Perlu ditelepon balik")[1]
    officer.answer()
    officer.until("connected")
    eventually(
        lambda: f"/calls/{call_of(house, siti.number).id}/back" not in desk.open("/calls").html,
        "the task is settled",
    )
    siti.hang_up()


def test_a_missed_call_is_called_back_with_both_numbers_hidden(house: System) -> None:
    """The operator's telephone rings first, then the caller's; each sees the hotline's number."""
    siti = house.phone("+6281200001403")
    desk, telephone = desk_with_a_telephone(house)
    dial(siti)
    siti.until("keys")
    siti.hang_up()
    eventually(lambda: call_of(house, siti.number).end is CallEnd.MISSED, "the call is missed")
    back = f"/calls/{call_of(house, siti.number).id}/back"
    sent = desk.open("/calls").submit(back)
    assert sent.status == 200, sent.text
    telephone.until("ringing")
    assert telephone.state()["call"]["with"] == HOTLINE
    telephone.answer()
    siti.until("ringing")
    assert siti.state()["call"]["with"] == HOTLINE
    siti.answer()
    siti.until("connected")
    eventually(lambda: back not in desk.open("/calls").html, "the task is settled")
    telephone.hang_up()


def test_a_task_is_read_and_only_a_key_that_was_pressed_answers_it(house: System) -> None:
    """1 accepts, 9 repeats, 2 declines; a machine that picks up and says nothing has accepted nothing."""
    siti = house.phone("+6281200001404")
    number = report(house, siti, "maling rt 5 eka jaya")
    desk = house.sign_in("operator")
    keys: dict[int, tuple[str, ...]] = {1: ("1",), 2: ("9", "2"), 3: ("", "", "")}
    units = {serial: guard(house, serial) for serial in keys}
    alert(house, desk, number, *(unit for unit, _ in units.values()))
    page = house.case(desk, number)
    for form in [form for form in page.forms if form.action.endswith("/read")]:
        assert page.submit(form.action).status == 200
    for serial, (_, phone) in units.items():
        phone.until("ringing")
        phone.answer()
        for key in keys[serial]:
            phone.until("keys")
            if key:
                phone.press(key)
            else:
                phone.fall_silent()
    said = {1: "Anda menerima tugas", 2: "Anda menolak tugas", 3: "Kami tidak mendengar jawaban"}
    for serial, (_, phone) in units.items():
        eventually(lambda phone=phone, serial=serial: heard(phone, said[serial]), said[serial])  # type: ignore[misc]
        assert heard(phone, "pencurian")
        assert not heard(phone, "maling"), "what the reporter said is never read out"
    assert [status(house, unit) for unit, _ in units.values()] == [
        UnitStatus.ACCEPTED, UnitStatus.DECLINED, UnitStatus.ALERTED,
    ]  # fmt: skip
    eventually(
        lambda: call_of(house, units[3][1].number).end is CallEnd.UNANSWERED, "the machine has not answered"
    )


def test_a_unit_that_rings_and_hangs_up_has_accepted_its_one_alert_and_no_second(house: System) -> None:
    """A guard without credit rings once; with two alerts open nobody could know which he means."""
    siti = house.phone("+6281200001405")
    desk = house.sign_in("operator")
    unit, phone = guard(house, 11)
    number = report(house, siti, "maling rt 5 eka jaya")
    alert(house, desk, number, unit)
    phone.wait_for_text(f"TUGAS {number}")
    phone.dial()
    phone.until("keys")
    phone.hang_up()
    phone.wait_for_text(number, "TERIMA")
    assert status(house, unit) is UnitStatus.ACCEPTED

    busy, line = guard(house, 12)
    other = report(house, house.phone("+6281200001406"), "tawuran rt 9 talang bakung")
    third = report(house, house.phone("+6281200001407"), "banjir rt 2 payo selincah")
    for each in (other, third):
        alert(house, desk, each, busy)
        line.wait_for_text(f"TUGAS {each}")
    line.dial()
    line.until("keys")
    line.hang_up()
    eventually(lambda: call_of(house, line.number).end is CallEnd.MISSED, "that ring is a missed call")
    with Session(house.engine()) as session:
        states = session.scalars(select(Assignment.status).where(Assignment.unit_id == busy.id))
        assert set(states) == {UnitStatus.ALERTED}


def test_a_unit_gives_its_pin_hears_its_task_and_presses_what_it_does(house: System) -> None:
    """The number that calls is only a claim; the PIN is given once, on the screen."""
    unit, phone = guard(house, 21)
    siti = house.phone("+6281200001408")
    number = report(house, siti, "maling rt 5 eka jaya")
    alert(house, house.sign_in("operator"), number, unit)
    given = house.sign_in("admin").open("/units").submit(f"/units/{unit.id}/pin")
    pin = re.search(r"PIN petugas · Linmas 21 (\d{6})\b", given.text)
    assert pin, given.text
    dial(phone, "000000#", f"{pin[1]}#")
    eventually(lambda: heard(phone, "PIN itu salah"), "the first try is refused")
    for key, words, reached in (
        ("1", "Anda menerima tugas", UnitStatus.ACCEPTED),
        ("3", "Anda di jalan", UnitStatus.EN_ROUTE),
        ("4", "Anda sudah tiba", UnitStatus.ON_SCENE),
        ("6", "tugas selesai", UnitStatus.CLEAR),
    ):
        phone.until("keys")
        phone.press(key)
        eventually(lambda words=words: heard(phone, words), f"the unit hears {words}")  # type: ignore[misc]
        assert status(house, unit) is reached
    phone.until("over")
    siti.wait_for_text(number, "di lokasi")
    eventually(lambda: call_of(house, phone.number).end is CallEnd.FROM_UNIT, "the call is a unit's")


def test_an_operator_and_a_unit_talk_with_the_reporter_and_neither_learns_a_number(house: System) -> None:
    """Out of the case, through our number, and in its log; not where the reporter must not be rung."""
    siti = house.phone("+6281200001409")
    number = report(house, siti, "maling rt 5 eka jaya")
    desk, telephone = desk_with_a_telephone(house)
    unit, unit_phone = guard(house, 31)
    alert(house, desk, number, unit)
    for action, first in ((f"/incidents/{number}/call", telephone), ("/join", unit_phone)):
        joined = house.case(desk, number).submit(action)
        assert joined.status == 200, joined.text
        first.until("ringing")
        assert first.state()["call"]["with"] == HOTLINE
        first.answer()
        siti.until("ringing")
        assert siti.state()["call"]["with"] == HOTLINE
        siti.answer()
        siti.until("connected")
        eventually(lambda: call_of(house, first.number).state is CallState.TALKING, "they talk")  # noqa: B023
        siti.hang_up()
        first.until("over")
        eventually(lambda: call_of(house, first.number).end is CallEnd.DONE, "the call is over")  # noqa: B023
    page = case_says(house, desk, number, "Telepon tersambung")
    assert siti.number not in page.html
    siti.text("DIAM")
    eventually(lambda: quiet(house, siti.number), "the reporter's telephone is quiet")
    for action in ("/join", f"/incidents/{number}/call"):
        refused = page.submit(action)
        assert (refused.status, "Tidak boleh ditelepon" in refused.text) == (409, True)
