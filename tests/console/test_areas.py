"""The board of the kelurahan: what is open where, who is on duty there, and the same for the wall."""

from hotline.domain.playbook import Priority
from tests.console.conftest import Browser, Desk


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
