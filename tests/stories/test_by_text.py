"""A case from the first word to the last, by text: over HTTP, with the real SDK, queue and database."""

import re
import time
from typing import Final

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, Incident, Kept, Report, Unit
from hotline.words_in_force import LOOK_EVERY_S
from tests.stories.system import Phone, System
from tests.support.eventually import eventually
from tests.support.forms import Page, Visitor

PATIENT_S: Final = 30.0
"""How long a text may take that must come, on a machine that is busy with other things."""


def number_in(words: str) -> str:
    """The incident's number in a text."""
    found = re.search(r"\b(\d{4,6})\b", words.removeprefix("SIGAP KETIMUN"))
    assert found, words
    return found.group(1)


def incidents_of(session: Session, phone: Phone) -> list[Incident]:
    """Those that this telephone reported, oldest first."""
    query = select(Incident).where(Report.incident_id == Incident.id, Report.caller_id == Caller.id)
    return list(session.scalars(query.where(Caller.number == phone.number).order_by(Incident.id)))


def report(system: System, phone: Phone, words: str) -> str:
    """Texts a report and returns the number on its receipt; how fast: docs/performance.md."""
    phone.text(words)
    return number_in(phone.wait_for_text("Laporan", within=PATIENT_S))


def dispatch(system: System, desk: Visitor, number: str) -> list[Phone]:
    """Verifies and dispatches the proposed units; returns their telephones."""
    verified = system.case(desk, number).submit(f"/incidents/{number}/verify", priority="tinggi")
    assert verified.status == 200, verified.text
    sent = system.case(desk, number).submit(f"/incidents/{number}/dispatch")
    assert sent.status == 200, sent.text
    with Session(system.engine()) as session:
        alerted = select(Unit.number).join(Assignment, Assignment.unit_id == Unit.id).join(Incident)
        numbers = session.scalars(alerted.where(Incident.number == number).order_by(Assignment.id)).all()
    phones = [Phone(system.carrier, unit_number) for unit_number in numbers]
    for phone in phones:
        phone.wait_for_text(f"TUGAS {number}", within=PATIENT_S)
    return phones


def case_says(system: System, desk: Visitor, number: str, *words: str) -> Page:
    """The case's page once it says all of `words`."""

    def look() -> Page | None:
        page = system.case(desk, number)
        return page if all(word.lower() in page.text.lower() for word in words) else None

    return eventually(look, f"the case {number} shows {words}") or system.case(desk, number)


def test_a_case_from_the_first_word_to_the_last(house: System) -> None:
    """Step 1 to step 7 of the procedure, each over real HTTP."""
    siti = house.new_phone()
    number = report(house, siti, "maling rt 5 eka jaya")

    desk = house.sign_in("operator")
    assert number in desk.open("/").text
    page = house.case(desk, number)
    assert "maling rt 5 eka jaya" in page.text
    assert siti.number not in page.html

    units = dispatch(house, desk, number)
    assert units
    alert = units[0].wait_for_text(f"TUGAS {number}")
    assert "Eka Jaya RT 5" in alert
    assert "maling" not in alert.lower()
    assert siti.number not in alert

    first = units[0]
    first.text(f"TERIMA {number}")
    case_says(house, desk, number, "terima")
    first.text("JALAN 15mnt 2 org")
    siti.wait_for_text(number, "menuju lokasi")
    first.text(f"{number} 4")
    siti.wait_for_text(number, "di lokasi")
    first.text(f"SELESAI {number} pelaku diserahkan ke polsek")
    case_says(house, desk, number, "pelaku diserahkan ke polsek")

    coordinator = house.sign_in("koordinator")
    closed = house.case(coordinator, number).submit(
        f"/incidents/{number}/close",
        disposition="RESOLVED",
        recommendation="Ronda malam digiatkan",
        owner="Danru",
        due="2026-12-31",
    )
    assert closed.status == 200, closed.text
    siti.wait_for_text(number, "selesai ditangani")
    page = case_says(house, coordinator, number, "Ronda malam digiatkan", "Informasi", "Evaluasi")
    assert "Penyelesaian" in page.text
    for other in units[1:]:
        other.wait_for_text(number, "tidak perlu datang")


def test_a_repeated_webhook_makes_one_case(house: System) -> None:
    """The same callback ten times, at once and later, is one report and one receipt."""
    token = house.environ["HOTLINE_WEBHOOK_TOKENS"]
    number = house.environ["HOTLINE_NUMBER"]
    siti = house.new_phone()
    body = {"from": siti.number, "to": number, "text": "banjir rt 2 payo selincah", "id": "same"}
    for _ in range(10):
        answer = requests.post(f"{house.hooks[0]}/sms/{token}/inbound", data=body, timeout=20)
        assert answer.status_code == 200
    siti.wait_for_text("Laporan")
    with Session(house.engine()) as session:
        assert len(incidents_of(session, siti)) == 1
        rows = session.scalars(select(Kept).where(Kept.kind == "sms.inbound"))
        assert [row.repeats for row in rows if b"id=same" in row.body] == [9]
    assert len(siti.texts()) == 1


def test_two_reports_of_one_event_are_merged_and_both_callers_hear(house: System) -> None:
    """The second report is merged into the first; news goes to both, under the first number."""
    siti, rahman = house.new_phone(), house.new_phone()
    first = report(house, siti, "ada tawuran di rt 10 talang bakung")
    second = report(house, rahman, "tolong pak anak2 berkelahi rt 10 talang bakung")
    assert first != second
    desk = house.sign_in("operator")
    merged = house.case(desk, second).submit(f"/incidents/{second}/merge", into=first)
    assert merged.status == 200, merged.text
    rahman.wait_for_text(first, second, "tangani bersama")
    units = dispatch(house, desk, first)
    units[0].text(f"{first} 3")
    siti.wait_for_text(first, "menuju lokasi")
    rahman.wait_for_text(first, "menuju lokasi")
    page = house.case(desk, second)
    assert "ada tawuran di rt 10" in page.text
    assert "anak2 berkelahi" in page.text


def test_a_rejection_has_a_reason_and_the_caller_hears(house: System) -> None:
    """Nobody is sent; the reason stands in the log and the caller gets the closing text."""
    siti = house.new_phone()
    number = report(house, siti, "ada orang mencurigakan rt 3 bakung jaya")
    desk = house.sign_in("operator")
    page = house.case(desk, number).submit(
        f"/incidents/{number}/reject", reason="NOT_FOUND", note="petugas sudah ke sana"
    )
    assert page.status == 200, page.text
    siti.wait_for_text(number, "kejadiannya tidak ditemukan")
    assert "petugas sudah ke sana" in house.case(desk, number).text


def test_a_strangers_code_does_nothing_and_reveals_nothing(house: System) -> None:
    """Only a unit that was sent can answer."""
    siti, rahman = house.new_phone(), house.new_phone()
    number = report(house, siti, "maling rt 5 eka jaya")
    desk = house.sign_in("operator")
    dispatch(house, desk, number)
    rahman.text(f"TERIMA {number}")
    answer = rahman.wait_for_text("SIGAP")
    assert number not in answer
    with Session(house.engine()) as session:
        (incident,) = incidents_of(session, siti)
        assert incident.status == "DISPATCHED"
        assert not incidents_of(session, rahman)


def test_words_that_are_changed_on_the_screen_go_out_a_moment_later(house: System) -> None:
    """The console writes them; the worker, another process, says them without being started again."""
    path, coordinator = "/playbook/receipt/id", house.sign_in("koordinator")
    words = "SIGAP KETIMUN: Laporan {number} masuk, terima kasih. Kabar: STATUS {number}"
    saved = coordinator.open(path).submit(path, words=words, do="save")
    assert saved.status == 200, saved.text
    time.sleep(LOOK_EVERY_S)
    rahman = house.new_phone()
    number = report(house, rahman, "pohon tumbang rt 7 bakung jaya")
    assert rahman.texts() == [words.format(number=number)]
    back = coordinator.open(path).submit(f"{path}/back")
    assert "Kembali ke kata dari berkas" not in back.text
