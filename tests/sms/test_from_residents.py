"""What residents write, and what comes of it."""

import pytest

from hotline import verification
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.verification import Findings
from tests.support.desk import NEIGHBOUR, OPERATOR, RESIDENT, Desk

REPORT = "maling rt 5 eka jaya"


def _verify(desk: Desk, number: str = "1007") -> None:
    with desk.work() as work:
        verification.verify(work, desk.incident(number).id, Findings(), OPERATOR)


def test_a_report_has_its_number_at_once(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, REPORT)
    incident = any_desk.incident()
    assert (incident.type_code, incident.area_code, incident.rt) == ("CURI", "EJ", 5)
    assert ["1007" in words for words in any_desk.said_to(RESIDENT)] == [True]
    assert not any_desk.unkept()


def test_the_words_stand_in_the_log_with_the_text_they_came_by(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    first = desk.log()[0]
    assert (first.kind, first.words, first.actor_kind, first.at) == (
        "report",
        REPORT,
        "caller",
        desk.clock.at,
    )
    assert first.text_id == desk.texts(inbound=True)[0].id


def test_an_emergency_is_told_whom_to_call(desk: Desk) -> None:
    desk.text(RESIDENT, "kebakaran rumah di payo selincah rt 3 ada orang terjebak")
    assert desk.incident().priority is Priority.DARURAT
    assert "113 atau 112" in desk.said_to(RESIDENT)[0]


def test_a_further_word_about_the_same_event_adds_to_it(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "malingnya masih di rt 5 eka jaya bawa parang")
    assert len(desk.incidents()) == 1
    assert desk.incident().priority is Priority.DARURAT
    assert "sudah masuk laporan 1007" in desk.said_to(RESIDENT)[-1]


@pytest.mark.parametrize("words", ["datang lagi bawa parang", "dia balik lagi pak, bawa parang"])
def test_a_further_word_without_a_place_adds_to_the_open_event_and_raises_it(desk: Desk, words: str) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, words)
    assert len(desk.incidents()) == 1
    assert desk.incident().priority is Priority.DARURAT


@pytest.mark.parametrize(
    "words", ["kebakaran di rt 5 eka jaya", "maling rt 5 payo selincah", "maling rt 9 eka jaya"]
)
def test_another_event_opens_another_incident(desk: Desk, words: str) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, words)
    assert len(desk.incidents()) == 2


def test_the_same_event_long_afterwards_is_a_new_one(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.clock.advance(hours=3)
    desk.text(RESIDENT, REPORT)
    assert len(desk.incidents()) == 2


def test_two_people_open_two_incidents(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(NEIGHBOUR, REPORT)
    assert len(desk.incidents()) == 2


def test_status_is_told_to_the_reporter_only(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "STATUS 1007")
    assert "1007 SUDAH DITERIMA" in desk.said_to(RESIDENT)[-1]
    desk.text(NEIGHBOUR, "STATUS 1007")
    assert "tidak menemukan" in desk.said_to(NEIGHBOUR)[-1]


def test_status_without_a_number_tells_of_a_closed_incident_too(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "BATAL 1007")
    desk.clock.advance(days=2)
    desk.text(RESIDENT, "STATUS")
    assert "SUDAH DITUTUP 2/3 20.00 WIB" in desk.said_to(RESIDENT)[-1]


def test_a_wrong_digit_in_the_number_tells_nothing(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "STATUS 1008")
    assert "tidak menemukan" in desk.said_to(RESIDENT)[-1]


def test_more_about_a_closed_incident_is_kept_and_shown_to_a_person(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "BATAL 1007")
    desk.text(RESIDENT, "TAMBAH 1007 dia datang lagi")
    assert desk.texts(inbound=True)[-1].unread
    assert "sudah ditutup" in desk.said_to(RESIDENT)[-1]
    assert desk.incident().disposition is Disposition.CANCELLED


def test_an_unclear_word_in_a_conversation_lands_in_it_and_before_a_person(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "cepat pak")
    last = desk.texts(inbound=True)[-1]
    assert (last.unread, last.incident_id) == (True, desk.incident().id)
    assert len(desk.said_to(RESIDENT)) == 1


def test_a_resident_who_sends_a_units_code_moves_nothing_and_learns_nothing(desk: Desk) -> None:
    desk.text(NEIGHBOUR, REPORT)
    desk.text(RESIDENT, "1007 3")
    assert desk.incident().status is IncidentStatus.RECEIVED
    assert not any("1007" in words for words in desk.said_to(RESIDENT))


def test_a_confidential_type_found_later_hides_the_incident(desk: Desk) -> None:
    desk.text(RESIDENT, "tolong saya di rt 5 eka jaya")
    assert not desk.incident().confidential
    desk.text(RESIDENT, "suami saya memukuli saya")
    assert desk.incident().confidential


def test_a_second_text_raises_what_is_proposed_but_not_what_the_desk_has_decided(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    _verify(desk)
    desk.text(RESIDENT, "malingnya masih di rt 5 eka jaya bawa parang")
    incident = desk.incident()
    assert (incident.priority, incident.suggested_priority) == (Priority.TINGGI, Priority.DARURAT)


def test_old_incidents_stay_within_reach_of_a_number_that_texts_a_lot(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "kebakaran di rt 9 payo selincah")
    for _ in range(25):
        desk.text(RESIDENT, "TAMBAH 1010 api membesar")
    desk.text(RESIDENT, "STATUS 1007")
    assert desk.log()[-2].incident_id == desk.incident("1007").id


def test_nothing_is_lost_where_nobody_can_tell_which_event_is_meant(desk: Desk) -> None:
    """Two open events that the text fits: it stands in one of them and before a person, who may move it."""
    desk.text(RESIDENT, "ada maling rt 5 eka jaya")
    desk.text(RESIDENT, "ada kebakaran rt 5 eka jaya")
    desk.text(RESIDENT, "tolong cepat rt 5 eka jaya")
    last = desk.texts(inbound=True)[-1]
    assert (last.unread, last.incident_id is not None) == (True, True)


@pytest.mark.parametrize("number", ["1041", "1008", "1007"])
def test_who_adds_to_a_case_that_is_not_his_and_tells_of_an_event_opens_his_own(
    desk: Desk, number: str
) -> None:
    """A slip in the number, or the number of a neighbour's case: nobody in danger is told that he was not
    understood, and nothing is added to what somebody else reported.
    """
    desk.text(NEIGHBOUR, REPORT)
    desk.text(RESIDENT, f"TAMBAH {number} kebakaran rumah rt 5 eka jaya ada orang terjebak")
    incident = desk.incident("1010")
    assert (incident.type_code, incident.area_code, incident.rt) == ("API", "EJ", 5)
    assert incident.priority is Priority.DARURAT
    assert "1010" in desk.said_to(RESIDENT)[-1]


def test_who_adds_to_a_case_that_is_not_his_and_tells_nothing_new_waits_for_a_person(desk: Desk) -> None:
    desk.text(NEIGHBOUR, REPORT)
    desk.text(RESIDENT, "TAMBAH 1007 saya juga lihat")
    assert len(desk.incidents()) == 1
    assert desk.texts(inbound=True)[-1].unread
    assert not any("1007" in words for words in desk.said_to(RESIDENT))


@pytest.mark.parametrize(
    ("report", "numbers"),
    [
        ("kebakaran rumah di payo selincah rt 3 ada orang terjebak", ("113", "112")),
        ("bapak saya pingsan tidak bernapas di rt 5 eka jaya", ("119", "112")),
        ("saya dibegal di rt 5 eka jaya motor dirampas pakai celurit", ("110", "112")),
        ("tolong ada orang dibacok", ("110", "112")),
    ],
)
def test_the_first_reply_to_an_emergency_names_who_helps_fastest(
    desk: Desk, report: str, numbers: tuple[str, ...]
) -> None:
    desk.text(RESIDENT, report)
    assert desk.incident().priority is Priority.DARURAT
    (first,) = desk.said_to(RESIDENT)
    assert [number for number in numbers if number not in first] == []


def test_danger_told_of_a_case_that_is_not_his_opens_his_own(desk: Desk) -> None:
    desk.text(NEIGHBOUR, REPORT)
    desk.text(RESIDENT, "TAMBAH 1007 dia bawa parang")
    assert desk.incident("1010").priority is Priority.DARURAT
    assert not any("1007" in words for words in desk.said_to(RESIDENT))
