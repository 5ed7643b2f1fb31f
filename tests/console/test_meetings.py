"""The monthly meeting on the screen, from the draft to the printed minutes."""

import pytest

from hotline.domain.rights import Role
from tests.console.conftest import CALLER, Browser, Desk, SignIn, StoppedClock


@pytest.fixture
def november(desk: Desk, clock: StoppedClock) -> str:
    """A theft that nobody looked at for a week; we write December."""
    number = desk.report("ada maling")
    clock.forward(days=8)
    return number


MEETING = "/evaluation/meeting"


def test_from_the_draft_to_the_minutes(november: str, coordinator: Browser) -> None:
    coordinator.open(MEETING)
    assert "November 2026" in coordinator.text
    assert "belum disusun" in coordinator.text
    coordinator.send(f"{MEETING}/draft")
    assert "1 kasus terbuka lebih dari 3 hari." in coordinator.text
    coordinator.send(
        f"{MEETING}/decide", words="Periksa pagi", owner="Kasi Trantib", due="2026-12-15", figure="t8/old"
    )
    assert "Kasi Trantib" in coordinator.text
    assert "Lebih dari 3 hari" in coordinator.text
    coordinator.send(
        f"{MEETING}/minutes", held_on="2026-12-02", present="Camat", minutes="Dibahas bersama <lurah>."
    )
    assert "Dibahas bersama &lt;lurah&gt;." in coordinator.text
    coordinator.send(f"{MEETING}/close")
    assert "Evaluasi ditutup" in coordinator.text
    assert not coordinator.has_form(f"{MEETING}/decide")
    assert CALLER not in coordinator.text


def test_the_month_after_shows_what_became_of_it(
    november: str, coordinator: Browser, clock: StoppedClock, sign_in: SignIn
) -> None:
    coordinator.open(MEETING).send(f"{MEETING}/draft")
    coordinator.send(f"{MEETING}/decide", words="Periksa", owner="Kasi", due="2026-12-15", figure="t8/old")
    clock.forward(days=24)
    later = sign_in(Role.COORDINATOR).open(f"{MEETING}?period=2026-12")
    assert "= tetap" in later.text
    assert 'class="overdue"' in later.text
    later.send(f"{MEETING}/decisions/1/done")
    assert not later.has_form(f"{MEETING}/decisions/1/done")


def test_whoever_may_only_look_is_offered_nothing_to_do(
    november: str, sign_in: SignIn, coordinator: Browser
) -> None:
    coordinator.open(MEETING).send(f"{MEETING}/draft")
    auditor = sign_in(Role.AUDITOR).open(MEETING)
    assert "1 kasus terbuka" in auditor.text
    assert not any(auditor.has_form(f"{MEETING}/{act}") for act in ("draft", "decide", "minutes", "close"))


@pytest.mark.parametrize("query", ["period=2027-01", "period=2026-11-01..2026-11-09", "period=x"])
def test_a_meeting_is_about_one_month_that_has_begun(coordinator: Browser, query: str) -> None:
    assert coordinator.open(f"{MEETING}?{query}").status == 404


@pytest.mark.parametrize("field", ["words", "owner", "due"])
def test_a_decision_without_words_owner_or_date_is_none(
    november: str, coordinator: Browser, field: str
) -> None:
    coordinator.open(MEETING).send(f"{MEETING}/draft")
    whole = {"words": "Periksa", "owner": "Kasi", "due": "2026-12-15", "figure": ""}
    coordinator.send(f"{MEETING}/decide", {**whole, field: ""})
    assert coordinator.status == 422
    assert "Belum ada keputusan" in coordinator.text


def test_a_refusal_is_said_in_the_desks_words(november: str, coordinator: Browser) -> None:
    coordinator.open(MEETING).send(f"{MEETING}/draft")
    coordinator.send(f"{MEETING}/decide", words="x", owner="y", due="2026-12-15", figure="t9/everything")
    assert coordinator.status == 409
    assert "Angka itu tidak ada." in coordinator.text
