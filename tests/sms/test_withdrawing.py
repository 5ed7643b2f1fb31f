"""BATAL: what a resident may take back, and what stays open whoever asks."""

import pytest

from hotline import merging, verification
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.verification import Findings
from tests.support.desk import NEIGHBOUR, OPERATOR, RESIDENT, Desk

REPORT = "maling rt 5 eka jaya"


def _verify(desk: Desk, number: str = "1007") -> None:
    with desk.work() as work:
        verification.verify(work, desk.incident(number).id, Findings(), OPERATOR)


def test_batal_takes_back_what_nobody_has_verified(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "BATAL 1007")
    assert (desk.incident().disposition, desk.incident().status) == (
        Disposition.CANCELLED,
        IncidentStatus.CLOSED,
    )
    assert "dibatalkan sesuai permintaan" in desk.said_to(RESIDENT)[-1]


def test_batal_after_verification_is_noted_for_a_person(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    _verify(desk)
    desk.text(RESIDENT, "BATAL 1007")
    assert desk.incident().disposition is None
    assert desk.texts(inbound=True)[-1].unread


def test_batal_never_closes_what_people_withdraw_out_of_fear(desk: Desk) -> None:
    desk.text(RESIDENT, "suami saya memukuli saya di rt 5 eka jaya")
    desk.text(RESIDENT, "BATAL 1007")
    assert desk.incident().disposition is None


def test_batal_of_a_stranger_does_nothing(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(NEIGHBOUR, "BATAL 1007")
    assert desk.incident().disposition is None


def test_batal_never_closes_what_somebody_else_reported_too(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(NEIGHBOUR, REPORT)
    with desk.work() as work:
        merging.merge(work, desk.incident("1010").id, "1007", OPERATOR)
    desk.text(RESIDENT, "BATAL 1007")
    assert desk.incident("1007").disposition is None


def test_batal_of_a_closed_incident_says_that_it_is_closed(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "BATAL 1007")
    desk.text(RESIDENT, "BATAL 1007")
    assert "SUDAH DITUTUP" in desk.said_to(RESIDENT)[-1]


@pytest.mark.parametrize(
    ("report", "type_code"),
    [
        ("suami saya memukuli saya di rt 5 eka jaya", "KDRT"),
        ("saya diancam mau dibunuh tetangga di rt 5 eka jaya", "ANCAM"),
        ("saya dibegal di rt 5 eka jaya motor dirampas pakai celurit", "BEGAL"),
    ],
)
def test_batal_leaves_open_what_people_are_made_to_withdraw(desk: Desk, report: str, type_code: str) -> None:
    desk.text(RESIDENT, report)
    assert desk.incident().type_code == type_code
    desk.text(RESIDENT, "BATAL 1007")
    assert desk.incident().disposition is None
    assert desk.texts(inbound=True)[-1].unread


def test_batal_without_a_number_asks_which_where_several_are_open(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "kebakaran di rt 9 payo selincah")
    desk.text(RESIDENT, "BATAL")
    assert {incident.disposition for incident in desk.incidents()} == {None}
    assert "1010, 1007" in desk.said_to(RESIDENT)[-1]


def test_who_withdraws_and_names_a_weapon_raises_the_case_instead(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "batal 1007 dia datang lagi bawa pisau")
    incident = desk.incident()
    assert (incident.disposition, incident.priority) == (None, Priority.DARURAT)
    assert desk.texts(inbound=True)[-1].incident_id == incident.id


def test_batal_with_a_slip_in_the_number_closes_nothing(desk: Desk) -> None:
    desk.text(RESIDENT, "maling rt 5 eka jaya")
    desk.text(RESIDENT, "BATAL 0807")
    assert desk.incident().status is IncidentStatus.RECEIVED
