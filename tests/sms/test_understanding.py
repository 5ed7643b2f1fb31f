"""What the grammar found, in the desk's terms, within what the desk can keep."""

import pytest

from hotline.domain.playbook import UNCLEAR, Priority
from sms.grammar.meaning import Basis, Found, Intent, Meaning, Reason, Sign, Span
from sms.understanding import MOST_PEOPLE, MOST_PLACE, reading_of
from tests.support.desk import Desk


def test_what_was_not_found_keeps_the_cautious_default(desk: Desk) -> None:
    reading = reading_of(Meaning(Intent.REPORT, 0.4), desk.runtime.playbook)
    assert (reading.type_code, reading.area_code, reading.rt, reading.reasons) == (UNCLEAR, None, None, ())
    assert reading.priority is desk.runtime.playbook.types[UNCLEAR].priority


def test_everything_found_is_told_with_where_it_stands(desk: Desk) -> None:
    meaning = Meaning(
        Intent.REPORT, 0.9, incident_type=Found("CURI", (Span(0, 6),), 0.9, Basis.WORDS),
        priority=Found(Priority.DARURAT, (), 0.9, Basis.WORDS), reasons=(Reason(Sign.WEAPON, Span(20, 26)),),
        rt=Found(5, (Span(7, 11),), 1.0, Basis.EXPLICIT), landmark=Found("x" * 300, (), 0.9, Basis.LANDMARK),
    )  # fmt: skip
    reading = reading_of(meaning, desk.runtime.playbook)
    assert (reading.type_code, reading.priority, reading.reasons) == ("CURI", Priority.DARURAT, ("weapon",))
    assert [(mark.start, mark.end, mark.what) for mark in reading.underlines] == [
        (0, 6, "type"), (7, 11, "rt"), (20, 26, "reason"),
    ]  # fmt: skip
    assert len(reading.place) == MOST_PLACE


@pytest.mark.parametrize(
    ("people", "told"), [(3, 3), (MOST_PEOPLE, MOST_PEOPLE), (10**12, None), (None, None)]
)
def test_a_number_of_people_beyond_reason_is_none(desk: Desk, people: int | None, told: int | None) -> None:
    assert reading_of(Meaning(Intent.REPORT, 0.9, people=people), desk.runtime.playbook).people == told


def test_an_operators_words_are_read_like_a_residents(desk: Desk) -> None:
    reading = desk.runtime.read_words("maling rt 5 eka jaya")
    assert (reading.type_code, reading.area_code, reading.rt) == ("CURI", "EJ", 5)
