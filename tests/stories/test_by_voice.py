"""A case by telephone: the menu, the recording, the number spoken and texted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.calls import CallEnd
from hotline.domain.recording import RecordingState
from hotline.models import Call, Incident, Recording, Task
from tests.stories.system import Phone, System
from tests.stories.test_by_text import case_says, number_in
from tests.support.eventually import eventually

SITI = "+6281200000011"
DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def through_the_menu(phone: Phone, group: str, area: str, rt: str) -> None:
    """Presses a caller's way to the recording."""
    phone.dial()
    for keys in (group, area, rt):
        phone.until("keys")
        phone.press(keys)
    phone.until("recording")


def test_a_call_becomes_a_case_with_its_recording(hotline: System) -> None:
    """Kind, kelurahan, RT, description; the number is spoken and texted; the desk hears the recording."""
    siti = hotline.phone(SITI)
    through_the_menu(siti, "2", "3", "9#")
    siti.speak(2)
    siti.press("#")
    siti.until("over")
    number = number_in(siti.wait_for_text("no. "))
    heard = " ".join(each["text"] for each in siti.state()["call"]["heard"])
    assert " ".join(f"{DIGITS[int(digit)]}." for digit in number) in heard

    desk = hotline.sign_in("operator")
    page = case_says(hotline, desk, number, "Eka Jaya RT 9")
    with Session(hotline.engine()) as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.type_code, incident.priority) == ("LAIN", "tinggi")
        recording = eventually(
            lambda: session.scalars(
                select(Recording).where(Recording.state == RecordingState.FETCHED)
            ).one_or_none(),
            "the recording is fetched",
        )
        assert recording
    page = case_says(hotline, desk, number, "Eka Jaya")
    assert f"/recordings/{recording.id}" in page.html
    sound = desk.session.get(f"{desk.base}/recordings/{recording.id}", timeout=20)
    assert sound.content.startswith(b"RIFF")


def test_a_hang_up_is_a_report(hotline: System) -> None:
    """Whatever was pressed before the line dropped becomes a case."""
    siti = hotline.phone(SITI)
    siti.dial()
    siti.until("keys")
    siti.press("1")
    siti.until("keys")
    siti.hang_up()
    number = number_in(siti.wait_for_text("SIGAP"))
    with Session(hotline.engine()) as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.number == number
        assert incident.priority == "darurat"


def test_a_call_that_says_nothing_is_a_missed_call(hotline: System) -> None:
    """Nothing was pressed or said: somebody should call back."""
    siti = hotline.phone(SITI)
    siti.dial()
    siti.until("keys")
    siti.hang_up()

    def missed() -> bool:
        with Session(hotline.engine()) as session:
            call = session.scalars(select(Call)).one()
            task = session.scalars(select(Task)).one_or_none()
            return call.end is CallEnd.MISSED and task is not None and task.call_id == call.id

    eventually(missed, "the call is missed")


def test_a_caller_hears_how_far_his_report_is(hotline: System) -> None:
    """Key 4 and the number, from the telephone that reported it; another telephone hears nothing."""
    siti, rahman = hotline.phone(SITI), hotline.phone("+6281200000012")
    siti.text("maling rt 5 eka jaya")
    number = number_in(siti.wait_for_text("Laporan"))
    for phone, words in ((siti, "sudah kami terima"), (rahman, "nomor itu tidak tercatat")):
        phone.dial()
        phone.until("keys")
        phone.press("4")
        phone.until("keys")
        phone.press(f"{number}#")

        def heard(phone: Phone = phone, words: str = words) -> bool:
            return any(words in each["text"] for each in phone.state()["call"]["heard"])

        eventually(heard, f"{phone.number} hears {words}")
        if phone.state()["call"]["state"] != "over":
            phone.hang_up()
