"""The text line at the desk: what is wrong is said on every page, and one key each for misuse."""

import pytest

from hotline.domain.rights import Role
from hotline.models import Audit, Carrier, Contact, Incident, Nuisance, TextMessage
from tests.console.conftest import Browser, Desk, SignIn, StoppedClock


def test_a_held_queue_is_said_on_every_page(desk: Desk, operator: Browser) -> None:
    assert "SMS tertahan" not in operator.open("/").text
    _hold(desk)
    for page in ("/", "/tray", "/system", "/units"):
        assert "SMS tertahan: pulsa habis" in operator.open(page).text


def _hold(desk: Desk) -> None:
    with desk.runtime.work() as work:
        work.session.add(
            Carrier(
                name="africastalking", since=work.now, held_for="money", held_since=work.now, tokens=1.0,
                tokens_at=work.now, held_reason="405", currency="", changes=1,
            )
        )  # fmt: skip


def test_a_held_queue_is_let_go_with_one_click_which_is_written_down(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    _hold(desk)
    operator.open("/tray")
    coordinator.open("/").send("/lines/africastalking/release")
    assert desk.all(Carrier)[0].held_for is None
    assert "SMS tertahan:" not in coordinator.text
    (row,) = [row for row in desk.all(Audit) if row.act == "release_queue"]
    assert (row.subject, row.reason) == ("africastalking", "405")
    assert operator.send("/lines/africastalking/release").status == 409
    assert "sudah tidak tertahan" in operator.text


def test_whoever_only_reads_can_not_let_a_queue_go(desk: Desk, sign_in: SignIn) -> None:
    _hold(desk)
    auditor = sign_in(Role.AUDITOR).open("/system")
    assert "SMS tertahan" in auditor.text
    assert not auditor.has_form("/lines/africastalking/release")
    assert auditor.post("/lines/africastalking/release").status == 403


def test_held_is_not_called_late(desk: Desk, operator: Browser, clock: StoppedClock) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/reply", words="halo", to="callers")
    _hold(desk)
    clock.forward(minutes=5)
    page = operator.open("/system").text
    assert "1 SMS sengaja menunggu" in page
    assert "1 tertunda" in page  # the look at the case, which no worker of this test takes


def test_one_key_ends_a_prank(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    operator.open(f"/incidents/{number}").send(f"/incidents/{number}/misuse", kind="prank")
    assert desk.all(Incident)[0].disposition == "PRANK"
    assert len(desk.all(Nuisance)) == 1
    operator.open(f"/incidents/{number}").send(f"/incidents/{number}/forgive")
    assert desk.all(Nuisance)[0].undone_at is not None


def test_what_somebody_has_verified_meanwhile_is_not_ended_as_a_prank(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path)
    coordinator.open(path).send(f"{path}/verify")
    assert operator.send(f"{path}/misuse", kind="prank").status == 409
    assert "baru saja diubah orang lain" in operator.text
    assert desk.all(Incident)[0].disposition is None


@pytest.mark.parametrize("kind", ["prank", "ghost", "abuse"])
def test_one_key_clears_a_text_from_the_tray(desk: Desk, operator: Browser, kind: str) -> None:
    text = desk.text("hahaha")
    operator.open("/tray").send(f"/tray/{text}/misuse", kind=kind)
    assert desk.all(TextMessage)[0].unread is False
    assert [each.kind for each in desk.all(Nuisance)] == [kind]


def test_another_number_is_agreed_to_with_one_click_and_masked(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    incident = desk.all(Incident)[0]
    with desk.runtime.work() as work:
        contact = Contact(incident_id=incident.id, number="+6281200000077", named_at=work.now)
        work.session.add(contact)
    page = operator.open(f"/incidents/{number}")
    assert "+6281200000077" not in page.text
    page.send(f"/incidents/{number}/agree/{contact.id}")
    assert desk.all(Contact)[0].agreed_at is not None


@pytest.mark.parametrize(
    ("cost", "shown"), [("IDR 350.0000", "kira-kira IDR 700 per nomor"), ("", ""), ("0", "")]
)
def test_parts_and_what_they_cost_are_known_before_sending(
    desk: Desk, operator: Browser, cost: str, shown: str
) -> None:
    desk.text("Halo", inbound=False, unread=False, cost=cost)
    operator.open(f"/incidents/{desk.report()}")
    page = operator.post("/measure", words="a" * 200).text
    assert "200 huruf · 2 SMS" in page
    assert ("per nomor" in page, shown in page) == (bool(shown), True)
