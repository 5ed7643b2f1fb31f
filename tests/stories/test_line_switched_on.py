"""What a programme may switch on: callers are rung back at our cost, and talks are recorded."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.recording import RecordingState
from hotline.models import Call, Recording
from tests.stories.system import HOTLINE, Phone, System
from tests.stories.test_by_text import case_says
from tests.stories.test_by_voice import dial
from tests.stories.test_persons_on_the_line import call_of, desk_with_a_telephone, heard, quiet
from tests.support.eventually import eventually

CHANGES: Final = {
    "missed_call_mode = false        # refuse a mobile caller and call back: he pays nothing":
        "missed_call_mode = true",
    "record_talks = false            # a talk with an operator; announced where on": "record_talks = true",
}  # fmt: skip
WITHIN_S: Final = 10.0


def rung_back(house: System, number: str) -> Phone:
    """Somebody calls, is refused, and is rung back in time."""
    phone = house.phone(number)
    phone.dial()

    def rings() -> bool:
        call = phone.state()["call"]
        return call is not None and call["state"] == "ringing" and call["incoming"]

    eventually(rings, "the caller is rung back", within=WITHIN_S)
    assert phone.state()["call"]["with"] == HOTLINE
    with Session(house.engine()) as session:
        assert CallEnd.REJECTED in session.scalars(select(Call.end).where(Call.number == number)).all()
    return phone


def owed(house: System, phone: Phone) -> bool:
    """Whether the desk is offered to call this telephone back."""
    with Session(house.engine()) as session:
        calls = session.scalars(select(Call.id).where(Call.number == phone.number)).all()
    page = house.sign_in("operator").open("/calls")
    return any(f"/calls/{call}/back" in page.html for call in calls)


def test_a_caller_without_credit_is_refused_rung_back_and_reports(sqlite_house: System) -> None:
    """His call costs nothing; what he tells in ours is his report."""
    phone = rung_back(sqlite_house, "+6281200001501")
    phone.answer()
    for keys in ("2", "3", "9#"):
        phone.until("keys")
        phone.press(keys)
    phone.until("recording")
    phone.speak(1)
    phone.press("#")
    phone.wait_for_text("no. ")
    phone.until("over")
    eventually(lambda: call_of(sqlite_house, phone.number).end is CallEnd.REPORTED, "the call is a report")
    with Session(sqlite_house.engine()) as session:
        calls = session.scalars(select(Call).where(Call.number == phone.number).order_by(Call.id)).all()
        assert [(call.errand, call.end) for call in calls] == [
            (Errand.CALLER, CallEnd.REJECTED), (Errand.CALL_BACK, CallEnd.REPORTED),
        ]  # fmt: skip
        placed = (calls[1].answered_at or calls[1].started_at) - calls[0].started_at
        assert placed.total_seconds() <= WITHIN_S
    assert not owed(sqlite_house, phone)


def test_whoever_does_not_pick_up_is_on_the_desks_list(sqlite_house: System) -> None:
    """The telephone is busy, or in somebody else's hands: a person tries again."""
    phone = rung_back(sqlite_house, "+6281200001502")
    phone.hang_up()

    def ended() -> bool:
        call = call_of(sqlite_house, phone.number)
        return call.errand is Errand.CALL_BACK and call.end is CallEnd.UNANSWERED

    eventually(ended, "nobody has answered")
    assert owed(sqlite_house, phone)


def test_a_quiet_telephone_is_answered_and_never_rung(sqlite_house: System) -> None:
    """A ringing telephone may give somebody away."""
    phone = sqlite_house.phone("+6281200001503")
    phone.text("DIAM")
    eventually(lambda: quiet(sqlite_house, phone.number), "the telephone is quiet")
    dial(phone, "1")
    phone.until("keys")
    phone.hang_up()
    eventually(lambda: call_of(sqlite_house, phone.number).end is CallEnd.REPORTED, "it is a report")
    with Session(sqlite_house.engine()) as session:
        errands = session.scalars(select(Call.errand).where(Call.number == phone.number)).all()
        assert errands == [Errand.CALLER]


def test_a_talk_is_announced_as_recorded_and_stands_in_its_case(sqlite_house: System) -> None:
    """Only where the programme has switched it on; the caller hears so before the operator."""
    desk, telephone = desk_with_a_telephone(sqlite_house)
    phone = rung_back(sqlite_house, "+6281200001504")
    phone.answer()
    phone.until("keys")
    phone.press("0")
    eventually(lambda: heard(phone, "Anda nomor antrean"), "the caller waits")
    taken = desk.open("/calls").submit("/calls/next")
    assert taken.status == 200, taken.text
    assert telephone.until("ringing")["with"] == HOTLINE
    assert heard(phone, "Percakapan ini direkam.")
    telephone.answer()
    eventually(lambda: call_of(sqlite_house, phone.number).state is CallState.TALKING, "the two talk")
    call_id = call_of(sqlite_house, phone.number).id
    page = desk.open("/calls").submit(f"/calls/{call_id}/case")
    assert page.status == 200, page.text
    number = page.url.rsplit("/", 1)[-1]
    phone.speak(1)
    phone.hang_up()

    def fetched() -> bool:
        with Session(sqlite_house.engine()) as session:
            query = select(Recording.state).where(Recording.call_id == call_id)
            return session.scalars(query).one_or_none() is RecordingState.FETCHED

    eventually(fetched, "the talk is fetched")
    assert "/recordings/" in case_says(sqlite_house, desk, number, "Rekaman disimpan").html
