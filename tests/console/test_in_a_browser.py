"""The desk in a real browser: live without a reload, by keyboard, and on a telephone's screen."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from hotline import verification
from hotline.domain.lifecycle import IncidentStatus, UnitStatus
from hotline.domain.rights import Role
from hotline.models import Assignment, TextMessage
from hotline.verification import Findings
from tests.console.conftest import Desk, Open

pytestmark = pytest.mark.browser

NARROW: Final = {"width": 360, "height": 740}


def test_a_new_report_appears_without_a_reload_and_typing_goes_on(visit: Open, desk: Desk) -> None:
    page = visit("/")
    page.locator("#find").press_sequentially("maling di pas")
    number = desk.report("ada maling")
    expect(page.locator(f"#row-{number}")).to_be_visible()
    expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#find")).to_have_value("maling di pas")


def test_what_happens_to_the_open_case_shows_by_itself(visit: Open, desk: Desk) -> None:
    number = desk.dispatched(desk.unit())
    page = visit(f"/incidents/{number}")
    page.locator("#note-words").fill("belum selesai saya tu")
    with desk.runtime.work() as work:
        work.session.get_one(TextMessage, 1).state = "DELIVERED"  # type: ignore[assignment]
        desk.find(work, number).changes += 1
    expect(page.locator("#assignment-1 .delivery.good")).to_have_text("sampai")
    expect(page.locator("#note-words")).to_have_value("belum selesai saya tu")


def test_a_form_in_which_somebody_types_is_left_alone_and_then_says_that_it_is_stale(
    visit: Open, desk: Desk
) -> None:
    number = desk.report()
    page = visit(f"/incidents/{number}")
    page.locator("#verify [name=place]").fill("belakang pasar")
    with desk.runtime.work() as work:
        incident = desk.find(work, number)
        incident.place, incident.changes = "depan masjid", incident.changes + 1
    expect(page.locator(".case-place")).to_contain_text("depan masjid")
    expect(page.locator("#verify [name=place]")).to_have_value("belakang pasar")
    page.locator("#verify .primary").click()
    expect(page.locator(".problem")).to_contain_text("baru saja diubah orang lain")
    expect(page.locator("#verify [name=place]")).to_have_value("belakang pasar")


def test_what_somebody_types_outlasts_that_another_verifies_the_case(visit: Open, desk: Desk) -> None:
    number = desk.report()
    page = visit(f"/incidents/{number}")
    page.locator("#verify [name=place]").fill("belakang pasar")
    with desk.runtime.work() as work:
        verification.verify(work, desk.find(work, number).id, Findings(), desk.people[Role.OPERATOR])
    expect(page.locator(".status-now")).to_have_text("Terverifikasi")
    page.locator("#verify .primary").click()
    expect(page.locator(".problem")).to_contain_text("baru saja diubah orang lain")
    expect(page.locator("#verify")).to_have_count(0)
    expect(page.locator(f"#row-{desk.report(number=None)}")).to_be_visible()
    expect(page.locator("#facts [name=place]")).to_have_value("belakang pasar")
    page.locator("#facts button").click()
    expect(page.locator(".case-place")).to_contain_text("belakang pasar")
    expect(page.locator(".problem")).to_have_count(0)


def test_from_a_new_report_to_the_dispatched_text_in_three_keys(visit: Open, desk: Desk) -> None:
    desk.unit("Aipda Surya", agency="BKTM")
    number = desk.report()
    page = visit("/")
    page.keyboard.press("j")
    expect(page.locator(f"#open-{number}")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#band-in_hand .row")).to_have_count(1)
    expect(page.locator(f"#open-{number}")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#send-units")).to_be_focused()
    expect(page.locator("#alert")).to_be_in_viewport(ratio=1)
    for _hurry in range(2):
        page.keyboard.press("Enter")
    expect(page.locator("#assignment-1")).to_contain_text("Aipda Surya")
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator(".problem")).to_have_count(0)
    assert desk.incident(number).status is IncidentStatus.DISPATCHED


def test_a_case_is_searched_found_and_opened_by_keys(visit: Open, desk: Desk) -> None:
    first, _ = desk.report("ada maling di pasar"), desk.report("ada maling di kebun", number=None)
    page = visit("/")
    page.keyboard.press("/")
    page.keyboard.type("maling")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case")).to_have_attribute("data-number", first)


def test_keys_do_nothing_inside_a_field(visit: Open, desk: Desk) -> None:
    number = desk.report()
    page = visit(f"/incidents/{number}")
    page.locator("#note-words").press_sequentially("1 d c ?")
    expect(page.locator("#note-words")).to_have_value("1 d c ?")
    assert desk.incident(number).status is IncidentStatus.RECEIVED


def test_keys_that_were_switched_off_do_nothing(visit: Open, desk: Desk, address: str) -> None:
    number = desk.report()
    page = visit("/")
    page.context.add_cookies([{"name": "keys", "value": "off", "url": address}])
    page = visit(f"/incidents/{number}")
    page.keyboard.press("?")
    page.keyboard.press("1")
    expect(page.locator("#help-dialog")).to_be_hidden()
    assert desk.incident(number).status is IncidentStatus.RECEIVED


def test_the_help_opens_and_closes_by_key(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("?")
    expect(page.locator("#help-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help-dialog")).to_be_hidden()


def test_an_answer_by_telephone_is_entered_in_place(visit: Open, desk: Desk) -> None:
    page = visit(f"/incidents/{desk.dispatched(desk.unit())}")
    page.locator("#by-phone-1 summary").click()
    page.locator("#assignment-1 [name=code][value='3']").click()
    expect(page.locator("#assignment-1 .unit-status")).to_have_text("Menuju lokasi")
    assert desk.all(Assignment)[0].status is UnitStatus.EN_ROUTE


def test_the_alert_and_its_size_follow_the_typing(visit: Open, desk: Desk) -> None:
    desk.unit()
    page = visit(f"/incidents/{desk.verified()}")
    page.locator("#summary").fill("Maling " * 20)
    expect(page.locator("#alert .bubble")).to_contain_text("Maling Maling Maling")
    expect(page.locator("#alert .size-words")).to_contain_text("2 SMS")


def test_what_is_understood_follows_the_typing(visit: Open) -> None:
    page = visit("/entry")
    page.locator("#words").press_sequentially("ada maling")
    expect(page.locator("#reading-type option").first).to_have_text("otomatis: Pencurian")
    expect(page.locator("#words")).to_be_focused()


@pytest.mark.parametrize("swallowed", [False, True])
def test_a_lost_server_is_said_in_words_and_found_again(visit: Open, page: Page, swallowed: bool) -> None:
    """Within 15 s, whether the network refuses what is asked or swallows it."""
    held: list[Route] = []
    page.clock.install()
    visit("/")
    page.route("**/changes*", lambda route: held.append(route) if swallowed else route.abort())
    for _ in range(7):
        page.clock.run_for(2000)
    expect(page.locator("#live")).to_contain_text("tidak terhubung", timeout=2000)
    for route in held:
        route.abort()
    page.unroute("**/changes*")
    page.clock.run_for(4000)
    expect(page.locator("#live")).to_have_text("langsung")


def test_a_session_that_ended_is_said_and_what_was_typed_is_sent_after_the_next_sign_in(
    visit: Open, desk: Desk, address: str
) -> None:
    page = visit(f"/incidents/{desk.report()}")
    note = page.locator("#note-words")
    note.fill("belum disimpan")
    page.context.clear_cookies()
    expect(page.locator("#live")).to_have_text("sesi berakhir, masuk lagi")
    _press(page, note)
    expect(page.locator(".problem")).to_contain_text("Sesi Anda berakhir")
    expect(note).to_have_value("belum disimpan")
    page.context.add_cookies([{"name": "sid", "value": desk.token(Role.OPERATOR), "url": address}])
    expect(page.locator("#live")).to_have_text("langsung")
    _press(page, note)
    expect(page.locator("#thread, #case").first).to_contain_text("belum disimpan")


def _press(page: Page, field: Locator) -> None:
    page.locator("form").filter(has=field).get_by_role("button").click()


def test_no_page_scrolls_sideways_on_a_telephone(visit: Open, tab: Page, desk: Desk) -> None:
    tab.set_viewport_size(NARROW)  # type: ignore[arg-type]
    desk.text("halo")
    new, sent = (
        desk.report(place="x" * 120),
        desk.dispatched(desk.unit("Nama Yang Panjang Sekali Untuk Satu Orang")),
    )
    for path in (
        "/",
        f"/incidents/{new}",
        f"/incidents/{sent}",
        "/entry",
        "/tray",
        "/units",
        "/search",
        "/system",
        "/words",
    ):
        page = visit(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
        hidden = page.locator("#strip").evaluate("strip => strip.scrollWidth - strip.clientWidth")
        assert hidden <= 0, f"{path}: a screen's name lies outside"


def test_the_desk_fits_its_usual_screen(visit: Open, desk: Desk) -> None:
    number = desk.dispatched(desk.unit())
    for path in ("/", f"/incidents/{number}", "/units"):
        page = visit(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
