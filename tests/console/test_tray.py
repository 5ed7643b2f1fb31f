"""The tray: nothing is only in a log."""

import re
from datetime import timedelta

from hotline.domain.playbook import Priority
from hotline.models import Incident, Report, TextMessage
from tests.console.conftest import CALLER, Browser, Desk, StoppedClock


def test_a_text_is_shown_with_its_sender_masked(desk: Desk, operator: Browser) -> None:
    desk.text("tlg ksni <script>")
    page = operator.open("/tray").text
    assert "tlg ksni &lt;script&gt;" in page
    assert "+62812•••0001" in page
    assert CALLER not in page


def test_a_text_that_came_without_a_number_says_so(desk: Desk, operator: Browser) -> None:
    desk.text("halo", number="")
    assert "pengirim tidak diketahui" in operator.open("/tray").text


def test_a_text_whose_origin_nobody_confirms_has_its_badge_and_stays(desk: Desk, operator: Browser) -> None:
    desk.text("halo", flags="late unconfirmed")
    page = operator.open("/tray").text
    assert "asal belum dipastikan" in page
    assert "halo" in page


def test_a_text_is_filed_to_a_case_by_number(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    text = desk.text("masih di sana")
    operator.open("/tray").send(f"/tray/{text}/file", number=number)
    assert [report.words for report in desk.all(Report)] == ["ada maling", "masih di sana"]
    assert "Kotak kosong" in operator.text


def test_the_senders_own_open_cases_are_offered_first_and_one_click_files_it(
    desk: Desk, operator: Browser
) -> None:
    first, second = desk.report(), desk.report("banjir")
    desk.report("kasus orang lain", number="+6281200000009")
    text = desk.text("masih di sana")
    page = operator.open("/tray").text
    offered = re.findall(r'name="number" value="(\d+)"', page)
    assert offered == [second, first]
    operator.send(f"/tray/{text}/file")
    assert desk.all(TextMessage)[0].incident_id == desk.incident(second).id
    assert "Kotak kosong" in operator.text


def test_a_case_that_is_not_for_the_reader_is_not_offered(desk: Desk, operator: Browser) -> None:
    hidden = desk.report(type_code="KDRT", priority=Priority.TINGGI)
    desk.text("apa")
    assert f'value="{hidden}"' not in operator.open("/tray").text


def test_a_units_text_is_offered_to_the_case_that_it_was_sent_to(desk: Desk, operator: Browser) -> None:
    unit = desk.unit()
    number = desk.dispatched(unit)
    text = desk.text("ban bocor", unit_id=unit)
    operator.open("/tray").send(f"/tray/{text}/file")
    assert desk.all(TextMessage, TextMessage.id == text)[0].incident_id == desk.incident(number).id


def test_a_late_text_says_so_and_when_it_was_sent(desk: Desk, operator: Browser, clock: StoppedClock) -> None:
    desk.text("tolong", flags="late fetched", sent_at=clock.at - timedelta(hours=2))
    page = operator.open("/tray").text
    assert "Terlambat: dikirim 19.04 WIB" in page
    assert "diambil dari daftar operator seluler" in page


def test_a_text_becomes_a_case_of_its_own(desk: Desk, operator: Browser) -> None:
    text = desk.text("maling nih")
    operator.open("/tray").send(f"/tray/{text}/report")
    assert desk.all(Incident)[0].type_code == "CURI"
    assert "<title>1007" in operator.text


def test_a_text_is_set_aside_and_kept(desk: Desk, operator: Browser) -> None:
    text = desk.text("ok")
    operator.open("/tray").send(f"/tray/{text}/aside")
    assert desk.all(TextMessage)[0].unread is False


def test_a_units_text_can_not_become_a_report(desk: Desk, operator: Browser) -> None:
    text = desk.text("ban bocor", unit_id=desk.unit())
    page = operator.open("/tray")
    assert "Arif Linmas" in page.text
    assert not page.has_form(f"/tray/{text}/report")


def test_an_unknown_number_is_said_and_the_text_stays(desk: Desk, operator: Browser) -> None:
    text = desk.text("apa")
    assert operator.open("/tray").send(f"/tray/{text}/file", number="1042").status == 422
    assert "Tidak ada kasus dengan nomor 1042." in operator.text
    assert desk.all(TextMessage)[0].unread


def test_a_text_that_somebody_else_filed_meanwhile_is_a_conflict_in_words(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    text = desk.text("apa")
    operator.open("/tray")
    coordinator.open("/tray").send(f"/tray/{text}/aside")
    assert operator.send(f"/tray/{text}/report").status == 409
    assert "sudah diarsipkan orang lain" in operator.text


def test_a_text_is_not_filed_to_a_case_that_is_not_for_the_reader(desk: Desk, operator: Browser) -> None:
    hidden = desk.report(type_code="KDRT", priority=Priority.TINGGI)
    text = desk.text("apa")
    assert operator.open("/tray").send(f"/tray/{text}/file", number=hidden).status == 422
