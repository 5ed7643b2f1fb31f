"""What a unit asks by text: its tasks, one task's details, who is coming. Never who reported."""

import pytest
from sqlalchemy import select

from hotline.domain.segments import measure
from hotline.models import Report
from tests.hotline.callout import call_out, emergency, enlist, off_duty
from tests.support.desk import RESIDENT, Desk

STRANGER = "+6281200000077"


@pytest.fixture
def field(desk: Desk) -> Desk:
    """Two guards are sent to 1007; its reporter has a name."""
    off_duty(desk)
    emergency(desk, "begal bawa parang di rt 5 eka jaya dekat man 3, saya Siti Aminah")
    with desk.work() as work:
        work.session.scalars(select(Report)).one().caller_name = "Siti Aminah"
    call_out(desk, "1007", enlist(desk, 2))
    return desk


FIRST, SECOND = "+6281320000002", "+6281320000003"

ANSWERS = [
    ("TUGAS", "Tugas Anda yang terbuka: 1007 BELUM MENJAWAB"),
    ("tugas?", "Tugas Anda yang terbuka: 1007"),
    ("INFO 1007", "INFO 1007 DARURAT: Begal"),
    ("info#1007", "Eka Jaya RT 5"),
    ("SIAPA 1007", "TUGAS 1007, yang datang: LINMAS 003 MENERIMA"),
]


@pytest.mark.parametrize(("words", "said"), ANSWERS)
def test_a_units_question_is_answered_in_one_text(field: Desk, words: str, said: str) -> None:
    field.text(SECOND, "1007 1")
    field.text(FIRST, words)
    answer = field.said_to(FIRST)[-1]
    assert said in answer
    assert measure(answer).parts == 1


@pytest.mark.parametrize("words", [words for words, _ in ANSWERS])
def test_no_answer_says_who_reported_or_what_he_wrote(field: Desk, words: str) -> None:
    field.text(FIRST, words)
    for secret in ("Siti", RESIDENT, RESIDENT[-8:], "parang"):
        assert secret not in field.said_to(FIRST)[-1]


@pytest.mark.parametrize("words", [words for words, _ in ANSWERS])
def test_nobody_else_learns_anything(field: Desk, words: str) -> None:
    before = len(field.incidents())
    field.text(STRANGER, words)
    for said in field.said_to(STRANGER):
        for secret in ("LINMAS 00", "Eka Jaya", "BELUM MENJAWAB", "Begal"):
            assert secret not in said
    assert len(field.incidents()) == before


def test_a_case_of_others_and_one_that_does_not_exist_sound_alike(field: Desk) -> None:
    (outsider,) = enlist(field, 1, "BKTM")
    for word in ("INFO", "SIAPA"):
        field.text(outsider, f"{word} 1007")
        field.text(outsider, f"{word} 1041")
    said = [words.replace("1041", "1007") for words in field.said_to(outsider)]
    assert len(said) == 4
    assert len(set(said)) == 1
    assert "bukan tugas Anda" in said[0]


def test_nobody_coming_yet_is_said(field: Desk) -> None:
    field.text(FIRST, "SIAPA 1007")
    assert "yang datang: belum ada" in field.said_to(FIRST)[-1].lower()


def test_without_a_task_that_is_said(field: Desk) -> None:
    field.text(FIRST, "1007 2")
    field.text(FIRST, "TUGAS")
    assert "1007" not in field.said_to(FIRST)[-1]


def test_a_question_answers_no_alert_and_stops_no_ladder(field: Desk) -> None:
    field.text(FIRST, "INFO 1007")
    field.clock.advance(seconds=60)
    field.settle()
    assert [task.number for task in field.tasks() if task.kind == "call_unit"] == [FIRST, SECOND]
