"""What residents write, and what comes of it."""

from collections.abc import Callable

import pytest

from hotline import conversation, merging, notify, verification
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.models import Caller, Question
from hotline.privacy.requests import open_requests
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


@pytest.mark.parametrize("word", ["STOP", "stop", "BERHENTI", "berhenti.", "UNREG", " Stop "])
def test_these_words_alone_stop_announcements(desk: Desk, word: str) -> None:
    desk.text(RESIDENT, word)
    with desk.runtime.reading() as session:
        assert session.query(Caller).one().opted_out_at == desk.clock.at


@pytest.mark.parametrize(
    "words",
    [
        "tolong stop mereka pak, tawuran rt 5 eka jaya",
        "motor berhenti di rt 5 eka jaya, orangnya mencurigakan",
        "cancel", "quit", "end", "selesai", "sudah berhenti hujannya", "STOP NARKOBA di rt 5 eka jaya",
    ],
)  # fmt: skip
def test_a_word_among_others_stops_nothing(desk: Desk, words: str) -> None:
    desk.text(RESIDENT, words)
    with desk.runtime.reading() as session:
        assert all(caller.opted_out_at is None for caller in session.query(Caller))


def test_stop_silences_nothing_about_the_own_case(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "STOP")
    said = len(desk.said_to(RESIDENT))
    _verify(desk)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    desk.text(RESIDENT, "STATUS 1007")
    assert len(desk.said_to(RESIDENT)) == said + 2


def test_hapus_is_one_task_with_a_term_for_a_person_and_is_answered(desk: Desk) -> None:
    desk.text(RESIDENT, REPORT)
    desk.text(RESIDENT, "HAPUS")
    desk.text(RESIDENT, "HAPUS")
    with desk.runtime.reading() as session:
        (asked,) = open_requests(session)
    assert asked.number == RESIDENT
    assert "3x24 jam" in desk.said_to(RESIDENT)[-1]
    assert desk.texts(inbound=True)[-1].unread
    assert desk.incident().disposition is None, "what is running goes on"


def test_a_bare_answer_lands_on_the_case_that_was_asked_about_last(desk: Desk) -> None:
    desk.text(RESIDENT, "kebakaran di rt 9 payo selincah")
    desk.text(RESIDENT, "ada maling di rumah saya")
    desk.text(RESIDENT, "rt 4")
    desk.text(RESIDENT, "3")
    assert (desk.incident("1007").area_code, desk.incident("1007").rt) == ("PS", 9)
    assert (desk.incident("1010").area_code, desk.incident("1010").rt) == ("EJ", 4)


def test_the_list_is_sent_once_and_then_a_person_asks(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rumah saya")
    for answer in ("99", "99", "88"):
        desk.text(RESIDENT, answer)
    assert sum("Balas angkanya" in words for words in desk.said_to(RESIDENT)) == 1
    assert [text.unread for text in desk.texts(inbound=True)] == [False, False, True, True]
    assert desk.incident().area_code is None


def test_nothing_is_lost_where_nobody_can_tell_which_event_is_meant(desk: Desk) -> None:
    """Two open events that the text fits: it stands in one of them and before a person, who may move it."""
    desk.text(RESIDENT, "ada maling rt 5 eka jaya")
    desk.text(RESIDENT, "ada kebakaran rt 5 eka jaya")
    desk.text(RESIDENT, "tolong cepat rt 5 eka jaya")
    last = desk.texts(inbound=True)[-1]
    assert (last.unread, last.incident_id is not None) == (True, True)


def test_replies_to_all_together_end_and_receipts_and_progress_never(desk: Desk) -> None:
    most = desk.runtime.playbook.limits.replies_per_hour_in_all
    with desk.work() as work:
        for position in range(most):
            notify.text(work, f"+628129{position:06d}", "Halo", Purpose.REPLY)
    desk.text(RESIDENT, "BANTUAN")
    assert desk.said_to(RESIDENT) == []
    assert desk.texts(inbound=False)[-1].problem == "budget_in_all"
    desk.text(RESIDENT, REPORT)
    assert "no. 1007" in desk.said_to(RESIDENT)[-1]
    _verify(desk)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    desk.settle()
    assert "1007" in desk.said_to(RESIDENT)[-1]


@pytest.mark.parametrize(
    "answer_of", [lambda said, _: said, lambda _, turn: f"Terima kasih. Tiket Anda nomor {turn}."]
)
def test_two_machines_that_answer_each_other_stop_by_themselves(
    desk: Desk, answer_of: Callable[[str, int], str]
) -> None:
    """One that sends our words back, and one that counts its answers up: our last word ends it."""
    desk.text(RESIDENT, "BANTUAN")
    heard = 0
    for turn in range(40):
        said = desk.said_to(RESIDENT)
        if len(said) == heard:
            break
        heard = len(said)
        desk.text(RESIDENT, answer_of(said[-1], turn))
    assert heard <= 5
    assert len(desk.incidents()) <= 1


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
