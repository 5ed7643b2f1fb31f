"""The report on the screen: every figure opens its cases, no caller stands in it, sheets do not act."""

import re
from time import process_time

import pytest

from hotline import closing, intake
from hotline.closing import Closing
from hotline.domain.channels import Channel
from hotline.domain.lifecycle import Disposition
from hotline.domain.rights import Role
from hotline.evaluation.sheets import csv_of, safe
from hotline.intake import Told
from tests.console.conftest import CALLER, Browser, Desk, SignIn


@pytest.fixture
def month(desk: Desk) -> str:
    """One theft that was closed, and one drug case; the closed one's number."""
    desk.unit()
    number = desk.dispatched(1)
    desk.report("transaksi sabu", type_code="NARKOBA", area_code="EJ")
    with desk.runtime.work() as work:
        told = Told(Channel.WALK_IN, "saya BUDI CANARY", work.now, "+6281299998888", name="BUDI CANARY")
        intake.enter_report(work, told, desk.people[Role.OPERATOR], number=number)
        ended = Closing(Disposition.RESOLVED, "motor kembali", "patroli malam", "Danru", work.now.date())
        closing.close(work, desk.find(work, number).id, ended, desk.people[Role.COORDINATOR])
    return number


def test_the_present_month_is_shown_with_all_eleven_tables(coordinator: Browser, month: str) -> None:
    coordinator.open("/evaluation")
    assert coordinator.status == 200
    assert "November 2026" in coordinator.text
    for key in ("t1", "t2", "t2_rt", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t10_list", "t11",
                "t7_partner", "t11_list"):  # fmt: skip
        assert f'id="{key}"' in coordinator.text or key == "t4"
    assert coordinator.text.count("<svg class=") >= 3
    assert "Terlalu sedikit untuk peringkat (n &lt; 10)" in coordinator.text


def test_every_figure_that_has_cases_behind_it_opens_as_many_as_it_counts(
    coordinator: Browser, month: str
) -> None:
    """Each is clicked. What counts cases opens that number; what counts reports or tasks, their cases."""
    coordinator.open("/evaluation")
    links = set(re.findall(r'href="(/evaluation/cases\?[^"]+)">([^<]+)</a>', coordinator.text))
    assert len(links) > 35
    counted = 0
    for link, figure in sorted(links):
        page = coordinator.open(link.replace("&amp;", "&")).text
        behind = page.count('class="hit"')
        assert f"{behind} kasus" in page, link
        key = link.partition("figure=")[2]
        if re.match(r"t1/(?!reports|junk)|t2/|t6/|t8/|t9/reopened|t3/.*/late", key):
            counted += 1
            assert behind == int(figure), link
    assert counted > 8


def test_a_confidential_case_behind_a_figure_is_not_for_the_operator(sign_in: SignIn, month: str) -> None:
    path = "/evaluation/cases?figure=t2/NARKOBA/all"
    assert 'class="hit"' in sign_in(Role.COORDINATOR).open(path).text
    assert 'class="hit"' not in sign_in(Role.OPERATOR).open(path).text


def test_no_callers_name_or_number_stands_in_the_page(coordinator: Browser, month: str) -> None:
    page = coordinator.open("/evaluation").text
    for secret in ("BUDI", "CANARY", "99998888", CALLER, CALLER[-8:]):
        assert secret not in page


def test_the_page_draws_hours_days_places_and_the_way_to_the_scene(coordinator: Browser, month: str) -> None:
    page = coordinator.open("/evaluation").text
    for picture in ("heat", "trend", "where", "falls"):
        assert f'<svg class="{picture}"' in page


def test_any_days_are_a_period_by_their_first_and_last(coordinator: Browser, month: str) -> None:
    page = coordinator.open("/evaluation?first=2026-11-10&last=2026-11-24").text
    assert "10/11/2026 - 24/11/2026" in page
    assert 'name="first" value="2026-11-10"' in page


def test_before_anybody_had_called_nothing_is_known_which_is_not_nought(
    coordinator: Browser, month: str
) -> None:
    page = coordinator.open("/evaluation?period=2026-11").text
    row = re.search(r"Kasus masuk</th>(.*?)</tr>", page)
    assert row is not None
    assert re.findall(r">([^<>]+)</(?:a|td)>", row[1]) == ["2", "tidak tercatat", "tidak tercatat"]


def test_who_has_one_minute_reads_five_figures_that_open_their_cases(
    coordinator: Browser, month: str
) -> None:
    page = coordinator.open("/evaluation").text
    strip = page.partition('<dl class="headlines">')[2].partition("</dl>")[0]
    assert strip.count("<dt>") == 5
    assert "figure=t1/received" in strip


@pytest.mark.parametrize(
    "query", ["first=2026-11-10", "period=2026-13", "period=kemarin", "period=2020-01-01..2026-01-01"]
)
def test_what_is_no_period_is_not_found(coordinator: Browser, query: str) -> None:
    assert coordinator.open(f"/evaluation?{query}").status == 404


def test_a_figure_that_is_none_is_not_found(coordinator: Browser) -> None:
    assert coordinator.open("/evaluation/cases?figure=t9/everything").status == 404


def test_the_report_speaks_english_for_whoever_wants_it(operator: Browser) -> None:
    operator.send("/language", language="en").open("/evaluation")
    assert "Cases received" in operator.text
    assert "Kasus masuk" not in operator.text


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_a_cell_that_would_act_as_a_formula_is_made_words(start: str) -> None:
    assert safe(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("lrg Merpati;=1+1", "lrg Merpati;'=1+1"), ("jl Jawa;  @SUM(A1)", "jl Jawa;'  @SUM(A1)"),
        ("dekat\t=1", "dekat\t'=1"), ("dekat\n+62", "dekat\n'+62"), ("  =1+1", "'  =1+1"),
        ("\ufeff=1", "'\ufeff=1"), ("\u200b-cmd", "'\u200b-cmd"), ("--5", "'--5"),
        ("RT 05 - dekat masjid", "RT 05 - dekat masjid"), ("Jl. A. Yani; RT 5", "Jl. A. Yani; RT 5"),
    ],
)  # fmt: skip
def test_no_place_that_somebody_typed_acts_however_the_country_parts_its_columns(
    typed: str, written: str
) -> None:
    assert safe(typed) == written


def test_a_cell_of_blanks_only_keeps_nobody_waiting() -> None:
    blanks = "\t" * 200_000
    began = process_time()
    assert safe(f"{blanks}=1") == f"'{blanks}'=1"
    assert process_time() - began < 5


def test_numbers_stay_numbers_and_quotes_are_doubled() -> None:
    assert [safe(each) for each in ("-3,5", "12", "", "a")] == ["-3,5", "12", "", "a"]
    assert csv_of([['a "b"', "c,d"]]) == '\ufeff"a ""b""","c,d"\r\n'
