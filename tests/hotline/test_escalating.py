"""The ladder kept by the worker: to the second, once, and silent when it is settled."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import dispatch, merging, verification
from hotline import tasks as use_cases
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.domain.lifecycle import UnitStatus
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.models import Promise, Unit
from hotline.outbox import Kind
from hotline.verification import Findings
from sms.gateway import NotSent, Refused
from tests.hotline.callout import (
    call_out,
    climbs,
    emergency,
    empty_desk,
    ended,
    enlist,
    off_duty,
    pass_time,
    receipt,
    with_voice,
)
from tests.hotline.journey import tasks
from tests.support.desk import OPERATOR, RESIDENT, Desk


def kinds(desk: Desk) -> list[TaskKind]:
    return [task.kind for task in desk.tasks()]


@pytest.fixture
def robbed(desk: Desk) -> Desk:
    """A verified darurat, and the desk's first two units out of the way."""
    off_duty(desk)
    emergency(desk)
    return desk


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


def test_an_unclaimed_emergency_goes_round_its_officers_until_somebody_decides(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    pass_time(desk, 1200)
    asked = desk.said_to(officer)
    assert len(asked) >= 3
    desk.text(officer, f"V 1007 {challenge_of(desk)}")
    assert desk.incident().verified_at is not None


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


def test_past_its_own_time_of_arrival_a_unit_is_asked_then_the_desk_is_told(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 3 5mnt 2 org")
    pass_time(robbed, 299)
    assert "Sudah sampai?" not in robbed.said_to(guard)[-1]
    pass_time(robbed, 1)
    assert "Sudah sampai? Balas TIBA 1007" in robbed.said_to(guard)[-1]
    assert TaskKind.ASK_ARRIVAL not in kinds(robbed)
    pass_time(robbed, 120)
    assert TaskKind.ASK_ARRIVAL in kinds(robbed)
    robbed.text(guard, "TIBA 1007")
    assert TaskKind.ASK_ARRIVAL not in kinds(robbed)
    assert tasks(robbed)[0].status is UnitStatus.ON_SCENE


def test_a_new_time_of_arrival_counts_from_then_on(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 3 5mnt")
    pass_time(robbed, 300)
    robbed.text(guard, "1007 3 10mnt")
    pass_time(robbed, 599)
    assert TaskKind.ASK_ARRIVAL not in kinds(robbed)
    asked = [words for words in robbed.said_to(guard) if "Sudah sampai?" in words]
    pass_time(robbed, 1)
    assert len([words for words in robbed.said_to(guard) if "Sudah sampai?" in words]) == len(asked) + 1


def test_on_scene_and_silent_is_asked_then_alarmed(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 4")
    pass_time(robbed, 900)
    assert "Anda aman?" in robbed.said_to(guard)[-1]
    pass_time(robbed, 180)
    assert TaskKind.UNIT_SAFETY in kinds(robbed)
    robbed.text(guard, "1007 4 aman, masih jaga")
    assert TaskKind.UNIT_SAFETY not in kinds(robbed)


@pytest.mark.parametrize("words", ["1007 5", "BANTU 1007", "tolong kami dikeroyok"])
def test_distress_alarms_the_desk_at_once_and_widens_the_call(robbed: Desk, words: str) -> None:
    guard, reserve = enlist(robbed, 2)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 4")
    robbed.text(guard, words)
    assert TaskKind.BACKUP in kinds(robbed)
    assert "TUGAS 1007" in robbed.said_to(reserve)[-1]
    assert tasks(robbed)[0].needs_backup


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


def officer_and_guards(desk: Desk) -> tuple[str, list[str]]:
    off_duty(desk)
    (officer,) = enlist(desk, 1, "PIKET", None)
    return officer, enlist(desk, 3) + enlist(desk, 2, "POLSEK", None)


def challenge_of(desk: Desk) -> str:
    return climbs(desk)[-1].challenge


def test_with_an_empty_desk_the_duty_officer_verifies_and_sends_by_text(desk: Desk) -> None:
    officer, guards = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya, korban luka")
    asked = desk.said_to(officer)[-1]
    assert asked.startswith("MEJA KOSONG 1007")
    assert challenge_of(desk) in asked
    assert TaskKind.UNCLAIMED in kinds(desk)
    desk.text(officer, f"V 1007 {challenge_of(desk)}")
    assert "tim sudah dipanggil" in desk.said_to(officer)[-1]
    assert desk.incident().verified_at is not None
    alerted = [guard for guard in guards if desk.said_to(guard)]
    assert len(alerted) >= 4
    assert TaskKind.UNCLAIMED not in kinds(desk)
    said = {line.kind: line.actor_name for line in desk.log()}
    assert said["verified"] == said["dispatched"] == f"PIKET {officer[-3:]}"


def test_a_wrong_challenge_changes_nothing_and_five_end_it(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    right = challenge_of(desk)
    wrong = f"{(int(right) + 1) % 10_000:04d}"
    for _ in range(5):
        desk.text(officer, f"V 1007 {wrong}")
    assert "tidak cocok" in desk.said_to(officer)[-1]
    desk.text(officer, f"V 1007 {right}")
    assert desk.incident().verified_at is None


def test_a_challenge_is_worth_nothing_from_another_telephone(desk: Desk) -> None:
    _, guards = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    desk.text(guards[0], f"V 1007 {challenge_of(desk)}")
    assert desk.incident().verified_at is None


def test_a_late_decision_hears_what_happened(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    with desk.work() as work:
        verification.verify(work, desk.incident().id, Findings(), OPERATOR)
    desk.text(officer, f"T 1007 {challenge_of(desk)}")
    assert "sudah diputuskan" in desk.said_to(officer)[-1]
    assert desk.incident().disposition is None


def test_what_is_not_true_is_rejected_by_text(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    desk.text(officer, f"T 1007 {challenge_of(desk)}")
    assert desk.incident().disposition == "UNFOUNDED"


def test_an_unclaimed_emergency_climbs_even_while_a_page_is_open(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    (second,) = enlist(desk, 1, "TRANTIB", None)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    pass_time(desk, 119)
    assert desk.said_to(officer) == []
    pass_time(desk, 1)
    assert desk.said_to(officer)
    pass_time(desk, 120)
    assert desk.said_to(second)


def test_a_claimed_emergency_stays_at_the_desk(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    with desk.work() as work:
        verification.claim(work, desk.incident().id, OPERATOR)
    pass_time(desk, 200)
    assert desk.said_to(officer) == []


def test_a_claim_that_ran_out_is_no_claim(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    desk.text(RESIDENT, "begal bawa parang di rt 5 eka jaya")
    with desk.work() as work:
        verification.claim(work, desk.incident().id, OPERATOR)
    pass_time(desk, 301)
    assert desk.said_to(officer)


def test_nothing_calm_wakes_the_officer(desk: Desk) -> None:
    officer, _ = officer_and_guards(desk)
    empty_desk(desk)
    desk.text(RESIDENT, "tetangga karaoke keras di rt 5 eka jaya")
    desk.clock.advance(hours=3)
    desk.settle()
    assert desk.said_to(officer) == []


def test_questions_of_the_ladder_are_marked_as_questions(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 3 5mnt")
    robbed.clock.advance(minutes=6)
    robbed.settle()
    assert robbed.texts()[-1].purpose == Purpose.QUESTION
    assert robbed.clock.now() - robbed.texts()[-1].at < timedelta(seconds=1)
