"""Failures noted on the system's screen."""

from hotline.models import Outage
from tests.console.conftest import Browser, Desk


def test_a_failure_is_noted_lasts_and_is_over(desk: Desk, operator: Browser) -> None:
    operator.open("/system").send(
        "/system/outages", kind="power", words="PLN padam", since="2026-11-24T20:00", until=""
    )
    assert "Gangguan yang belum pulih" in operator.text
    assert "PLN padam" in operator.text
    operator.send("/system/outages/1/over")
    assert "Gangguan yang belum pulih" not in operator.text
    assert [each.ended_at is not None for each in desk.all(Outage)] == [True]


def test_what_makes_no_sense_is_said_so(desk: Desk, operator: Browser) -> None:
    operator.open("/system").send("/system/outages", kind="power", words="", since="besok", until="")
    assert operator.status == 422
    operator.open("/system").send(
        "/system/outages", kind="power", words="", since="2026-11-24T20:00", until="2026-11-24T19:00"
    )
    assert operator.status == 409
    assert "berakhir sesudah mulai" in operator.text
    assert desk.all(Outage) == []
