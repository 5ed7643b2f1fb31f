"""A correction of the desk becomes a word; the next text is read with it, until it is taken back."""

import pytest

from hotline import learning
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.incidents import ConflictError
from hotline.learning import Taught, candidates, unread_words
from hotline.models import Audit, Incident
from hotline.verification import Findings
from sms.learned import Readers
from tests.hotline.journey import THEFT, kinds_of_log, verified
from tests.support.desk import COORDINATOR, NEIGHBOUR, OPERATOR, RESIDENT, Desk

STRANGE = "maling di lorong cempedak pak"
AUDITOR = Actor("operator", 1, "Dewi", Role.AUDITOR)
ADMINISTRATOR = Actor("operator", 1, "Dewi", Role.ADMINISTRATOR)


@pytest.fixture
def corrected(desk: Desk) -> Desk:
    """A theft at a place that nobody could read, which the desk has put right."""
    desk.text(RESIDENT, STRANGE)
    assert desk.incident().area_code is None
    verified(desk, findings=Findings(area_code="EJ", rt=5))
    return desk


def teach(desk: Desk, phrase: str = "lorong cempedak", by: Actor = OPERATOR) -> int:
    with desk.work() as work:
        return learning.teach_place(work, 1, phrase, by).id


def test_a_place_that_was_taught_is_read_in_the_next_text_of_anybody(corrected: Desk) -> None:
    teach(corrected)
    corrected.text(NEIGHBOUR, "ada ribut di Lorong  Cempedak, tolong")
    incident = corrected.incident("1010")
    assert (incident.area_code, incident.rt) == ("EJ", 5)
    assert kinds_of_log(corrected).count("taught") == 1


def test_what_was_taken_back_is_read_no_more_and_stays_on_record(corrected: Desk) -> None:
    lesson = teach(corrected)
    with corrected.work() as work:
        learning.unteach(work, lesson, COORDINATOR)
    corrected.text(NEIGHBOUR, STRANGE)
    assert corrected.incident("1010").area_code is None
    with corrected.runtime.reading() as session:
        (kept,) = learning.all_lessons(session)
    assert (kept.taught_by, kept.undone_by) == (OPERATOR.id, COORDINATOR.id)
    assert kinds_of_log(corrected).count("untaught") == 1
    with pytest.raises(ConflictError), corrected.work() as work:
        learning.unteach(work, lesson, COORDINATOR)


def test_a_word_for_a_type_is_read_too(desk: Desk) -> None:
    desk.text(RESIDENT, "tolong pak ado begubal di rt 5 eka jaya")
    verified(desk, findings=Findings(type_code="KELAHI"))
    with desk.work() as work:
        learning.teach_type(work, 1, "begubal", OPERATOR)
    assert desk.runtime.read_words("ado budak begubal").type_code == "KELAHI"


def test_another_process_reads_with_it_from_then_on(corrected: Desk) -> None:
    other = Readers(corrected.runtime.playbook)
    with corrected.runtime.reading() as session:
        before = other.of(session)
        assert other.of(session) is before
    teach(corrected)
    with corrected.runtime.reading() as session:
        assert other.of(session) is not before


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("pak", "too short"),
        ("1234", "too short"),
        ("lorong durian", "nobody said this"),
        ("cempeda", "nobody said this"),
        ("", "too short"),
        ("a b c d e f", "too long"),
        ("x" * 61, "too long"),
    ],
)
def test_what_would_be_found_everywhere_or_was_never_said_is_not_learnt(
    corrected: Desk, phrase: str, why: str
) -> None:
    with pytest.raises(ConflictError, match=why):
        teach(corrected, phrase)


def test_a_phrase_means_one_thing_at_a_time(corrected: Desk) -> None:
    teach(corrected)
    with pytest.raises(ConflictError, match="taught already"):
        teach(corrected, "LORONG cempedak")


def test_a_place_that_is_not_known_teaches_none(desk: Desk) -> None:
    desk.text(RESIDENT, STRANGE)
    with pytest.raises(ConflictError, match="no kelurahan"):
        teach(desk)


def test_only_who_may_correct_teaches_and_nobody_by_a_case_that_is_not_his(corrected: Desk) -> None:
    with pytest.raises(NotAllowedError):
        teach(corrected, by=AUDITOR)
    with corrected.work() as work:
        work.session.get_one(Incident, 1).confidential = True
    with pytest.raises(NotAllowedError):
        teach(corrected)


def test_a_name_of_a_place_is_taught_without_a_case_read_by_everybody_and_taken_back(desk: Desk) -> None:
    with desk.work() as work:
        taught = Taught("Gang Duren", "EJ", 5, name="Lorong Durian")
        lesson = learning.teach_without_case(work, taught, COORDINATOR).id
    desk.text(RESIDENT, "ado maling di gang duren pak")
    incident = desk.incident()
    assert (incident.area_code, incident.rt, incident.place) == ("EJ", 5, "Lorong Durian")
    with desk.work() as work:
        learning.unteach(work, lesson, ADMINISTRATOR)
    assert desk.runtime.read_words("ado maling di gang duren pak").area_code is None
    with desk.runtime.reading() as session:
        acts = [(row.act, row.operator_id, row.subject) for row in session.query(Audit)]
    assert acts == [("taught", COORDINATOR.id, "lesson 1"), ("untaught", ADMINISTRATOR.id, "lesson 1")]


@pytest.mark.parametrize("taught", ["gang duren", "lorong duren"])
def test_a_lane_is_read_whatever_people_call_a_lane(desk: Desk, taught: str) -> None:
    with desk.work() as work:
        learning.teach_without_case(work, Taught(taught, "EJ", 5), COORDINATOR)
    for lane in ("gang", "gg", "lorong"):
        assert desk.runtime.read_words(f"ado maling di {lane} duren pak").area_code == "EJ", lane


def test_a_word_for_a_type_needs_no_case_either(desk: Desk) -> None:
    with desk.work() as work:
        learning.teach_without_case(work, Taught("begubal", type_code="KELAHI"), ADMINISTRATOR)
    assert desk.runtime.read_words("ado budak begubal").type_code == "KELAHI"


@pytest.mark.parametrize(
    ("taught", "by", "error"),
    [
        (Taught("pak", "EJ"), COORDINATOR, ConflictError),
        (Taught("1234", "EJ"), COORDINATOR, ConflictError),
        (Taught("x" * 61, "EJ"), COORDINATOR, ConflictError),
        (Taught("Eka Jaya", "TB"), COORDINATOR, ConflictError),
        (Taught("lorong durian", "XX"), COORDINATOR, KeyError),
        (Taught("lorong durian", type_code="XX"), COORDINATOR, KeyError),
        (Taught("lorong durian", "EJ"), OPERATOR, NotAllowedError),
    ],
)
def test_the_same_guards_hold_without_a_case(
    desk: Desk, taught: Taught, by: Actor, error: type[Exception]
) -> None:
    with pytest.raises(error), desk.work() as work:
        learning.teach_without_case(work, taught, by)
    with desk.runtime.reading() as session:
        assert learning.all_lessons(session) == []


def test_words_that_nobody_could_read_are_counted_by_the_week(desk: Desk) -> None:
    """In the programme's weeks; a word counts once for each text, and figures and short words never do."""
    desk.text(RESIDENT, "maling di lorong cempedak cempedak xz a1b2c3")
    desk.text(NEIGHBOUR, "kebakaran di lorong cempedak")
    desk.clock.advance(days=7)
    desk.text(NEIGHBOUR, "ribut di gang kuini")
    with desk.runtime.reading() as session:
        weeks = unread_words(session)
    assert [dict(week.words) for week in weeks] == [{"kuini": 1}, {"cempedak": 2}]
    assert all(week.monday.weekday() == 0 for week in weeks)


def test_a_text_that_tells_nothing_fills_no_list(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(RESIDENT, "STATUS 1007")
    with desk.runtime.reading() as session:
        assert unread_words(session) == []


@pytest.mark.parametrize(
    ("words", "unread", "found"),
    [
        ("maling di lorong cempedak pak", ["cempedak"], ["lorong cempedak"]),
        ("cempedak ada maling", ["cempedak"], ["cempedak"]),
        ("maling di jerambah bolong", ["jerambah", "bolong"], ["jerambah bolong"]),
        ("dekat warung mbok yem gang kuini", ["mbok", "yem", "kuini"], ["warung mbok yem", "gang kuini"]),
        ("ada apo di sano", ["apo"], []),
        ("maling", [], []),
    ],
)
def test_the_phrases_that_are_offered_are_those_that_a_correction_turns_on(
    words: str, unread: list[str], found: list[str]
) -> None:
    assert candidates(words, unread) == found
