"""Every page: no accessibility fault in light and dark, nothing sideways, few questions to the database."""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ViewportSize
from sqlalchemy import event

from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from tests.console.conftest import Browser, Desk, SignIn

AXE: Final = Path("node_modules/axe-core/axe.min.js")
LOOK: Final = """rules => axe.run(document, rules).then(
    found => found.violations.map(each => [each.id, each.nodes[0].html.slice(0, 120)]))"""
FAULTS: Final = {"resultTypes": ["violations"]}
"""What is in order is not described at length, which takes longer than to find it."""
CONTRAST: Final = {**FAULTS, "runOnly": ["color-contrast"]}
NARROW: Final[ViewportSize] = {"width": 360, "height": 740}
WIDE: Final[ViewportSize] = {"width": 1366, "height": 768}
DESK: Final = (
    "/", "/incidents/{new}", "/incidents/{sent}", "/entry", "/group", "/tray", "/calls", "/tasks", "/units",
    "/units/new", "/areas", "/wall", "/search", "/handover", "/roster", "/drills", "/evaluation",
    "/evaluation/meeting", "/register", "/system", "/words", "/sounds", "/playbook",
    "/playbook/receipt/id", "/privacy", "/audit", "/help",
)  # fmt: skip
ON_PAPER: Final = ("/incidents/{sent}", "/incidents/{new}", "/register", "/handover", "/audit", "/privacy")
FOOT: Final = "SIGAP KETIMUN · dicetak Si coordinator, 24 Nov 2026 21.04 WIB"
PRESSED: Final = """() => [...document.querySelectorAll(".top, nav, aside, button, form")]
    .filter(each => each.checkVisibility()).map(each => each.outerHTML.slice(0, 80))"""
COLOURS: Final = """() => [getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.querySelector("h1")).color]"""
ADMINISTRATORS: Final = ("/operators", "/account")
MOST_QUERIES: Final = {
    "/": 10, "/incidents/{new}": 28, "/incidents/{sent}": 33, "/units": 13, "/areas": 16, "/wall": 16,
    "/search": 7, "/entry": 7, "/group": 8, "/tray": 12, "/tasks": 9, "/calls": 17, "/handover": 16,
    "/words": 9, "/register": 11, "/units/new": 7, "/roster": 13, "/drills": 8, "/evaluation": 50,
    "/evaluation/meeting": 24, "/system": 20, "/sounds": 9, "/playbook": 9, "/playbook/receipt/id": 9,
    "/privacy": 10, "/audit": 11, "/help": 6,
}  # fmt: skip
"""What a page may ask the database: its own rows, the head's figures, the line's troubles, who is asking. The
evaluation asks for each of its figures.
"""
ADMINISTRATORS_QUERIES: Final = {"/operators": 8, "/account": 8}


def _fill(desk: Desk) -> dict[str, str]:
    desk.text("halo")
    desk.text("sudah", inbound=False, unread=False, state="UNKNOWN", purpose="reply")
    new = desk.report(priority=Priority.DARURAT)
    return {"new": new, "sent": desk.dispatched(desk.unit(), desk.unit("Rudi Linmas", serial=2))}


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_axe_finds_nothing_in_light_or_dark_and_no_page_scrolls_sideways(
    browser: Chromium, address: str, desk: Desk
) -> None:
    numbers, source, found = _fill(desk), AXE.read_text("utf-8"), []
    for role, paths in ((Role.COORDINATOR, DESK), (Role.ADMINISTRATOR, ADMINISTRATORS)):
        context = browser.new_context(color_scheme="light", reduced_motion="reduce")
        context.add_cookies([{"name": "sid", "value": desk.token(role), "url": address}])
        page = context.new_page()
        for path in paths:
            assert (answer := page.goto(address + path.format(**numbers))) is not None
            assert answer.status == 200, path
            page.evaluate(source)
            found += [(path, "light", *each) for each in page.evaluate(LOOK, FAULTS)]
            page.emulate_media(color_scheme="dark")
            found += [(path, "dark", *each) for each in page.evaluate(LOOK, CONTRAST)]
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(NARROW)
            if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
                found.append((path, "light", "wider than a telephone", ""))
            page.set_viewport_size(WIDE)
        context.close()
    assert found == []


@pytest.mark.browser
def test_paper_is_black_on_white_and_shows_nothing_that_can_only_be_pressed(
    browser: Chromium, address: str, desk: Desk
) -> None:
    numbers = _fill(desk)
    context = browser.new_context(color_scheme="dark")
    context.add_cookies([{"name": "sid", "value": desk.token(Role.COORDINATOR), "url": address}])
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="dark")
    found = []
    for path in ON_PAPER:
        page.goto(address + path.format(**numbers))
        found += [(path, each) for each in page.evaluate(PRESSED)]
        if page.evaluate(COLOURS) != ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]:
            found.append((path, "not black on white"))
        if page.locator(".paper-foot").inner_text() != FOOT:
            found.append((path, "does not say who printed it when"))
    context.close()
    assert found == []


def _questions(desk: Desk, browser: Browser, path: str) -> list[str]:
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    event.listen(desk.runtime.engine, "before_cursor_execute", note)
    try:
        browser.open(path)
    finally:
        event.remove(desk.runtime.engine, "before_cursor_execute", note)
    assert browser.status == 200
    return [words for words in seen if not words.startswith("BEGIN")]


def test_every_page_has_its_ceiling(desk: Desk, sign_in: SignIn) -> None:
    assert set(MOST_QUERIES) == set(DESK)
    assert set(ADMINISTRATORS_QUERIES) == set(ADMINISTRATORS)
    browser = sign_in(Role.ADMINISTRATOR)
    asked = {path: len(_questions(desk, browser, path)) for path in ADMINISTRATORS}
    assert {path: count for path, count in asked.items() if count > ADMINISTRATORS_QUERIES[path]} == {}


def test_a_page_asks_few_questions_and_no_more_when_more_stands_on_it(desk: Desk, sign_in: SignIn) -> None:
    numbers, browser = _fill(desk), sign_in(Role.COORDINATOR)
    few = {path: len(_questions(desk, browser, path.format(**numbers))) for path in MOST_QUERIES}
    assert {path: count for path, count in few.items() if count > MOST_QUERIES[path]} == {}
    for serial in range(5):
        desk.report(number=None)
        desk.dispatched(desk.unit(f"Petugas {serial}", serial=10 + serial))
    grown = ("/", "/units", "/areas", "/wall", "/register")
    many = {path: len(_questions(desk, browser, path)) for path in grown}
    assert many == {path: few[path] for path in many}
