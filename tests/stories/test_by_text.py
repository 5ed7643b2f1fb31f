"""A case from the first word to the last, by text: over HTTP, with the real SDK, queue and database."""

import re

import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Incident, Kept, Report, Unit
from tests.stories.system import Phone, System
from tests.support.eventually import eventually
from tests.support.forms import Page, Visitor

SITI = "+6281200000011"
RAHMAN = "+6281200000012"


def number_in(words: str) -> str:
    """The incident's number in a text."""
    found = re.search(r"\b(\d{4,6})\b", words.removeprefix("SIGAP KETIMUN"))
    assert found, words
    return found.group(1)


def report(system: System, phone: Phone, words: str) -> str:
    """Texts a report and returns the number on its receipt, which must come within five seconds."""
    phone.text(words)
    return number_in(phone.wait_for_text("Laporan", within=5))


def dispatch(system: System, desk: Visitor, number: str) -> list[Phone]:
    """Verifies and dispatches the proposed units; returns their telephones."""
    verified = system.case(desk, number).submit(f"/incidents/{number}/verify", priority="tinggi")
    assert verified.status == 200, verified.text
    sent = system.case(desk, number).submit(f"/incidents/{number}/dispatch")
    assert sent.status == 200, sent.text
    with Session(system.engine()) as session:
        units = {unit.number: unit for unit in session.scalars(select(Unit))}
    phones = [Phone(system.carrier, unit_number) for unit_number in units]
    eventually(lambda: [each for each in phones if each.texts()], "somebody is alerted")
    return [each for each in phones if any(f"TUGAS {number}" in words for words in each.texts())]


def case_says(system: System, desk: Visitor, number: str, *words: str) -> Page:
    """The case's page once it says all of `words`."""

    def look() -> Page | None:
        page = system.case(desk, number)
        return page if all(word.lower() in page.text.lower() for word in words) else None

    return eventually(look, f"the case {number} shows {words}") or system.case(desk, number)


def test_a_case_from_the_first_word_to_the_last(hotline: System) -> None:
    """Step 1 to step 7 of the procedure, each over real HTTP."""
    siti = hotline.phone(SITI)
    number = report(hotline, siti, "maling rt 5 eka jaya")

    desk = hotline.sign_in("operator")
    assert number in desk.open("/").text
    page = hotline.case(desk, number)
    assert "maling rt 5 eka jaya" in page.text
    assert SITI not in page.html

    units = dispatch(hotline, desk, number)
    assert units
    alert = units[0].wait_for_text(f"TUGAS {number}")
    assert "Eka Jaya RT 5" in alert
    assert "maling" not in alert.lower()
    assert SITI not in alert

    first = units[0]
    first.text(f"TERIMA {number}")
    case_says(hotline, desk, number, "terima")
    first.text("JALAN 15mnt 2 org")
    siti.wait_for_text(number, "menuju lokasi")
    first.text(f"{number} 4")
    siti.wait_for_text(number, "di lokasi")
    first.text(f"SELESAI {number} pelaku diserahkan ke polsek")
    case_says(hotline, desk, number, "pelaku diserahkan ke polsek")

    coordinator = hotline.sign_in("koordinator")
    closed = hotline.case(coordinator, number).submit(
        f"/incidents/{number}/close", disposition="RESOLVED", recommendation="Ronda malam digiatkan"
    )
    assert closed.status == 200, closed.text
    siti.wait_for_text(number, "selesai ditangani")
    page = case_says(hotline, coordinator, number, "Ronda malam digiatkan", "Informasi", "Evaluasi")
    assert "Penyelesaian" in page.text
    for other in units[1:]:
        other.wait_for_text(number, "tidak perlu datang")


def test_a_repeated_webhook_makes_one_case(hotline: System) -> None:
    """The same callback ten times, at once and later, is one report and one receipt."""
    token = hotline.environ["HOTLINE_WEBHOOK_TOKENS"]
    number = hotline.environ["HOTLINE_NUMBER"]
    body = {"from": SITI, "to": number, "text": "banjir rt 2 payo selincah", "id": "same"}
    for _ in range(10):
        answer = requests.post(f"{hotline.hooks[0]}/sms/{token}/inbound", data=body, timeout=20)
        assert answer.status_code == 200
    siti = hotline.phone(SITI)
    siti.wait_for_text("Laporan")
    with Session(hotline.engine()) as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        kept = session.scalars(select(Kept).where(Kept.kind == "sms.inbound")).one()
        assert kept.repeats == 9
    assert len(siti.texts()) == 1


def test_two_reports_of_one_event_are_merged_and_both_callers_hear(hotline: System) -> None:
    """The second report is merged into the first; news goes to both, under the first number."""
    siti, rahman = hotline.phone(SITI), hotline.phone(RAHMAN)
    first = report(hotline, siti, "ada tawuran di rt 10 talang bakung")
    second = report(hotline, rahman, "tolong pak anak2 berkelahi rt 10 talang bakung")
    assert first != second
    desk = hotline.sign_in("operator")
    merged = hotline.case(desk, second).submit(f"/incidents/{second}/merge", into=first)
    assert merged.status == 200, merged.text
    rahman.wait_for_text(first, second, "tangani bersama")
    units = dispatch(hotline, desk, first)
    units[0].text(f"{first} 3")
    siti.wait_for_text(first, "menuju lokasi")
    rahman.wait_for_text(first, "menuju lokasi")
    page = hotline.case(desk, second)
    assert "ada tawuran di rt 10" in page.text
    assert "anak2 berkelahi" in page.text


def test_a_rejection_has_a_reason_and_the_caller_hears(hotline: System) -> None:
    """Nobody is sent; the reason stands in the log and the caller gets the closing text."""
    siti = hotline.phone(SITI)
    number = report(hotline, siti, "ada orang mencurigakan rt 3 bakung jaya")
    desk = hotline.sign_in("operator")
    page = hotline.case(desk, number).submit(
        f"/incidents/{number}/reject", reason="NOT_FOUND", note="petugas sudah ke sana"
    )
    assert page.status == 200, page.text
    siti.wait_for_text(number, "kejadiannya tidak ditemukan")
    assert "petugas sudah ke sana" in hotline.case(desk, number).text


def test_a_strangers_code_does_nothing_and_reveals_nothing(hotline: System) -> None:
    """Only a unit that was sent can answer."""
    siti, rahman = hotline.phone(SITI), hotline.phone(RAHMAN)
    number = report(hotline, siti, "maling rt 5 eka jaya")
    desk = hotline.sign_in("operator")
    dispatch(hotline, desk, number)
    rahman.text(f"TERIMA {number}")
    answer = rahman.wait_for_text("SIGAP")
    assert number not in answer
    with Session(hotline.engine()) as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.status == "DISPATCHED"
        assert session.scalar(select(func.count()).select_from(Report)) == 1
