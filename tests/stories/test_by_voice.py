"""A case by telephone: the menu, the recording, the number spoken and texted; and every way to drop out."""

from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect
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


def dial(phone: Phone, *keys: str, withheld: bool = False) -> None:
    """Calls, and answers each question with these keys ("" for silence), until the last was taken."""
    phone.dial(withheld=withheld)
    for each in keys:
        phone.until("keys")
        heard = last_heard(phone)
        if each:
            phone.press(each)
        else:
            phone.fall_silent()
        # A hang-up would overtake keys that are still on their way.
        eventually(lambda heard=heard: last_heard(phone) > heard, f"the line goes on after {each!r}")  # type: ignore[misc]


def last_heard(phone: Phone) -> int:
    """The serial number of what the line said last."""
    return max((each["n"] for each in phone.state()["call"]["heard"] if each["kind"] == "play"), default=-1)


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


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
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


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_a_caller_who_hides_his_number_is_a_case_all_the_same(house: System) -> None:
    """Nobody can text or call him: what he said is all there is."""
    phone = house.phone("+6281200001303")
    dial(phone, "2", withheld=True)
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


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
@pytest.mark.browser
def test_a_call_by_the_telephones_page_plays_the_real_prompts_and_the_desk_hears_the_caller(
    house: System, page: Page
) -> None:
    """Dial, hear, press, speak, hang up, all in a browser; then the case's player, also faster."""
    number = "+6281200001304"
    house.phone(number)
    page.goto(f"{house.carrier}/")
    page.get_by_role("navigation").get_by_role("button", name=number).click()
    phone = page.get_by_role("article", name=f"Telepon {number}")
    phone.get_by_role("button", name="Telepon hotline").click()
    greeting = "Sigap Ketimun Kecamatan Paal Merah. Bila nyawa terancam"
    for words, key in ((greeting, "2"), ("Di kelurahan mana kejadiannya?", "3"), ("Masukkan nomor RT", "#")):
        player = phone.locator("li.play", has_text=words).last.locator("audio")
        assert seconds_of(player) == pytest.approx(seconds_at(page, player), abs=0.1), words
        eventually(lambda player=player: player.evaluate("it => it.currentTime > 0.2"), f"one hears {words}")  # type: ignore[misc]
        phone.get_by_role("button", name=key, exact=True).click()
    phone.get_by_role("button", name="Suara contoh").click()
    expect(phone.get_by_text("suara terekam")).to_be_visible()
    phone.get_by_role("button", name="Tutup", exact=True).click()
    expect(phone.get_by_text("Panggilan selesai")).to_be_visible()

    page.goto(f"{house.web[0]}/login")
    page.locator("[name=username]").fill("operator")
    page.locator("[name=password]").fill(house.passwords["operator"])
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_be_visible()
    page.goto(f"{house.web[0]}/incidents/{case_of(house, number)}")
    player = page.locator(".sound audio")
    assert seconds_of(player) == pytest.approx(3.0, abs=0.2)
    page.get_by_role("button", name="1,5×").click()
    assert player.evaluate("audio => audio.playbackRate") == 1.5


def seconds_of(player: Locator) -> float:
    """How long the sound is that the browser has loaded."""
    found: float = eventually(
        lambda: player.evaluate("audio => audio.readyState >= 1 && audio.duration"), "the sound is loaded"
    )
    return found


def seconds_at(page: Page, player: Locator) -> float:
    """How long the WAV behind a player is."""
    sound = page.request.get(player.evaluate("audio => audio.src")).body()
    assert sound[:4] == b"RIFF"
    return (len(sound) - 44) / 2 / 8000


def case_of(house: System, number: str) -> str:
    """The number of this telephone's case, once its recording is there."""

    def find() -> str | None:
        with Session(house.engine()) as session:
            query = select(Incident.number).join(Call, Call.incident_id == Incident.id)
            query = query.join(Recording, Recording.call_id == Call.id)
            query = query.where(Call.number == number, Recording.state == RecordingState.FETCHED)
            return session.scalars(query).one_or_none()

    return eventually(find, "the case has its recording") or ""
