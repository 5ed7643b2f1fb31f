"""The board of the kelurahan: what is open where, who is on duty there, and the same for the wall."""

from typing import Final

import pytest
from playwright.sync_api import expect

from hotline.domain.playbook import Priority
from tests.console.conftest import Browser, Desk, Open

FITS: Final = "() => document.documentElement.scrollHeight <= innerHeight"
COUNTED: Final = """() => [...document.querySelectorAll(".area-card:has(.area-rows)")].map(card => {
    const shown = card.querySelectorAll("li:not([hidden])").length, more = card.querySelector(".area-more");
    return [shown > 0, shown + (more.hidden ? 0 : parseInt(more.textContent.replace(/[^0-9]/g, "")))]; })"""


def _card(page: str, name: str) -> str:
    return page.partition(f">{name}</h2>")[2].partition("</section>")[0]


def test_a_card_says_how_much_is_open_and_who_is_there(desk: Desk, operator: Browser) -> None:
    busy = desk.unit()
    desk.unit("Rudi Linmas", serial=2)
    sent, urgent = desk.dispatched(busy), desk.report(number=None, priority=Priority.DARURAT)
    card = _card(operator.open("/areas").text, "Eka Jaya")
    assert card.index(urgent) < card.index(sent)
    for words in ("2 piket, 1 bertugas", "<b>1</b><span>DARURAT</span>", "<b>1</b><span>TINGGI</span>"):
        assert words in card
    assert "tenang" in _card(operator.text, "Talang Bakung")


def test_what_has_no_place_yet_has_a_card_of_its_own(desk: Desk, operator: Browser) -> None:
    assert "Lokasi belum jelas" not in operator.open("/areas").text
    number = desk.report(area_code=None, rt=None)
    assert number in _card(operator.open("/areas").text, "Lokasi belum jelas")


def test_the_wall_shows_the_same(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    assert number in operator.open("/wall").text
    assert 'class="page-wall"' in operator.text


@pytest.mark.browser
def test_the_wall_is_never_scrolled_and_counts_what_does_not_fit(visit: Open, desk: Desk) -> None:
    areas, most = [*desk.runtime.playbook.areas, None], 4
    for area in areas * most:
        desk.report(number=None, area_code=area)
    page = visit("/wall")
    assert (page.evaluate(FITS), page.evaluate(COUNTED)) == (True, [[True, most]] * len(areas))
    worst = desk.report(number=None, area_code=areas[-2], priority=Priority.DARURAT)
    expect(page.locator(f'a[href$="{worst}"]')).to_be_in_viewport()
    assert page.evaluate(FITS)
    assert sorted(page.evaluate(COUNTED)) == [[True, most]] * (len(areas) - 1) + [[True, most + 1]]
