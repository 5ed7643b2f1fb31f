"""A locked browser shows nothing, stays signed in and present, and opens again for its own operator alone."""

from datetime import timedelta

import pytest

from hotline import accounts
from hotline.domain.rights import Role
from hotline.models import Audit, LoginSession
from tests.console.conftest import PASSWORD, Browser, Desk, StoppedClock


@pytest.fixture
def locked(app: object, desk: Desk, visitor: Browser) -> Browser:
    """Somebody with a password, whose screen is locked."""
    with desk.runtime.work() as work:
        known = accounts.add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)
        visitor.client.set_cookie("sid", accounts.open_session(work, known))
    visitor.open("/").post("/lock")
    return visitor


def test_every_page_leads_to_the_password_and_says_nothing_of_a_case(desk: Desk, locked: Browser) -> None:
    number = desk.report("ada maling di belakang")
    page = locked.open(f"/incidents/{number}").text
    assert "<title>Layar terkunci" in page
    assert number not in page.replace(f"/incidents/{number}", "")
    assert "belakang" not in page


def test_no_act_and_no_fragment_passes(desk: Desk, locked: Browser) -> None:
    path = f"/incidents/{desk.report()}"
    assert locked.post(f"{path}/claim").status == 423
    assert locked.client.get("/", headers={"HX-Request": "true"}).status_code == 423
    assert locked.client.get("/tray", headers={"X-Background": "1"}).status_code == 423
    assert desk.incident(path.rpartition("/")[2]).claimed_by is None


def test_it_hears_of_news_and_counts_as_present(desk: Desk, locked: Browser, clock: StoppedClock) -> None:
    clock.forward(minutes=45)
    answer = locked.client.get("/changes", headers={"X-Background": "1"})
    assert (answer.status_code, answer.headers["X-Locked"]) == (200, "1")
    assert {row.beat_at for row in desk.all(LoginSession, LoginSession.locked_at.is_not(None))} == {clock.at}
    assert 'data-ringing="0"' in locked.client.get("/strip").get_data(as_text=True)


def test_the_password_opens_it_where_it_was(desk: Desk, locked: Browser, clock: StoppedClock) -> None:
    clock.forward(hours=2)
    locked.open("/tray").send("/unlock", password=PASSWORD)
    assert "<title>Kotak SMS" in locked.text


def test_a_wrong_password_does_not_open_it_and_slows_the_next_try(
    desk: Desk, locked: Browser, clock: StoppedClock
) -> None:
    for _ in range(3):
        locked.open("/").send("/unlock", password="something else")
        assert locked.status == 401
    assert locked.open("/").send("/unlock", password=PASSWORD).status == 401
    clock.forward(minutes=6)
    assert locked.open("/").send("/unlock", password=PASSWORD).status == 200
    assert len(desk.all(Audit, Audit.act == "sign_in_failed")) == 3


def test_a_shift_ends_it_all_the_same(locked: Browser, clock: StoppedClock) -> None:
    clock.at += accounts.SHIFT + timedelta(minutes=1)
    assert "<title>Masuk" in locked.open("/").text
