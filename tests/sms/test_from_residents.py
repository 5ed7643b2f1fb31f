"""What residents write, and what comes of it."""

import pytest

from hotline import conversation, merging, verification
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.models import Caller, Question
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


def test_a_missing_place_is_asked_for_and_the_answer_finds_its_incident(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rumah saya")
    assert "Balas kelurahan dan RT" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, "rt 9")
    assert "Balas angkanya" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, "3")
    assert (desk.incident().area_code, desk.incident().rt) == ("EJ", 9)
    assert "Eka Jaya RT 9" in desk.said_to(RESIDENT)[-1]


def test_a_place_can_be_corrected_until_the_desk_has_verified_it(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rumah saya")
    desk.text(RESIDENT, "eka jaya rt 7")
    desk.text(RESIDENT, "payo selincah rt 3")
    assert (desk.incident().area_code, desk.incident().rt) == ("PS", 3)
    _verify(desk)
    desk.text(RESIDENT, "eka jaya rt 7")
    assert (desk.incident().area_code, desk.incident().rt) == ("PS", 3)
    assert desk.texts(inbound=True)[-1].unread


def test_the_answer_reaches_the_incident_that_the_asked_one_was_merged_into(desk: Desk) -> None:
    desk.text(NEIGHBOUR, "ada ribut ribut di dekat sini")
    desk.text(RESIDENT, "ada ribut ribut di rumah sebelah")
    with desk.work() as work:
        merging.merge(work, desk.incident("1010").id, "1007", OPERATOR)
    desk.text(RESIDENT, "eka jaya rt 7")
    assert (desk.incident("1007").area_code, desk.incident("1010").id) == ("EJ", desk.incident("1007").id)


def test_a_question_expires(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rumah saya")
    desk.clock.advance(minutes=61)
    desk.text(RESIDENT, "3")
    assert desk.incident().area_code is None
    assert desk.texts(inbound=True)[-1].unread


def test_a_place_after_the_question_expired_still_fills_the_hole(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rumah saya")
    desk.clock.advance(minutes=61)
    desk.text(RESIDENT, "eka jaya rt 7")
    assert (desk.incident().area_code, desk.incident().rt) == ("EJ", 7)


def test_a_place_told_in_other_words_closes_the_question(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rumah saya")
    desk.text(RESIDENT, "malingnya di eka jaya rt 7 pak")
    with desk.runtime.reading() as session:
        assert all(asked.answered_at for asked in session.query(Question))


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


def test_more_about_a_closed_incident_is_kept_and_shown_to_a_person(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "BATAL 1007")
    desk.text(RESIDENT, "TAMBAH 1007 dia datang lagi")
    assert desk.texts(inbound=True)[-1].unread
    assert "sudah ditutup" in desk.said_to(RESIDENT)[-1]
    assert desk.incident().disposition is Disposition.CANCELLED


def test_thanks_get_no_answer(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "terima kasih")
    assert len(desk.said_to(RESIDENT)) == 1
    assert not desk.texts(inbound=True)[-1].unread


def test_an_unclear_word_in_a_conversation_lands_in_it_and_before_a_person(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "cepat pak")
    last = desk.texts(inbound=True)[-1]
    assert (last.unread, last.incident_id) == (True, desk.incident().id)
    assert len(desk.said_to(RESIDENT)) == 1


def test_not_understood_is_said_once_an_hour(desk: Desk) -> None:
    for _ in range(3):
        desk.text(RESIDENT, "selamat malam pak")
    assert len(desk.said_to(RESIDENT)) == 1
    desk.clock.advance(minutes=61)
    desk.text(RESIDENT, "selamat malam pak")
    assert len(desk.said_to(RESIDENT)) == 2
    assert all(text.unread for text in desk.texts(inbound=True))


def test_help_says_how_and_a_machine_that_asks_again_and_again_is_left_alone(desk: Desk) -> None:
    for _ in range(5):
        desk.text(RESIDENT, "BANTUAN")
    assert len(desk.said_to(RESIDENT)) == desk.runtime.playbook.limits.replies_per_hour


def test_a_machine_that_sends_our_own_words_back_is_left_alone(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    for _ in range(12):
        desk.text(RESIDENT, desk.said_to(RESIDENT)[-1])
    assert len(desk.said_to(RESIDENT)) <= 5
    assert len(desk.incidents()) == 1


def test_stop_stops_announcements_and_mulai_brings_them_back(desk: Desk) -> None:
    desk.text(RESIDENT, "STOP")
    assert "tidak akan dikirimi pengumuman" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, REPORT)
    assert "no. 1007" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, "MULAI")
    with desk.runtime.reading() as session:
        assert session.query(Caller).one().opted_out_at is None


def test_a_plea_not_to_be_called_silences_us_until_the_desk_releases_the_number(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rt 5 eka jaya, jangan telepon saya")
    desk.text(RESIDENT, "MULAI")
    assert desk.said_to(RESIDENT) == []
    assert {text.state for text in desk.texts(inbound=False)} == {TextState.WITHHELD}
    assert desk.incident().do_not_call
    with desk.work() as work:
        conversation.keep_quiet(work, desk.incident().id, OPERATOR, quiet=False)
    desk.text(RESIDENT, "STATUS 1007")
    assert len(desk.said_to(RESIDENT)) == 1


def test_diam_silences_every_text_about_the_open_incident(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "DIAM")
    _verify(desk)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    desk.settle()
    assert len(desk.said_to(RESIDENT)) == 1
    assert desk.incident().informed_at is None
    assert [entry.kind for entry in desk.log()].count("quiet") == 1


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
