"""A unit's closing words, split over the questions of the type; the whole text stays where it was."""

import pytest
from sqlalchemy import select

from hotline import field_report
from hotline.field_report import answers_of, split
from hotline.models import Assignment
from tests.support.desk import GUARD, OPERATOR, RESIDENT, Desk

SPLIT = {
    ("CURI", "2 pelaku lari ke lrg melati; motor hilang; diserahkan ke Polsek"): {
        "persons": "2 pelaku lari ke lrg melati", "damage": "motor hilang",
        "handed_to": "diserahkan ke Polsek",
    },
    ("API", "Api padam, penyebab korsleting. Rumah hangus 2; tidak ada korban"): {
        "done": "Api padam", "fire_cause": "penyebab korsleting", "damage": "Rumah hangus 2",
        "found": "tidak ada korban",
    },
    ("BISING", "ditegur, kedua pihak sepakat berhenti jam 22.00"): {
        "done": "ditegur", "agreement": "kedua pihak sepakat berhenti jam 22.00",
    },
    ("BISING", "penyebab korsleting"): {"done": "penyebab korsleting"},
    ("BENCANA", "tinggi air 60 cm, 40 kk mengungsi"): {"water": "tinggi air 60 cm; 40 kk mengungsi"},
    ("CURI", "nihil"): {"found": "nihil"},
    ("CURI", " ; , . "): {},
}  # fmt: skip


@pytest.mark.parametrize(("type_code", "words"), SPLIT)
def test_each_part_of_a_text_goes_to_the_question_it_answers(desk: Desk, type_code: str, words: str) -> None:
    assert split(desk.runtime.playbook, type_code, words) == SPLIT[type_code, words]


def test_what_a_unit_texts_at_the_end_stands_under_the_questions_and_whole_in_its_task(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di rt 5 eka jaya")
    incident = desk.incident()
    task = desk.send(incident.id, 1)
    with desk.work() as work:
        field_report.answer_questions(work, incident.id, {"persons": "2 saksi"}, OPERATOR)
    desk.text(GUARD, f"{incident.number} 6 kondisi aman; pelaku 1 org; diserahkan ke polsek")
    with desk.runtime.reading() as session:
        report = session.scalars(select(Assignment.report).where(Assignment.id == task)).one()
        answers = answers_of(session, incident.id)
    assert report == "kondisi aman; pelaku 1 org; diserahkan ke polsek"
    assert answers == {
        "persons": "2 saksi", "handed_to": "diserahkan ke polsek", "found": "kondisi aman",
    }  # fmt: skip
