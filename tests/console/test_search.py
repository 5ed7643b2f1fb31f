"""Search: by number, words, place and telephone, and only what is for the reader."""

import re

import pytest

from hotline.console import search
from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.models import Incident
from tests.console.conftest import CALLER, Browser, Desk, SignIn, StoppedClock


@pytest.mark.parametrize(
    "asked",
    ["panci", "PANCI", "pasar induk", "eka jaya", CALLER, "0812 0000 0001", "nci BER", "panci eka jaya"],
)
def test_a_case_is_found_by_what_is_known_of_it(desk: Desk, operator: Browser, asked: str) -> None:
    number = desk.report("maling panci berkarat", place="Pasar Induk")
    operator.open("/search").send("/search", q=asked)
    assert f'href="/incidents/{number}"' in operator.text
    assert "1 kasus" in operator.text


@pytest.mark.parametrize("asked", ["gajah", "panci gajah", "100%", "_", "", "+6281200000077"])
def test_what_is_not_there_is_not_found(desk: Desk, operator: Browser, asked: str) -> None:
    desk.report("maling panci 100 rupiah")
    operator.open("/search").send("/search", q=asked)
    assert "Tidak ada kasus untuk" in operator.text


def test_a_number_leads_straight_to_its_case(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    assert f"<title>{number}" in operator.open("/search").send("/search", q=number).text


def test_what_was_looked_for_stands_in_no_address(desk: Desk, operator: Browser) -> None:
    page = operator.open("/search").send("/search", q=CALLER).page
    assert page is not None
    assert page.request.path == "/search"
    assert not page.request.query_string


def test_a_confidential_case_is_not_found_by_an_operator(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    desk.report("rahasia besar", type_code="KDRT", priority=Priority.TINGGI)
    assert "Tidak ada kasus" in operator.open("/search").send("/search", q="rahasia").text
    assert "1 kasus" in coordinator.open("/search").send("/search", q="rahasia").text


def test_a_merged_case_says_where_it_went(desk: Desk, operator: Browser) -> None:
    first, second = desk.report(), desk.report("maling kedua", number="+6281200000002")
    operator.open(f"/incidents/{second}").send(f"/incidents/{second}/merge", into=first)
    assert f"digabung ke {first}" in operator.open("/search").send("/search", q="kedua").text
    assert len(desk.all(Incident)) == 2


def test_a_day_finds_what_was_told_on_it_with_or_without_words(
    desk: Desk, sign_in: SignIn, clock: StoppedClock
) -> None:
    first = desk.report("maling di pasar", number=None)
    clock.forward(days=1)
    second = desk.report("maling di masjid", number=None)
    operator = sign_in(Role.OPERATOR)
    for asked, found, other in (("24/11", first, second), ("maling hari ini", second, first)):
        page = operator.open("/search").send("/search", q=asked).text
        assert f'href="/incidents/{found}"' in page
        assert f'href="/incidents/{other}"' not in page


def test_whoever_does_not_find_it_among_the_newest_goes_on_to_older_ones(
    desk: Desk, operator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 2)
    monkeypatch.setattr(search, "SHOWN", 2)
    old = [desk.report(f"maling panci {n}", number=None) for n in range(3)]
    others = [desk.report("maling lain", number=None) for _ in range(3)]
    found, page = [], operator.open("/search").send("/search", q="panci")
    assert "Tidak ada kasus untuk" in page.text
    while older := re.search(r'name="before" value="(\d+)"', page.text):
        page = operator.post("/search", q="panci", before=older[1])
        found += re.findall(r'class="hit" href="/incidents/(\d+)"', page.text)
    assert found == old[::-1]
    assert not set(others) & set(found)
    desk.report("maling panci", number=None)
    assert 'name="before"' not in operator.post("/search", q="0812 0000 0001").text
