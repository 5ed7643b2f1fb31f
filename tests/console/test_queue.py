"""The queue: bands, order, what a row says."""

import re
from datetime import timedelta

import pytest

from hotline.console.bands import Band
from hotline.domain.playbook import Priority
from hotline.domain.rights import Role
from hotline.models import Report
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock


def _band(page: str, band: Band) -> list[str]:
    section = re.search(rf'id="band-{band.value}".*?</section>', page, re.DOTALL)
    assert section is not None
    return re.findall(r'id="row-(\d+)"', section[0])


def test_the_most_urgent_stands_first_and_of_these_the_oldest(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    numbers = []
    for priority in (Priority.SEDANG, Priority.DARURAT, Priority.TINGGI, Priority.DARURAT):
        numbers.append(desk.report(number=None, priority=priority))
        clock.forward(seconds=20)
    rows = _band(operator.open("/").text, Band.NEW)
    assert rows == [numbers[1], numbers[3], numbers[2], numbers[0]]


def test_a_case_goes_from_new_to_in_hand_to_waiting(desk: Desk, operator: Browser) -> None:
    unit = desk.unit()
    new, verified, sent = desk.report(), desk.verified(), desk.dispatched(unit)
    page = operator.open("/").text
    assert [_band(page, band) for band in Band] == [[new], [verified], [sent]]


def test_a_case_that_somebody_took_is_in_hand_under_his_name(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    operator.open(f"/incidents/{number}").send(f"/incidents/{number}/claim")
    page = operator.open("/").text
    assert _band(page, Band.IN_HAND) == [number]
    assert "Si operator</span>" in page


@pytest.mark.parametrize(
    ("minutes", "tint"), [(0, "calm"), (2.9, "calm"), (3, "soon"), (4.9, "soon"), (5, "late")]
)
def test_the_clock_tints_by_the_playbooks_target(
    desk: Desk, operator: Browser, clock: StoppedClock, minutes: float, tint: str
) -> None:
    desk.report()
    clock.forward(minutes=minutes)
    assert f'class="ticking {tint}"' in operator.open("/").text


def test_a_row_says_type_place_words_channel_and_how_often(desk: Desk, operator: Browser) -> None:
    first, second = desk.report("ada maling di sini"), desk.report(number="+6281200000002")
    operator.open(f"/incidents/{second}").send(f"/incidents/{second}/merge", into=first)
    page = operator.open("/").text
    assert _band(page, Band.NEW) == [first]
    for words in ("Pencurian", "Eka Jaya RT 5", "ada maling di sini", "<title>SMS</title>", "×2"):
        assert words in page


def test_a_closed_case_leaves_the_queue(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.verified()}"
    coordinator.open(path).send(f"{path}/close", disposition="RESOLVED")
    assert 'id="row-' not in coordinator.open("/").text


def test_a_row_is_verified_in_place_with_the_suggested_priority(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    operator.open("/").send(f"/incidents/{number}/verify", back="/")
    assert "<title>Antrean" in operator.text
    assert _band(operator.text, Band.IN_HAND) == [number]
    assert desk.incident(number).priority is desk.incident(number).suggested_priority


def test_an_auditor_sees_the_queue_and_no_button(desk: Desk, sign_in: SignIn) -> None:
    number = desk.report()
    browser = sign_in(Role.AUDITOR)
    assert _band(browser.text, Band.NEW) == [number]
    assert not browser.has_form(f"/incidents/{number}/verify")


def test_the_head_counts_unread_texts_and_doubtful_sends(desk: Desk, operator: Browser) -> None:
    desk.text("apa")
    desk.text("halo", inbound=False, unread=False, state="UNKNOWN", purpose="reply")
    page = " ".join(re.sub(r"<[^>]+>", " ", operator.open("/").text).split())
    assert "Kotak SMS 1 belum dibaca" in page
    assert "Sistem 1 kiriman tidak pasti" in page


def test_a_report_that_was_long_on_its_way_is_marked_in_the_queue_and_on_its_case(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    number = desk.report()
    with desk.runtime.work() as work:
        for report in work.session.query(Report):
            report.made_at = clock.at - timedelta(minutes=11)
    assert "Terlambat" in operator.open("/").text
    assert "Terlambat: sampai 21.04 WIB" in operator.open(f"/incidents/{number}").text
    with desk.runtime.work() as work:
        for report in work.session.query(Report):
            report.made_at = clock.at - timedelta(minutes=9)
    assert "Terlambat" not in operator.open("/").text


def test_a_case_put_off_stands_after_the_others_until_its_time_comes(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    first, second = desk.report(), desk.report(number=None)
    operator.open(f"/incidents/{first}").send(f"/incidents/{first}/later")
    page = operator.open("/").text
    assert _band(page, Band.NEW) == [second, first]
    assert "nanti 21.19" in page
    clock.forward(minutes=desk.runtime.playbook.screen.later_minutes)
    assert _band(operator.open("/").text, Band.NEW) == [first, second]


def test_a_case_put_off_is_taken_up_by_the_same_key(desk: Desk, operator: Browser) -> None:
    first, second = desk.report(), desk.report(number=None)
    path = f"/incidents/{first}"
    operator.open(path).send(f"{path}/later").send(f"{path}/later")
    assert _band(operator.open("/").text, Band.NEW) == [first, second]


def test_an_emergency_is_not_put_off(desk: Desk, operator: Browser) -> None:
    path = f"/incidents/{desk.report(priority=Priority.DARURAT)}"
    assert not operator.open(path).has_form(f"{path}/later")
    assert operator.post(f"{path}/later").status == 409
    assert "Kasus darurat tidak bisa ditunda." in operator.text
