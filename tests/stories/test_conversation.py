"""Conversations with residents and units, by text: over HTTP, in one running hotline that all share."""

from itertools import count
from typing import Final

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Incident, TextMessage, Unit
from tests.stories.system import Phone, System
from tests.stories.test_by_text import case_says, number_in, report
from tests.support.eventually import eventually
from tests.support.forms import Visitor

_SERIALS: Final = count(1)
THEFT: Final = "maling rt 5 eka jaya"


@pytest.fixture(scope="module")
def desk(sqlite_house: System) -> Visitor:
    """One operator for all stories."""
    return sqlite_house.sign_in("operator")


@pytest.fixture
def siti(sqlite_house: System) -> Phone:
    """A telephone of this story's own."""
    return sqlite_house.phone(f"+62812700010{next(_SERIALS):02d}")


@pytest.fixture
def rahman(sqlite_house: System) -> Phone:
    """Another one."""
    return sqlite_house.phone(f"+62812700020{next(_SERIALS):02d}")


def guard(system: System) -> tuple[str, Phone]:
    """A unit of this story's own: its row, and its telephone."""
    serial = next(_SERIALS)
    number = f"+62813700030{serial:02d}"
    with Session(system.engine(), expire_on_commit=False) as session, session.begin():
        unit = Unit(name=f"Linmas {serial}", number=number, agency="LINMAS", area_code="EJ", on_duty=True)
        session.add(unit)
    return str(unit.id), system.phone(number)


def incident(system: System, number: str) -> Incident:
    with Session(system.engine()) as session:
        return session.scalars(select(Incident).where(Incident.number == number)).one()


def unread_of(system: System, phone: Phone) -> TextMessage:
    """The text of this telephone that lies in the tray."""

    def find() -> TextMessage | None:
        with Session(system.engine(), expire_on_commit=False) as session:
            query = select(TextMessage).where(TextMessage.number == phone.number, TextMessage.unread)
            return session.scalars(query.order_by(TextMessage.id.desc()).limit(1)).one_or_none()

    found = eventually(find, f"a text of {phone.number} lies in the tray")
    assert found
    return found


def reported(phone: Phone, words: str) -> str:
    """Texts a report; the number on its receipt, which is the next text that comes."""
    before = len(phone.texts())
    phone.text(words)
    return number_in(eventually(lambda: phone.texts()[before:], "the receipt is there")[0])


def verify_and_send(system: System, desk: Visitor, number: str, *units: str) -> None:
    """Verifies the case and alerts these units."""
    page = system.case(desk, number).submit(f"/incidents/{number}/verify", priority="tinggi")
    assert page.status == 200, page.text
    page = system.case(desk, number).submit(f"/incidents/{number}/dispatch", unit=list(units))
    assert page.status == 200, page.text


def text_and_wait(system: System, phone: Phone, words: str) -> None:
    """Texts, and waits until that was taken in and all that follows from it is done."""
    phone.text(words)
    query = select(TextMessage.id).where(
        TextMessage.number == phone.number, TextMessage.inbound, TextMessage.words == words
    )

    def taken_in() -> bool:
        with Session(system.engine()) as session:
            return session.scalar(query.limit(1)) is not None

    eventually(taken_in, f"'{words}' was taken in")
    system.wait_until_idle()


def says_nothing_more(system: System, phone: Phone, texts: int) -> None:
    """All is done, and the telephone got nothing since."""
    system.wait_until_idle()
    assert len(phone.texts()) == texts, phone.texts()


def test_a_missing_place_is_asked_for_and_a_bare_digit_answers(
    sqlite_house: System, desk: Visitor, siti: Phone
) -> None:
    siti.text("tolong ada maling di rumah saya")
    siti.wait_for_text("Balas kelurahan dan RT")
    siti.text("rt 9")
    siti.wait_for_text("1 Talang Bakung", "Balas angkanya")
    siti.text("3")
    number = siti.wait_for_text("kami catat", "Eka Jaya RT 9").split("laporan ")[1][:4]
    assert "Eka Jaya RT 9" in sqlite_house.case(desk, number).text


def test_a_second_word_joins_the_case_and_a_new_event_opens_another(
    sqlite_house: System, desk: Visitor, siti: Phone
) -> None:
    number = report(sqlite_house, siti, THEFT)
    siti.text("malingnya masih di rt 5 eka jaya bawa parang")
    siti.wait_for_text("sudah masuk laporan", number)
    case_says(sqlite_house, desk, number, "bawa parang")
    siti.text("kebakaran rumah di rt 9 payo selincah")
    assert number not in siti.wait_for_text("DARURAT")


def test_a_long_text_that_comes_in_parts_is_one_case(sqlite_house: System, siti: Phone) -> None:
    text_and_wait(sqlite_house, siti, "2/2 di eka jaya rt 5, orangnya bawa parang")
    text_and_wait(sqlite_house, siti, "1/2 tolong pak ada maling masuk rumah tetangga saya")
    siti.wait_for_text("Laporan")
    with Session(sqlite_house.engine()) as session:
        texts = session.scalars(select(TextMessage).where(TextMessage.number == siti.number)).all()
    cases = {text.incident_id for text in texts if text.inbound}
    assert len(cases) == 1, [(text.words, text.incident_id) for text in texts]
    assert None not in cases


def test_status_is_told_to_the_reporter_and_to_nobody_else(
    sqlite_house: System, siti: Phone, rahman: Phone
) -> None:
    number = report(sqlite_house, siti, THEFT)
    siti.text(f"STATUS {number}")
    siti.wait_for_text(f"Laporan {number} SUDAH DITERIMA")
    rahman.text(f"STATUS {number}")
    assert number not in rahman.wait_for_text("tidak menemukan")


def test_batal_closes_what_nobody_has_checked_and_never_what_people_are_made_to_withdraw(
    sqlite_house: System, siti: Phone, rahman: Phone
) -> None:
    number = report(sqlite_house, siti, THEFT)
    text_and_wait(sqlite_house, rahman, f"BATAL {number}")
    assert incident(sqlite_house, number).disposition is None
    siti.text(f"BATAL {number}")
    siti.wait_for_text(number, "dibatalkan sesuai permintaan")
    assert incident(sqlite_house, number).disposition == "CANCELLED"
    beaten = report(sqlite_house, rahman, "suami saya memukuli saya di rt 5 eka jaya")
    rahman.text(f"BATAL {beaten}")
    rahman.wait_for_text(beaten, "petugas memeriksa dulu")
    assert incident(sqlite_house, beaten).disposition is None


def test_a_plea_not_to_be_called_silences_us_until_the_desk_ends_it(
    sqlite_house: System, desk: Visitor, siti: Phone
) -> None:
    siti.text("ada orang masuk rumah rt 5 eka jaya, jangan telepon saya")
    with Session(sqlite_house.engine()) as session:
        query = select(Incident.number).join(TextMessage, TextMessage.incident_id == Incident.id)
        query = query.where(TextMessage.number == siti.number)
        number = eventually(lambda: session.scalars(query).first(), "the case is there") or ""
    verify_and_send(sqlite_house, desk, number, guard(sqlite_house)[0])
    page = sqlite_house.case(desk, number).submit(
        f"/incidents/{number}/reply", words="Di mana?", to="callers"
    )
    assert "mode diam: HP pelapor mungkin dibaca orang lain" in page.text
    says_nothing_more(sqlite_house, siti, 0)
    sqlite_house.case(desk, number).submit(f"/incidents/{number}/quiet", quiet="off")
    sqlite_house.case(desk, number).submit(f"/incidents/{number}/reply", words="Aman?", to="callers")
    siti.wait_for_text("Aman?")
    assert len(siti.texts()) == 1


def test_a_strangers_code_moves_nothing_and_tells_nothing(
    sqlite_house: System, desk: Visitor, siti: Phone, rahman: Phone
) -> None:
    number = report(sqlite_house, siti, THEFT)
    (sent, _), (_, other) = guard(sqlite_house), guard(sqlite_house)
    verify_and_send(sqlite_house, desk, number, sent)
    rahman.text(f"{number} 4")
    other.text(f"{number} 4")
    assert number not in rahman.wait_for_text("SIGAP")
    assert number not in other.wait_for_text("Tidak ada tugas terbuka")
    assert incident(sqlite_house, number).status == "DISPATCHED"


def test_a_bare_code_with_two_open_tasks_is_answered_with_both_and_a_late_one_becomes_a_note(
    sqlite_house: System, desk: Visitor, siti: Phone, rahman: Phone
) -> None:
    first = report(sqlite_house, siti, THEFT)
    second = report(sqlite_house, rahman, "kebakaran kecil di rt 7 eka jaya")
    sent, arif = guard(sqlite_house)
    verify_and_send(sqlite_house, desk, first, sent)
    verify_and_send(sqlite_house, desk, second, sent)
    arif.text("4")
    arif.wait_for_text(first, second, "Balas")
    arif.text(f"{first} 4")
    case_says(sqlite_house, desk, first, "di lokasi")
    assert incident(sqlite_house, second).on_scene_at is None
    coordinator = sqlite_house.sign_in("koordinator")
    closed = sqlite_house.case(coordinator, first).submit(f"/incidents/{first}/close", disposition="RESOLVED")
    assert closed.status == 200, closed.text
    arif.text(f"{first} 6 pelaku sudah di polsek")
    arif.wait_for_text(first, "sudah berakhir")
    case_says(sqlite_house, desk, first, "pelaku sudah di polsek")


def test_what_nobody_understood_is_filed_to_the_senders_case_with_one_click(
    sqlite_house: System, desk: Visitor, siti: Phone, rahman: Phone
) -> None:
    number = report(sqlite_house, siti, THEFT)
    siti.text("cepat pak")
    text = unread_of(sqlite_house, siti)
    filed = desk.open("/tray").submit(f"/tray/{text.id}/file")
    assert filed.status == 200
    assert f"tray-{text.id}" not in filed.html
    case_says(sqlite_house, desk, number, "cepat pak")
    for _ in range(2):
        rahman.text("selamat malam pak")
    rahman.wait_for_text("belum kami mengerti")
    text = unread_of(sqlite_house, rahman)
    opened = desk.open("/tray").submit(f"/tray/{text.id}/report")
    assert opened.status == 200
    rahman.wait_for_text("Laporan Anda kami terima")
    says_nothing_more(sqlite_house, rahman, 2)


def test_stop_stops_announcements_and_never_what_concerns_the_own_case(
    sqlite_house: System, siti: Phone
) -> None:
    siti.text("STOP")
    siti.wait_for_text("tidak akan dikirimi pengumuman")
    number = reported(siti, THEFT)
    siti.text(f"STATUS {number}")
    siti.wait_for_text(f"Laporan {number}", "SUDAH DITERIMA")


def test_two_pranks_make_a_quiet_period_in_which_a_real_report_still_gets_through(
    sqlite_house: System, desk: Visitor, siti: Phone
) -> None:
    for words in ("maling hahaha rt 5 eka jaya", "kebakaran boong rt 9 payo selincah"):
        number = reported(siti, words)
        pressed = sqlite_house.case(desk, number).submit(f"/incidents/{number}/misuse", kind="prank")
        assert pressed.status == 200, pressed.text
        sqlite_house.wait_until_idle()
    said = len(siti.texts())
    text_and_wait(sqlite_house, siti, "BANTUAN")
    says_nothing_more(sqlite_house, siti, said)
    real = reported(siti, "ada balapan liar di rt 2 bakung jaya")
    assert incident(sqlite_house, real).doubted
    assert "baru saja iseng: periksa dulu" in sqlite_house.case(desk, real).text


def test_a_number_that_somebody_reported_for_is_texted_once_the_desk_agrees(
    sqlite_house: System, desk: Visitor, siti: Phone, rahman: Phone
) -> None:
    number = report(
        sqlite_house, siti, f"untuk 0{rahman.number.removeprefix('+62')} ada maling rt 5 eka jaya"
    )
    says_nothing_more(sqlite_house, rahman, 0)
    page = sqlite_house.case(desk, number)
    assert rahman.number not in page.html
    (agree,) = [form.action for form in page.forms if f"/incidents/{number}/agree/" in form.action]
    page.submit(agree)
    rahman.wait_for_text("Laporan Anda kami terima", number)


def test_a_correction_of_the_desk_is_read_in_the_next_text(
    sqlite_house: System, desk: Visitor, siti: Phone, rahman: Phone
) -> None:
    number = report(sqlite_house, siti, "maling di lorong cempedak pak")
    page = sqlite_house.case(desk, number).submit(f"/incidents/{number}/verify", area="EJ", rt="5")
    assert page.status == 200, page.text
    taught = sqlite_house.case(desk, number).submit(f"/incidents/{number}/teach", phrase="lorong cempedak")
    assert "“lorong cempedak” berarti Eka Jaya RT 5" in taught.text
    next_one = report(sqlite_house, rahman, "ada maling lagi di lorong cempedak")
    assert (incident(sqlite_house, next_one).area_code, incident(sqlite_house, next_one).rt) == ("EJ", 5)


def test_the_first_reply_to_an_emergency_names_who_helps_fastest(siti: Phone) -> None:
    siti.text("kebakaran rumah di payo selincah rt 3 ada orang terjebak")
    siti.wait_for_text("DARURAT", "113 atau 112", within=5)


def test_a_machine_that_answers_every_text_of_ours_is_left_alone_soon(
    sqlite_house: System, siti: Phone
) -> None:
    siti.text("BANTUAN")
    siti.wait_for_text("Lapor")
    answered = 0
    while answered < (heard := len(siti.texts())) <= 6:
        answered = heard
        text_and_wait(sqlite_house, siti, f"Pesan otomatis {heard}: kami segera membalas Anda.")
    assert heard <= 6


def test_a_held_queue_is_let_go_by_the_desk_and_leaves_at_once(
    sqlite_house: System, desk: Visitor, siti: Phone
) -> None:
    """By itself it would try again after a minute."""
    sqlite_house.wait_until_idle()
    row = {"point": "send", "fault": "http_401", "number": ""}
    requests.post(f"{sqlite_house.carrier}/faults", json=row, timeout=20).raise_for_status()
    siti.text(THEFT)
    eventually(lambda: "SMS tertahan: akun operator seluler" in desk.open("/").text, "the desk is told")
    assert siti.texts() == []
    assert desk.open("/system").submit("/lines/africastalking/release").status == 200
    siti.wait_for_text("Laporan Anda kami terima", within=10)
    assert "SMS tertahan:" not in desk.open("/").text
