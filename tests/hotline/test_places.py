"""Places, waves and races: who accepts first fills, the rest are released, who drops out is replaced."""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from hotline import dispatch
from hotline.dispatch import Answer
from hotline.domain.lifecycle import (
    IllegalTransitionError,
    StatusCode,
    UnitStatus,
)
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.models import Assignment, Unit
from hotline.places import EnoughError
from hotline.roster import actor_of
from tests.hotline.callout import call_out, emergency, enlist, off_duty, pass_time, receipt
from tests.hotline.journey import tasks
from tests.support.desk import OPERATOR, Desk


def status_of(desk: Desk, phone: str) -> UnitStatus:
    with desk.runtime.reading() as session:
        query = (
            select(Assignment.status).join(Unit).where(Unit.number == phone).order_by(Assignment.id.desc())
        )
        return session.scalars(query).first() or pytest.fail(f"{phone} was never alerted")


def alerted(desk: Desk, phones: Sequence[str]) -> list[str]:
    return [phone for phone in phones if desk.said_to(phone)]


@pytest.fixture
def field(desk: Desk) -> Desk:
    """A verified darurat, and only the units that a test enlists."""
    off_duty(desk)
    emergency(desk)
    return desk


def test_two_guards_and_a_policeman(field: Desk) -> None:
    guards, police = enlist(field, 4), enlist(field, 2, "POLSEK", None)
    call_out(field, "1007", [*guards, *police], guards=2, police=1)
    for phone in (guards[0], police[0], guards[3]):
        field.text(phone, "1007 1")
    assert [status_of(field, phone) for phone in guards] == [
        UnitStatus.ACCEPTED, UnitStatus.STOOD_DOWN, UnitStatus.STOOD_DOWN, UnitStatus.ACCEPTED,
    ]  # fmt: skip
    assert status_of(field, police[1]) is UnitStatus.STOOD_DOWN
    for phone in (guards[1], guards[2], police[1]):
        assert "cukup" in field.said_to(phone)[-1]


def test_the_rest_hear_at_once_that_they_need_not_come(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(first, "1007 1")
    (stand_down,) = [text for text in field.texts() if text.number == second and "cukup" in text.words]
    assert stand_down.sent_at == field.clock.now()


def test_a_late_acceptance_hears_that_it_is_enough(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(second, "1007 2")
    field.text(first, "1007 1")
    field.text(second, "1007 1")
    assert status_of(field, second) is UnitStatus.DECLINED
    assert "cukup" in field.said_to(second)[-1]


def test_whoever_stands_there_is_there_whatever_the_places_say(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(second, "1007 2")
    field.text(first, "1007 1")
    field.text(second, "1007 4")
    assert status_of(field, second) is UnitStatus.ON_SCENE


def test_who_drops_out_is_replaced_from_the_reserve(field: Desk) -> None:
    first, reserve = enlist(field, 2)
    call_out(field, "1007", [first])
    field.text(first, "1007 1")
    assert alerted(field, [reserve]) == []
    field.text(first, "1007 7 motor mogok")
    assert alerted(field, [reserve]) == [reserve]


def test_whoever_was_released_is_asked_again_before_nobody_is(field: Desk) -> None:
    first, second = enlist(field, 2)
    call_out(field, "1007", [first, second], guards=1)
    field.text(first, "1007 1")
    field.text(first, "1007 7 ban bocor")
    assert field.said_to(second)[-1].startswith("TUGAS 1007 DARURAT")
    field.text(second, "1007 1")
    assert status_of(field, second) is UnitStatus.ACCEPTED


def test_whom_the_desk_stands_down_nobody_replaces(field: Desk) -> None:
    first, reserve = enlist(field, 2)
    call_out(field, "1007", [first])
    with field.work() as work:
        dispatch.stand_down(work, tasks(field)[0].id, OPERATOR)
    pass_time(field, 600)
    assert alerted(field, [reserve]) == []


def test_the_nearest_ring_first_then_the_next_after_the_playbooks_seconds(field: Desk) -> None:
    here, next_door, far = (
        enlist(field, 1),
        enlist(field, 5, "LINMAS", "TB"),
        enlist(field, 1, "LINMAS", "LS"),
    )
    call_out(field, "1007", here, guards=1)
    pass_time(field, 104)
    assert alerted(field, next_door) == []
    pass_time(field, 1)  # the call at 60 s was not answered for 45 s: the next person
    assert alerted(field, next_door) == next_door[:1]
    pass_time(field, 104)
    assert alerted(field, next_door) == next_door[:1]
    pass_time(field, 1)  # he too was called in vain
    assert alerted(field, next_door) == next_door[:2]
    assert alerted(field, far) == []


def test_an_open_place_brings_the_next_wave_though_somebody_may_still_answer(field: Desk) -> None:
    first, *others = enlist(field, 4)
    call_out(field, "1007", [first], guards=1)
    field.clock.advance(seconds=1)
    receipt(field, first)
    field.clock.advance(seconds=59)
    receipt(field, first)
    for seconds in (40, 19):  # his telephone rings at this moment, and again: he has time
        with field.work() as work:
            work.session.get_one(Assignment, 1).called_at = field.clock.now()
        pass_time(field, seconds)
    assert alerted(field, others) == []
    pass_time(field, 1)
    assert alerted(field, others) == others[:2]


def test_that_no_police_is_left_does_not_end_the_search_for_guards(field: Desk) -> None:
    guards, (policeman,) = enlist(field, 8), enlist(field, 1, "POLSEK", None)
    call_out(field, "1007", [guards[0], policeman], guards=1, police=1)
    field.text(policeman, "1007 2")
    assert [task.words for task in field.tasks() if task.kind is TaskKind.NOBODY_LEFT] == ["police"]
    pass_time(field, 1200)
    assert alerted(field, guards) == guards


def test_off_duty_people_are_left_alone_unless_the_ladder_says_so(desk: Desk) -> None:
    off_duty(desk)
    number = emergency(desk)
    (on,) = enlist(desk, 1)
    off = enlist(desk, 2, on=False)
    with desk.work() as work:
        incident = work.session.get_one(type(desk.incident(number)), desk.incident(number).id)
        incident.priority = Priority.TINGGI
    call_out(desk, number, [on], guards=1)
    pass_time(desk, 3600)
    assert alerted(desk, off) == []
    assert TaskKind.NOBODY_LEFT in [task.kind for task in desk.tasks()]


def test_an_emergency_calls_off_duty_people_once_nobody_on_duty_is_left(field: Desk) -> None:
    on = enlist(field, 2)
    off = enlist(field, 2, on=False)
    call_out(field, "1007", on[:1], guards=1)
    pass_time(field, 119)
    assert alerted(field, off) == []
    pass_time(field, 900)
    assert alerted(field, off) == off


def test_somebody_with_another_task_is_not_called_out_by_itself(field: Desk) -> None:
    busy, other = enlist(field, 2)
    call_out(field, "1007", [busy])
    field.text(busy, "1007 1")
    number = emergency(field, "begal di rt 9 talang bakung")
    call_out(field, number, [other])
    field.text(other, f"{number} 2")
    assert len(field.said_to(busy)) == 1


@pytest.mark.parametrize("count", [2, 8])
def test_of_those_who_accept_in_the_same_moment_one_wins(any_desk: Desk, count: int) -> None:
    off_duty(any_desk)
    emergency(any_desk)
    phones = enlist(any_desk, count)
    call_out(any_desk, "1007", phones, guards=1)
    both = threading.Barrier(count)

    def accept(assignment_id: int) -> str:
        both.wait(20)
        try:
            with any_desk.work() as work:
                assignment = dispatch.find_assignment(work, assignment_id)
                dispatch.answer(work, assignment, Answer(StatusCode.ACCEPT), actor_of(assignment.unit))
        except (EnoughError, IllegalTransitionError) as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(count) as pool:
        ends = Counter(pool.map(accept, [task.id for task in tasks(any_desk)]))
    assert ends["won"] == 1
    assert Counter(task.status for task in tasks(any_desk)) == {
        UnitStatus.ACCEPTED: 1, UnitStatus.STOOD_DOWN: count - 1,
    }  # fmt: skip
