"""A case by telephone: the menu, the recording, the number spoken and texted; and every way to drop out."""

from dataclasses import dataclass
from typing import Final

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


def dial(phone: Phone, *keys: str) -> None:
    """Calls, and presses each of these where the line asks for keys; "" stands for silence."""
    phone.dial()
    for each in keys:
        phone.until("keys")
        if each:
            phone.press(each)
        else:
            phone.fall_silent()


def test_a_call_becomes_a_case_with_its_recording(house: System) -> None:
    """Kind, kelurahan, RT, description; the number is spoken and texted; the desk hears the recording."""
    siti = house.phone(SITI)
    dial(siti, "2", "3", "9#")
    siti.until("recording")
    siti.speak(2)
    siti.press("#")
    siti.until("over")
    number = number_in(siti.wait_for_text("no. "))
    heard = " ".join(each["text"] for each in siti.state()["call"]["heard"])
    assert " ".join(f"{DIGITS[int(digit)]}." for digit in number) in heard

    desk = house.sign_in("operator")
    case_says(house, desk, number, "Eka Jaya RT 9")
    with Session(house.engine()) as session:
        incident = session.scalars(select(Incident).where(Incident.number == number)).one()
        assert (incident.type_code, incident.priority) == ("LAIN", "tinggi")
        recording = eventually(
            lambda: session.scalars(
                select(Recording)
                .join(Call, Call.id == Recording.call_id)
                .where(Call.number == SITI, Recording.state == RecordingState.FETCHED)
            ).one_or_none(),
            "the recording is fetched",
        )
        assert recording
    page = case_says(house, desk, number, "Eka Jaya")
    assert f"/recordings/{recording.id}" in page.html
    sound = desk.session.get(f"{desk.base}/recordings/{recording.id}", timeout=20)
    assert sound.content.startswith(b"RIFF")


@dataclass(frozen=True)
class Drop:
    """How far a caller comes before the line drops, and what must be left of it."""

    when: str
    keys: tuple[str, ...]
    end: CallEnd
    owed: bool = False
    """Whether somebody must call back."""
    priority: str = ""
    place: tuple[str | None, int | None] = (None, None)
    at: str = "keys"
    """What the line waits for when it drops."""
    spoken: bool = False


DROPS: Final = [
    Drop("at the greeting", (), CallEnd.MISSED, owed=True),
    Drop("after hearing it again", ("9",), CallEnd.MISSED, owed=True),
    Drop("after the kind", ("1",), CallEnd.REPORTED, priority="darurat"),
    Drop("after the kelurahan", ("2", "3"), CallEnd.REPORTED, priority="tinggi", place=("EJ", None)),
    Drop("after two wrong keys", ("3", "8", "8"), CallEnd.REPORTED, priority="sedang", at="recording"),
    Drop(
        "before the first word", ("3", "3", "9#"), CallEnd.REPORTED, priority="sedang", place=("EJ", 9),
        at="recording",
    ),
    Drop(
        "while speaking", ("2", "3", "9#"), CallEnd.REPORTED, priority="tinggi", place=("EJ", 9),
        at="recording", spoken=True,
    ),
    Drop("waiting for a person", ("0",), CallEnd.MISSED, owed=True),
    Drop("led to a person by silence", ("", ""), CallEnd.MISSED, owed=True),
    Drop("instead of leaving a message", ("0", "1"), CallEnd.MISSED, owed=True, at="recording"),
    Drop(
        "while leaving a message", ("0", "1"), CallEnd.REPORTED, owed=True, priority="tinggi", at="recording",
        spoken=True,
    ),
    Drop("asked for a number", ("4",), CallEnd.ENQUIRED),
]  # fmt: skip


def test_a_hang_up_at_every_stage_is_a_report_a_call_back_or_has_a_reason(house: System) -> None:
    """Whatever was pressed or said before the line dropped counts; who told nothing is called back."""
    numbers = {f"+62812000012{serial:02d}": drop for serial, drop in enumerate(DROPS)}
    for number, drop in numbers.items():
        phone = house.phone(number)
        dial(phone, *drop.keys)
        phone.until(drop.at)
        if drop.spoken:
            phone.speak(1)
        phone.hang_up()

    def ended() -> bool:
        with Session(house.engine()) as session:
            return set(session.scalars(select(Call.number).where(Call.end.is_not(None)))) >= set(numbers)

    eventually(ended, "every call is over")
    house.wait_until_idle()
    with Session(house.engine()) as session:
        for number, drop in numbers.items():
            call = session.scalars(select(Call).where(Call.number == number)).one()
            case = session.get(Incident, call.incident_id) if call.incident_id else None
            owed = session.scalars(select(Task).where(Task.call_id == call.id, Task.done_at.is_(None))).all()
            sound = session.scalars(select(Recording.state).where(Recording.call_id == call.id)).all()
            assert call.end is drop.end, drop.when
            assert bool(owed) is drop.owed, drop.when
            assert (case.priority if case else "") == drop.priority, drop.when
            assert ((case.area_code, case.rt) if case else (None, None)) == drop.place, drop.when
            assert sound == [RecordingState.FETCHED] * drop.spoken, drop.when
    page = house.sign_in("operator").open("/calls")
    offered = [form for form in page.forms if form.action.endswith("/back")]
    assert len(offered) == sum(drop.owed for drop in DROPS), "the desk is offered each of them"


def test_a_caller_hears_how_far_his_report_is(house: System) -> None:
    """Key 4 and the number, from the telephone that reported it; another telephone hears nothing."""
    owner, other = house.phone("+6281200001301"), house.phone("+6281200001302")
    owner.text("maling rt 5 eka jaya")
    number = number_in(owner.wait_for_text("Laporan"))
    for phone, words in ((owner, "sudah kami terima"), (other, "nomor itu tidak tercatat")):
        dial(phone, "4", f"{number}#")

        def heard(phone: Phone = phone, words: str = words) -> bool:
            return any(words in each["text"] for each in phone.state()["call"]["heard"])

        eventually(heard, f"{phone.number} hears {words}")
        if phone.state()["call"]["state"] != "over":
            phone.hang_up()


def test_a_caller_who_hides_his_number_is_a_case_all_the_same(house: System) -> None:
    """Nobody can text or call him: what he said is all there is."""
    phone = house.phone("+6281200001303")
    phone.dial(withheld=True)
    phone.until("keys")
    phone.press("2")
    phone.until("keys")
    phone.hang_up()

    def case() -> Incident | None:
        with Session(house.engine()) as session:
            return session.scalars(
                select(Incident)
                .join(Call, Call.incident_id == Incident.id)
                .where(Call.number.not_like("+62%"))
            ).one_or_none()

    eventually(case, "the case is there")
    assert phone.texts() == []
