"""A missing place is asked for, and the answer lands where it belongs."""

from hotline import merging, verification
from hotline.models import Question
from hotline.verification import Findings
from tests.support.desk import NEIGHBOUR, OPERATOR, RESIDENT, Desk


def _verify(desk: Desk, number: str = "1007") -> None:
    with desk.work() as work:
        verification.verify(work, desk.incident(number).id, Findings(), OPERATOR)


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
