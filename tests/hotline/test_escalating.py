"""The ladder kept by the worker: to the second, once, and silent when it is settled."""

import pytest
from sqlalchemy import select

from hotline import dispatch, merging
from hotline import tasks as use_cases
from hotline.domain.delivery import TextState
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.models import Promise, Unit
from hotline.outbox import Kind
from sms.gateway import NotSent, Refused
from tests.hotline.callout import (
    call_out,
    emergency,
    ended,
    enlist,
    kinds,
    pass_time,
    receipt,
    with_voice,
)
from tests.hotline.journey import tasks
from tests.support.desk import OPERATOR, Desk


def test_without_a_delivery_report_the_call_comes_at_the_sixtieth_second(robbed: Desk) -> None:
    called = with_voice(robbed)
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    pass_time(robbed, 59)
    assert called == []
    pass_time(robbed, 1)
    assert called == [guard]


def test_shown_but_silent_is_telephoned_a_minute_after_it_was_shown(robbed: Desk) -> None:
    called = with_voice(robbed)
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.clock.advance(seconds=20)
    receipt(robbed, guard)
    pass_time(robbed, 59)
    assert called == []
    pass_time(robbed, 1)
    assert called == [guard]


@pytest.mark.parametrize("status", ["FAILED", "ABSENT", "EXPIRED"])
def test_a_telephone_that_did_not_show_it_is_telephoned_at_once(robbed: Desk, status: str) -> None:
    called = with_voice(robbed)
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.clock.advance(seconds=5)
    receipt(robbed, guard, status)
    assert called == [guard]


def test_a_refused_text_is_telephoned_at_once(robbed: Desk) -> None:
    called = with_voice(robbed)
    (guard,) = enlist(robbed, 1)
    robbed.gateway.answers[guard] = [Refused("invalid number")]
    call_out(robbed, "1007", [guard])
    assert called == [guard]


def test_a_landline_is_telephoned_at_once(robbed: Desk) -> None:
    called = with_voice(robbed)
    with robbed.work() as work:
        work.session.add(Unit(name="Pos ronda", number="+62741570001", agency="LINMAS", area_code="EJ"))
    call_out(robbed, "1007", ["+62741570001"])
    assert called == ["+62741570001"]


def test_where_nobody_can_be_telephoned_by_machine_the_desk_is_asked(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    pass_time(robbed, 60)
    (task,) = [task for task in robbed.tasks() if task.kind is TaskKind.CALL_UNIT]
    assert task.number == guard


def test_after_the_call_the_next_person_is_alerted(robbed: Desk) -> None:
    with_voice(robbed)
    first, second = enlist(robbed, 2)
    call_out(robbed, "1007", [first])
    pass_time(robbed, 60 + 44)
    assert robbed.said_to(second) == []
    pass_time(robbed, 1)
    assert "TUGAS 1007" in robbed.said_to(second)[0]


def test_an_emergencys_alert_without_a_receipt_goes_out_once_more_and_no_oftener(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    pass_time(robbed, 600)
    alerts = [words for words in robbed.said_to(guard) if words.startswith("TUGAS 1007 DARURAT")]
    assert len(alerts) == 2


def test_then_the_coordinator_then_the_lurah(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    (coordinator,) = enlist(robbed, 1, "TRANTIB", None)
    (lurah,) = enlist(robbed, 1, "LURAH", "EJ")
    (elsewhere,) = enlist(robbed, 1, "LURAH", "TB")
    call_out(robbed, "1007", [guard])
    pass_time(robbed, 104)
    assert robbed.said_to(coordinator) == []
    pass_time(robbed, 1)  # the only guard was passed over, so nobody is left
    assert "ESKALASI 1007 DARURAT" in robbed.said_to(coordinator)[-1]
    pass_time(robbed, 179)
    assert robbed.said_to(lurah) == []
    pass_time(robbed, 1)
    assert "ESKALASI 1007" in robbed.said_to(lurah)[-1]
    assert robbed.said_to(elsewhere) == []
    assert {TaskKind.CALL_UNIT, TaskKind.NOBODY_LEFT, TaskKind.ESCALATED} <= set(kinds(robbed))


@pytest.mark.parametrize("ending", ["answer", "stand_down", "close"])
def test_whatever_settles_it_silences_the_rest(robbed: Desk, ending: str) -> None:
    called = with_voice(robbed)
    (guard,) = enlist(robbed, 1)
    enlist(robbed, 3)
    call_out(robbed, "1007", [guard])
    pass_time(robbed, 30)
    match ending:
        case "answer":
            robbed.text(guard, "1007 1")
        case "stand_down":
            with robbed.work() as work:
                dispatch.stand_down(work, tasks(robbed)[0].id, OPERATOR)
            robbed.settle()
        case _:
            ended(robbed)
    said = len(robbed.gateway.sent)
    pass_time(robbed, 800)
    assert called == []
    assert len(robbed.gateway.sent) == said


def test_a_merged_cases_ladder_goes_on_and_ends_with_the_one_it_became(robbed: Desk) -> None:
    called = with_voice(robbed)
    guard, reserve = enlist(robbed, 2)
    number = emergency(robbed, "begal di rt 9 eka jaya")
    call_out(robbed, number, [guard])
    with robbed.work() as work:
        merging.merge(work, robbed.incident(number).id, "1007", OPERATOR)
    robbed.settle()
    pass_time(robbed, 105)
    assert called == [guard]
    assert "TUGAS 1007" in robbed.said_to(reserve)[0]
    ended(robbed)
    said = len(robbed.gateway.sent)
    pass_time(robbed, 900)
    assert len(robbed.gateway.sent) == said


def test_what_was_ticked_off_while_nobody_goes_rings_again(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    pass_time(robbed, 600)
    for task in robbed.tasks():
        with robbed.work() as work:
            use_cases.done(work, task.id, OPERATOR)
    robbed.settle()
    assert robbed.tasks() == []
    pass_time(robbed, 179)
    assert robbed.tasks() == []
    pass_time(robbed, 1)
    assert TaskKind.ESCALATED in kinds(robbed)
    robbed.text(guard, "1007 1")
    for task in robbed.tasks():
        with robbed.work() as work:
            use_cases.done(work, task.id, OPERATOR)
    pass_time(robbed, 600)
    assert not {TaskKind.ESCALATED, TaskKind.NOBODY_LEFT} & set(kinds(robbed))


def test_an_alert_that_could_not_leave_is_kept_back_once_the_case_is_closed(robbed: Desk) -> None:
    """Four months later nobody is woken at five in the morning."""
    (guard,) = enlist(robbed, 1)
    robbed.gateway.answers[guard] = [NotSent("no connection")] * 3
    call_out(robbed, "1007", [guard])
    ended(robbed)
    robbed.clock.advance(hours=1)
    robbed.settle()
    texts = [text for text in robbed.texts() if text.number == guard]
    assert [(text.state, text.problem) for text in texts] == [(TextState.WITHHELD, "settled")]
    assert len(robbed.said_to(guard)) == 1  # the one attempt, before it was settled


def test_a_clock_that_jumps_an_hour_brings_one_step_for_each_and_no_storm(robbed: Desk) -> None:
    called = with_voice(robbed)
    guards = enlist(robbed, 4)
    enlist(robbed, 30)
    call_out(robbed, "1007", guards)
    before = len(robbed.gateway.sent)
    robbed.clock.advance(hours=1)
    robbed.settle()
    assert sorted(called) == sorted(guards)
    alerted = len(tasks(robbed))
    assert alerted <= 4 + 4 * robbed.runtime.playbook.ladders[Priority.DARURAT].per_place
    assert len(robbed.gateway.sent) - before <= 2 * alerted
    robbed.settle()
    assert len(tasks(robbed)) == alerted


def test_there_is_one_open_promise_for_each_unanswered_unit(robbed: Desk) -> None:
    guards = enlist(robbed, 3)
    call_out(robbed, "1007", guards)
    pass_time(robbed, 20)
    with robbed.runtime.reading() as session:
        query = select(Promise.subject_id).where(
            Promise.settled_at.is_(None), Promise.kind == Kind.WATCH_UNIT
        )
        assert sorted(session.scalars(query)) == [1, 2, 3]


def test_the_desk_is_reminded_to_telephone_the_emergency_numbers_once(robbed: Desk) -> None:
    first, second = enlist(robbed, 2)
    call_out(robbed, "1007", [first])
    call_out(robbed, "1007", [second])
    (task,) = [task for task in robbed.tasks() if task.kind is TaskKind.CALL_EMERGENCY]
    assert task.words == "110, 112"


def test_a_verified_case_that_nobody_is_sent_to_rings(robbed: Desk) -> None:
    pass_time(robbed, 179)
    assert TaskKind.SEND_SOMEBODY not in kinds(robbed)
    pass_time(robbed, 1)
    assert TaskKind.SEND_SOMEBODY in kinds(robbed)
    call_out(robbed, "1007", enlist(robbed, 1))
    assert TaskKind.SEND_SOMEBODY not in kinds(robbed)


def test_whoever_does_not_read_texts_is_telephoned_at_once_beside_the_text(robbed: Desk) -> None:
    called = with_voice(robbed)
    (guard,) = enlist(robbed, 1)
    with robbed.work() as work:
        work.session.scalars(select(Unit).where(Unit.number == guard)).one().call_first = True
    call_out(robbed, "1007", [guard])
    assert (called, len(robbed.said_to(guard))) == ([guard], 1)
