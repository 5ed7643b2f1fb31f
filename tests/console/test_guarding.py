"""Personal data on the screen: requests with their clock, holds, breaches, terms."""

from hotline.domain.rights import Role
from hotline.models import Breach, ErasureRequest, Incident
from tests.console.conftest import CALLER, Browser, Desk, SignIn, StoppedClock


def test_a_request_is_noted_shown_masked_with_its_clock_and_answered(
    desk: Desk, coordinator: Browser
) -> None:
    coordinator.open("/privacy").send("/privacy/requests", number=CALLER, kind="access", words="minta")
    assert "salinan data" in coordinator.text
    assert CALLER not in coordinator.text
    assert 'data-allowed="259200"' in coordinator.text
    copy = coordinator.send("/privacy/requests/1/copy", reason="di loket")
    assert copy.text.startswith("\ufeffjenis,waktu,kasus,isi")
    coordinator.open("/privacy").send("/privacy/requests/1/settle", outcome="diserahkan")
    assert "Tidak ada permintaan yang terbuka" in coordinator.text
    assert [each.outcome for each in desk.all(ErasureRequest)] == ["diserahkan"]


def test_a_clock_that_ran_out_is_late(
    desk: Desk, coordinator: Browser, clock: StoppedClock, sign_in: SignIn
) -> None:
    coordinator.open("/privacy").send("/privacy/requests", number=CALLER, kind="correct", words="")
    clock.forward(hours=73)
    assert 'class="ticking late"' in sign_in(Role.COORDINATOR).open("/privacy").text


def test_erasing_is_refused_while_the_case_is_open(desk: Desk, coordinator: Browser) -> None:
    desk.report("ada maling")
    coordinator.open("/privacy").send("/privacy/requests", number=CALLER, kind="erase", words="")
    coordinator.send("/privacy/requests/1/erase")
    assert "Pastikan dulu" in coordinator.text
    coordinator.send("/privacy/requests/1/erase", sure="yes")
    assert coordinator.status == 409
    assert "selesaikan dulu" in coordinator.text


def test_a_case_is_held_with_a_reason(desk: Desk, coordinator: Browser) -> None:
    path = f"/incidents/{desk.report('ada maling')}"
    coordinator.open(path).send(f"{path}/hold", reason="perkara", hold="on")
    assert "Data ditahan" in coordinator.text
    assert [each.legal_hold for each in desk.all(Incident)] == [True]
    coordinator.send(f"{path}/hold", reason="selesai", hold="off")
    assert [each.legal_hold for each in desk.all(Incident)] == [False]


def test_a_breach_is_noted_its_list_taken_and_told(desk: Desk, coordinator: Browser) -> None:
    number = desk.report("ada maling")
    coordinator.open("/privacy").send(
        "/privacy/breaches", what="nomor", how="kertas hilang", handling="dicari",
        since="2026-11-24T20:00", until="2026-11-24T22:00",
    )  # fmt: skip
    assert "kertas hilang" in coordinator.text
    assert (
        f"{number},24/11/2026 21.04,sms,"
        in coordinator.send("/privacy/breaches/1/list", reason="memberi tahu").text
    )
    coordinator.open("/privacy").send("/privacy/breaches/1/told")
    assert [each.told_at is not None for each in desk.all(Breach)] == [True]


def test_the_auditor_sees_the_terms_and_may_do_nothing(sign_in: SignIn) -> None:
    auditor = sign_in(Role.AUDITOR).open("/privacy")
    assert "Masa simpan" in auditor.text
    assert not auditor.has_form("/privacy/requests")
    assert not auditor.has_form("/privacy/breaches")
