"""Units on their way, at work, in trouble: asked, helped, and left alone once the work is reported done."""

from datetime import timedelta

import pytest

from hotline import closing
from hotline import tasks as use_cases
from hotline.domain.contact import Purpose
from hotline.domain.lifecycle import UnitStatus
from hotline.domain.tasks import TaskKind
from tests.hotline.callout import call_out, ended, enlist, kinds, pass_time
from tests.hotline.journey import tasks
from tests.support.desk import COORDINATOR, OPERATOR, Desk


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


def test_questions_of_the_ladder_are_marked_as_questions(robbed: Desk) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 3 5mnt")
    robbed.clock.advance(minutes=6)
    robbed.settle()
    assert robbed.texts()[-1].purpose == Purpose.QUESTION
    assert robbed.clock.now() - robbed.texts()[-1].at < timedelta(seconds=1)


def done(desk: Desk, kind: TaskKind) -> None:
    """Somebody at the desk ticks it off."""
    for task in desk.tasks():
        if task.kind is kind:
            with desk.work() as work:
                use_cases.done(work, task.id, OPERATOR)


def status(desk: Desk) -> list[UnitStatus]:
    return [task.status for task in tasks(desk)]


def test_once_the_work_is_reported_done_nobody_else_is_asked(robbed: Desk) -> None:
    """One guard did it alone: the second guard and the policeman who were still looked for stay at home."""
    first, second, *reserve = enlist(robbed, 6)
    (policeman,) = enlist(robbed, 1, "POLSEK", None)
    call_out(robbed, "1007", [first, second, policeman], guards=2, police=1)
    robbed.text(first, "1007 1")
    robbed.text(first, "1007 6 pelaku diserahkan ke polsek")
    assert status(robbed) == [UnitStatus.CLEAR, UnitStatus.STOOD_DOWN, UnitStatus.STOOD_DOWN]
    assert "cukup" in robbed.said_to(policeman)[-1]
    said, rings = len(robbed.gateway.sent), kinds(robbed)
    pass_time(robbed, 3600)
    assert (len(robbed.gateway.sent), kinds(robbed)) == (said, rings)
    assert [robbed.said_to(each) for each in reserve] == [[]] * 4


def test_whoever_is_still_at_work_then_is_looked_after_and_not_replaced(robbed: Desk) -> None:
    first, second, reserve = enlist(robbed, 3)
    call_out(robbed, "1007", [first, second])
    for phone, words in [(first, "1007 4"), (second, "1007 4"), (first, "1007 6 aman")]:
        robbed.text(phone, words)
    pass_time(robbed, 900)
    assert "Anda aman?" in robbed.said_to(second)[-1]
    robbed.text(second, "1007 7 motor mogok")
    pass_time(robbed, 900)
    assert robbed.said_to(reserve) == []


@pytest.mark.parametrize("who", ["at work", "finished"])
def test_a_call_for_help_starts_the_search_again(robbed: Desk, who: str) -> None:
    first, second, reserve, another = enlist(robbed, 4)
    call_out(robbed, "1007", [first, second])
    for phone, words in [(first, "1007 4"), (second, "1007 4"), (first, "1007 6 aman")]:
        robbed.text(phone, words)
    robbed.text(second if who == "at work" else first, "1007 5")
    assert TaskKind.BACKUP in kinds(robbed)
    assert robbed.said_to(reserve)[-1].startswith("TUGAS 1007 DARURAT")
    robbed.text(reserve, "1007 1")
    robbed.text(reserve, "1007 7 ban bocor")
    assert robbed.said_to(another)[-1].startswith("TUGAS 1007 DARURAT")


def test_another_ones_end_does_not_end_a_call_for_help(robbed: Desk) -> None:
    first, second, reserve = enlist(robbed, 3)
    call_out(robbed, "1007", [first, second])
    for phone, words in [(first, "1007 4"), (second, "1007 4"), (first, "1007 5"), (second, "1007 6")]:
        robbed.text(phone, words)
    robbed.text(reserve, "1007 1")
    assert status(robbed)[-1] is UnitStatus.ACCEPTED


def test_whoever_calls_for_help_again_rings_again_and_brings_nobody_twice(robbed: Desk) -> None:
    guard, reserve, another = enlist(robbed, 3)
    call_out(robbed, "1007", [guard])
    robbed.text(guard, "1007 4")
    robbed.text(guard, "1007 5")
    robbed.text(reserve, "1007 1")
    done(robbed, TaskKind.BACKUP)
    robbed.text(guard, "tolong kami masih dikeroyok")
    assert TaskKind.BACKUP in kinds(robbed)
    assert robbed.said_to(another) == []


@pytest.mark.parametrize("before", ["1007 2", "1007 7 mogok", "closed"])
def test_a_cry_for_help_reaches_the_desk_whatever_has_become_of_the_task(robbed: Desk, before: str) -> None:
    (guard,) = enlist(robbed, 1)
    call_out(robbed, "1007", [guard])
    if before == "closed":
        ended(robbed)
    else:
        robbed.text(guard, before)
    robbed.text(guard, "BANTU 1007")
    assert TaskKind.BACKUP in kinds(robbed)


def test_reopened_and_sent_again_the_named_places_are_open_though_others_had_finished(robbed: Desk) -> None:
    first, second, third = enlist(robbed, 3)
    call_out(robbed, "1007", [first, second], guards=2)
    for phone in (first, second):
        robbed.text(phone, "1007 4")
        robbed.text(phone, "1007 6 aman")
    ended(robbed)
    with robbed.work() as work:
        closing.reopen(work, robbed.incident().id, "pelaku kembali", COORDINATOR)
    call_out(robbed, "1007", [first, third], guards=2)
    robbed.text(first, "1007 1")
    robbed.text(third, "1007 1")
    assert status(robbed)[-2:] == [UnitStatus.ACCEPTED] * 2
