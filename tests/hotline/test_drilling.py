"""Rehearsals: who can be reached and how fast; exercises that no figure counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import drilling
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.drilling import Outcome
from hotline.evaluation.period import month_of
from hotline.evaluation.rows import read_rows
from hotline.incidents import ConflictError
from hotline.models import Drill, Unit
from tests.hotline.callout import call_out, emergency, enlist, off_duty, receipt
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk

ADMIN = Actor("operator", 2, "Admin", Role.ADMINISTRATOR)


def start(desk: Desk, by: Actor = ADMIN) -> list[str]:
    with desk.work() as work:
        units = list(work.session.scalars(select(Unit).where(Unit.active).order_by(Unit.id)))
        drilling.start(work, units, "uji bulanan", by)
        numbers = [unit.number for unit in units]
    desk.settle()
    return numbers


def outcome(desk: Desk) -> Outcome:
    with desk.runtime.reading() as session:
        return drilling.outcome(session, session.scalars(select(Drill)).one())


def test_answers_dead_numbers_and_silence_are_told_apart(desk: Desk) -> None:
    off_duty(desk)
    quick, slow, dead, silent = enlist(desk, 4)
    start(desk)
    for phone, state in ((quick, "DELIVERED"), (slow, "DELIVERED"), (dead, "ABSENT"), (silent, "DELIVERED")):
        receipt(desk, phone, state)
    desk.clock.advance(minutes=2)
    desk.text(quick, "HADIR")
    desk.clock.advance(minutes=9)
    desk.text(slow, "hadir ndan")
    desk.text(slow, "hadir")
    found = outcome(desk)
    assert (found.asked, found.delivered, found.answered, found.within_5_minutes) == (4, 3, 2, 1)
    assert (found.dead, found.silent) == ((f"LINMAS {dead[-3:]}",), (f"LINMAS {silent[-3:]}",))
    assert "kehadiran Anda tercatat" in desk.said_to(quick)[-1]


def test_every_text_of_a_test_says_that_it_is_one(desk: Desk) -> None:
    for phone in start(desk):
        assert desk.said_to(phone)[-1].startswith("LATIHAN")


def test_a_dead_telephone_that_answers_is_alive(desk: Desk) -> None:
    first, *_ = start(desk)
    receipt(desk, first, "ABSENT")
    desk.text(first, "HADIR")
    assert "Arif" not in outcome(desk).dead


def test_after_a_day_hadir_is_no_answer_any_more(desk: Desk) -> None:
    first, *_ = start(desk)
    desk.clock.advance(hours=25)
    desk.text(first, "HADIR")
    assert outcome(desk).answered == 0


def test_only_who_manages_units_starts_one_and_never_for_nobody(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        start(desk, OPERATOR)
    off_duty(desk)
    with pytest.raises(ConflictError):
        start(desk)


@pytest.fixture
def exercise(desk: Desk) -> Desk:
    """1007 is an exercise, and two guards are called out for it."""
    off_duty(desk)
    emergency(desk)
    with desk.work() as work:
        drilling.mark_exercise(work, desk.incident("1007").id, COORDINATOR)
    call_out(desk, "1007", enlist(desk, 2), guards=1)
    return desk


def test_every_text_about_an_exercise_says_so(exercise: Desk) -> None:
    before = len(exercise.said_to(RESIDENT))
    first, second = "+6281320000002", "+6281320000003"
    exercise.text(first, "1007 1")
    exercise.text(first, "1007 4")
    for asked in ("INFO 1007", "SIAPA 1007"):
        exercise.clock.advance(minutes=1)
        exercise.text(first, asked)
    exercise.clock.advance(hours=1)
    exercise.settle()
    about = [*exercise.said_to(first), *exercise.said_to(second), *exercise.said_to(RESIDENT)[before:]]
    assert len(about) >= 6
    assert [words for words in about if "1007" in words and not words.startswith("LATIHAN")] == []


def test_among_a_units_tasks_an_exercise_is_told_apart(exercise: Desk) -> None:
    exercise.text("+6281320000002", "TUGAS")
    assert "1007 LATIHAN" in exercise.said_to("+6281320000002")[-1]


def test_no_figure_counts_an_exercise(exercise: Desk) -> None:
    emergency(exercise, "begal di rt 9 talang bakung")
    zone = exercise.runtime.playbook.programme.zone
    with exercise.runtime.reading() as session:
        now = exercise.clock.now()
        rows = read_rows(session, month_of(now, zone), now + timedelta(hours=1))
    numbers = {case.number for case in rows.cases}
    assert len(numbers) == 1
    assert "1007" not in numbers
    assert list(rows.sent) == []


def test_what_went_out_in_earnest_can_not_become_an_exercise(desk: Desk) -> None:
    off_duty(desk)
    emergency(desk)
    call_out(desk, "1007", enlist(desk, 1))
    with desk.work() as work, pytest.raises(ConflictError):
        drilling.mark_exercise(work, desk.incident("1007").id, COORDINATOR)
