"""The screen by itself, in a real browser: it rings, locks, says who else is looking, and comes back."""

from typing import Final

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from hotline import accounts, merging, verification
from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.models import Audit, TextMessage
from tests.console.conftest import PASSWORD, Desk, Open, Served

pytestmark = pytest.mark.browser

COUNT_TONES: Final = """
    if (window.tones === undefined) {
        window.tones = 0;
        const sound = OscillatorNode.prototype, start = sound.start;
        sound.start = function (...at) { window.tones += 1; return start.apply(this, at); };
    }
"""
TEST_TONE: Final = 2
ALARM: Final = 6


def _tones(page: Page) -> int:
    return int(page.evaluate("window.tones"))


def _watch(page: Page) -> None:
    page.locator("#watch button").click()
    expect(page.locator("#watch button")).not_to_have_class("off")


def _claim(desk: Desk, number: str) -> None:
    with desk.runtime.work() as work:
        verification.claim(work, desk.find(work, number).id, desk.people[Role.OPERATOR])


def test_the_screen_says_in_words_that_it_is_silent_until_the_shift_begins(
    visit: Open, tab: Page, desk: Desk
) -> None:
    tab.add_init_script(COUNT_TONES)
    visit("/")
    expect(tab.locator("#watch button")).to_have_text("Mulai jaga")
    _watch(tab)
    expect(tab.locator("#watch button")).to_have_text("Suara hidup")
    assert _tones(tab) == TEST_TONE
    tab.wait_for_function("() => fetch('/strip').then(() => true)")
    assert [row.act for row in desk.all(Audit, Audit.act == "shift_begun")] == ["shift_begun"]


def test_an_emergency_rings_until_somebody_takes_it(visit: Open, tab: Page, desk: Desk) -> None:
    tab.add_init_script(COUNT_TONES)
    visit("/")
    _watch(tab)
    number = desk.report(priority=Priority.DARURAT)
    expect(tab.locator("#watch button")).to_have_class("ringing")
    tab.wait_for_function(f"() => window.tones === {TEST_TONE + ALARM}")
    expect(tab).to_have_title("(1) Antrean · SIGAP KETIMUN")
    _claim(desk, number)
    expect(tab.locator("#watch button")).to_have_class("on")
    expect(tab).to_have_title("Antrean · SIGAP KETIMUN")
    assert _tones(tab) == TEST_TONE + ALARM


def test_a_page_that_shows_no_case_rings_and_locks_too(visit: Open, page: Page, desk: Desk) -> None:
    page.clock.install()
    visit("/help")
    desk.report(priority=Priority.DARURAT)
    page.clock.run_for(2000)
    expect(page).to_have_title("(1) Bantuan · SIGAP KETIMUN")
    page.clock.fast_forward(desk.runtime.playbook.screen.lock_minutes * 60_000 + 6000)
    expect(page.locator("#lock")).to_be_visible()


def test_it_rings_on_from_page_to_page_and_again_after_the_playbooks_seconds(
    visit: Open, page: Page, desk: Desk
) -> None:
    page.add_init_script(COUNT_TONES)
    page.clock.install()
    visit("/")
    _watch(page)
    desk.report(priority=Priority.DARURAT)
    page.locator("#strip a[href='/units']").click()
    expect(page.locator("#units")).to_be_visible()
    page.wait_for_function(f"() => window.tones === {ALARM}")
    page.clock.run_for((desk.runtime.playbook.screen.ring_every_seconds + 1) * 1000)
    assert _tones(page) == 2 * ALARM


def test_a_mute_is_short_visible_and_broken_by_the_next_emergency(visit: Open, tab: Page, desk: Desk) -> None:
    tab.add_init_script(COUNT_TONES)
    visit("/")
    _watch(tab)
    desk.report(priority=Priority.DARURAT)
    expect(tab.locator("#watch button")).to_have_text("Diamkan 5 menit")
    tab.locator("#watch button").click()
    expect(tab.locator("#watch button")).to_contain_text("Diam 4.5")
    desk.report(number=None, priority=Priority.DARURAT)
    expect(tab.locator("#watch button")).to_have_class("ringing")


def test_one_tab_rings(visit: Open, page: Page, desk: Desk, address: str) -> None:
    page.context.add_init_script(COUNT_TONES)
    visit("/")
    _watch(page)
    other = page.context.new_page()
    other.goto(address + "/")
    _watch(other)
    desk.report(priority=Priority.DARURAT)
    expect(other.locator("#watch button")).to_have_class("ringing")
    page.wait_for_function(f"() => window.tones === {TEST_TONE + ALARM}")
    assert _tones(other) == TEST_TONE


@pytest.fixture
def dewi(desk: Desk) -> str:
    """A session of somebody with a password."""
    with desk.runtime.work() as work:
        return accounts.open_session(
            work, accounts.add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)
        )


def test_an_untouched_screen_locks_rings_on_keeps_what_was_typed_and_opens_with_the_password(
    page: Page, desk: Desk, address: str, dewi: str
) -> None:
    number = desk.report()
    page.add_init_script(COUNT_TONES)
    page.clock.install()
    page.context.add_cookies([{"name": "sid", "value": dewi, "url": address}])
    page.goto(f"{address}/incidents/{number}")
    _watch(page)
    page.locator("#note-words").fill("belum disimpan")
    page.clock.fast_forward("10:01")
    page.clock.run_for(6000)
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("#main")).to_be_hidden()
    assert page.request.get(f"{address}/").url == f"{address}/locked?next=/"
    before = _tones(page)
    desk.report(number=None, priority=Priority.DARURAT)
    page.clock.run_for(3000)
    page.wait_for_function(f"() => window.tones === {before + ALARM}")
    password = page.locator("#lock [name=password]")
    expect(password).to_be_focused()
    password.fill("not the password")
    password.press("Enter")
    expect(page.locator("#lock .unlock-problem")).to_contain_text("Tidak cocok")
    password.fill(PASSWORD)
    password.press("Enter")
    expect(page.locator("#lock")).to_be_hidden()
    expect(page.locator("#note-words")).to_have_value("belum disimpan")


def test_who_else_has_the_case_open_is_said_and_taken_back(
    visit: Open, desk: Desk, browser: Chromium, address: str
) -> None:
    number = desk.report()
    page = visit(f"/incidents/{number}")
    context = browser.new_context()
    context.add_cookies([{"name": "sid", "value": desk.token(Role.OPERATOR), "url": address}])
    other = context.new_page()
    other.goto(f"{address}/incidents/{number}")
    expect(page.locator(".others")).to_have_text("Si operator juga melihat")
    expect(other.locator(".others")).to_have_text("Si coordinator juga melihat")
    other.goto(f"{address}/")
    expect(page.locator(".others")).to_have_count(0)
    context.close()


def test_a_restart_of_the_server_is_said_and_the_page_lives_on(
    visit: Open, page: Page, desk: Desk, served: Served
) -> None:
    page.clock.install()
    visit("/")
    page.locator("#find").fill("maling di pas")
    served.stop()
    page.clock.run_for(14_000)
    expect(page.locator("#live")).to_contain_text("tidak terhubung")
    number = desk.report()
    served.start()
    page.clock.run_for(2000)
    expect(page.locator("#live")).to_have_text("langsung")
    expect(page.locator(f"#row-{number}")).to_be_visible()
    expect(page.locator("#find")).to_have_value("maling di pas")


def test_what_was_typed_outlasts_a_server_that_is_gone(visit: Open, desk: Desk, served: Served) -> None:
    number = desk.report()
    for path, field in ((f"/incidents/{number}", "#note-words"), ("/entry", "#words")):
        page = visit(path)
        page.locator(field).fill("pohon tumbang di jalan")
        send = page.locator(f"form:has({field}) button:not([formaction])").last
        served.stop()
        send.click()
        expect(page.locator(".unsent")).to_contain_text("Isian Anda masih di sini")
        expect(page.locator(field)).to_have_value("pohon tumbang di jalan")
        served.start()
        send.click()
        expect(page.locator(".unsent")).to_have_count(0)
        expect(page.locator("#case")).to_contain_text("pohon tumbang di jalan")


def test_a_machine_that_slept_for_hours_shows_at_once_what_came(visit: Open, page: Page, desk: Desk) -> None:
    page.clock.install()
    visit("/")
    number = desk.report()
    page.clock.fast_forward("00:05:00")
    page.clock.run_for(1500)
    expect(page.locator(f"#row-{number}")).to_be_visible()
    expect(page.locator("#live")).to_have_text("langsung")


def test_a_word_that_was_misread_is_corrected_where_it_stands(visit: Open, desk: Desk) -> None:
    page = visit(f"/incidents/{desk.report()}")
    page.locator("mark a", has_text="maling").click()
    expect(page.locator("#verify [name=type]")).to_be_focused()


ON_A_ROW: Final = [
    ("2", "#merge input[name=into]"),
    ("3", "#reject select"),
    ("r", "#reply-words"),
    ("n", "#note-words"),
]


def test_a_key_on_a_row_opens_the_case_at_what_it_is_for(visit: Open, desk: Desk) -> None:
    number = desk.report()
    for key, field in ON_A_ROW:
        page = visit("/")
        page.keyboard.press("j")
        page.keyboard.press(key)
        expect(page.locator(field)).to_be_focused()
        assert page.url.partition("#")[0].endswith(f"/incidents/{number}"), key


def test_more_are_sent_by_the_same_key_on_the_row_of_a_case_that_has_units(visit: Open, desk: Desk) -> None:
    desk.dispatched(desk.unit())
    desk.unit("Rudi Linmas", serial=2)
    page = visit("/")
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("#send-units")).to_be_focused()


def test_taking_and_putting_off_by_key_on_the_row_keep_the_focus(visit: Open, desk: Desk) -> None:
    number = desk.report()
    page = visit("/")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(f"#row-{number} .holder")).to_contain_text("Si coordinator")
    expect(page.locator(f"#open-{number}")).to_be_focused()
    page.keyboard.press("h")
    expect(page.locator(f"#row-{number}")).to_contain_text("nanti 21.19")


def test_a_prank_ends_by_one_key(visit: Open, desk: Desk) -> None:
    number = desk.report()
    page = visit("/")
    page.keyboard.press("j")
    page.keyboard.press("4")
    expect(page.locator(f"#row-{number}")).to_have_count(0)
    assert desk.incident(number).rejection == "PRANK"


def test_beside_an_open_case_a_key_acts_on_the_row_that_has_the_focus(visit: Open, desk: Desk) -> None:
    opened, prank = desk.report(), desk.report(number=None)
    checked = desk.verified(number=None)
    page = visit(f"/incidents/{opened}")
    page.locator(f"#open-{checked}").focus()
    page.keyboard.press("4")
    page.locator(f"#open-{prank}").focus()
    page.keyboard.press("4")
    expect(page.locator("#band-new .row")).to_have_count(1)
    ended = {number: desk.incident(number).rejection for number in (opened, prank, checked)}
    assert ended == {opened: None, prank: "PRANK", checked: None}


def test_the_key_for_twins_never_parts_what_was_merged(visit: Open, desk: Desk) -> None:
    number, merged, likely = (desk.report(number=f"+6281200000{serial:03}") for serial in range(3))
    with desk.runtime.work() as work:
        merging.merge(work, desk.find(work, merged).id, number, desk.people[Role.COORDINATOR])
    page = visit(f"/incidents/{number}")
    page.keyboard.press("2")
    expect(page.locator(f"#twin-{likely} button")).to_be_focused()


def test_closing_by_key_leads_to_the_next_case(visit: Open, desk: Desk) -> None:
    number, following = desk.verified(), desk.report(number=None)
    page = visit(f"/incidents/{number}")
    page.keyboard.press("Shift+E")
    expect(page.locator("#close select")).to_be_focused()
    page.locator("#close select").select_option("RESOLVED")
    page.locator("#main").focus()
    page.keyboard.press("Shift+E")
    page.wait_for_url(f"**/incidents/{following}")
    assert desk.incident(number).disposition == "RESOLVED"


def test_a_send_of_which_nobody_knows_goes_again_by_one_key(visit: Open, desk: Desk) -> None:
    doubted = desk.text("sudah sampai?", inbound=False, unread=False, state="UNKNOWN", purpose="reply")
    page = visit("/system")
    page.keyboard.press("u")
    expect(page.locator(f"#doubt-{doubted}")).to_have_count(0)
    assert [text.words for text in desk.all(TextMessage, TextMessage.resend_of == doubted)] == [
        "sudah sampai?"
    ]
