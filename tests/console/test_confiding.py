"""The desk marks a case as one about somebody in office; the coordinator opens it again."""

from hotline.domain.playbook import Priority
from tests.console.conftest import Browser, Desk


def test_an_operator_who_marks_a_case_is_back_at_the_queue_and_sees_it_no_more(
    desk: Desk, operator: Browser, coordinator: Browser
) -> None:
    number = desk.report(priority=Priority.TINGGI)
    assert "Rahasiakan: keluhan tentang petugas" in operator.open(f"/incidents/{number}").text
    back = operator.post(f"/incidents/{number}/confide", sign="officer")
    assert (back.status, number in back.text) == (200, False)
    assert operator.open(f"/incidents/{number}").status == 404
    page = coordinator.open(f"/incidents/{number}").text
    assert "Dirahasiakan: keluhan tentang petugas" in page
    assert coordinator.post(f"/incidents/{number}/open-up", sign="officer").status == 200
    assert operator.open(f"/incidents/{number}").status == 200
    assert "Tidak lagi dirahasiakan" in operator.text


def test_an_operator_cannot_open_what_he_sees_only_as_an_emergency(desk: Desk, operator: Browser) -> None:
    number = desk.report(priority=Priority.DARURAT)
    operator.post(f"/incidents/{number}/confide", sign="officer")
    assert "Bukan begitu, buka lagi" not in operator.open(f"/incidents/{number}").text
    assert operator.post(f"/incidents/{number}/open-up", sign="officer").status == 404
    assert desk.incident(number).confidential


def test_a_reason_that_is_not_on_the_list_changes_nothing(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    assert operator.post(f"/incidents/{number}/confide", sign="ufo").status == 422
    assert not desk.incident(number).confidential
