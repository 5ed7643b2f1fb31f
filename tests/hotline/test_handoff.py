"""A case goes to a partner: with a code of its own, a deadline and an answer; without, it is back in red."""

import pytest
from sqlalchemy import select

from hotline import handoff, verification
from hotline.domain.handoff import LEG_TRANSITIONS, LegState, UnfitLegError, advance_leg
from hotline.domain.lifecycle import Disposition
from hotline.domain.segments import measure
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError
from hotline.models import Leg
from tests.hotline.callout import emergency, ended, enlist, off_duty, pass_time
from tests.hotline.journey import kinds_of_log
from tests.support.desk import OPERATOR, RESIDENT, Desk

LATE = 300
"""A darurat's partner has this many seconds."""


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A verified darurat, 1007, that Polsek has been offered: its telephone is the first one enlisted."""
    off_duty(desk)
    emergency(desk)
    enlist(desk, 1, "POLSEK", None)
    offer(desk, "POLSEK")
    return desk


def offer(desk: Desk, partner: str) -> None:
    with desk.work() as work:
        handoff.offer(work, desk.incident("1007").id, partner, OPERATOR)
    desk.settle()


def legs(desk: Desk) -> list[Leg]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Leg).order_by(Leg.id)))


def kinds(desk: Desk) -> list[TaskKind]:
    return [task.kind for task in desk.tasks()]


POLSEK = "+6281320000002"
OTHER = "+6281320000003"


def test_the_partner_is_texted_a_neutral_line_and_a_code_of_his_own(case: Desk) -> None:
    (asked,) = case.said_to(POLSEK)
    (leg,) = legs(case)
    assert asked.startswith("PELIMPAHAN 1007 DARURAT")
    assert f"balas 1007 {leg.code}" in asked
    assert measure(asked).parts == 1
    for secret in (RESIDENT, "parang"):
        assert secret not in asked


def test_he_accepts_with_his_code_and_nothing_comes_back(case: Desk) -> None:
    case.text(POLSEK, f"1007 {legs(case)[0].code}")
    assert "tercatat" in case.said_to(POLSEK)[-1]
    (leg,) = legs(case)
    assert (leg.state, leg.accepted_at) == (LegState.ACCEPTED, case.clock.now())
    pass_time(case, LATE)
    assert TaskKind.LEG_UNANSWERED not in kinds(case)


def test_without_an_accept_it_is_back_in_red_to_the_second(case: Desk) -> None:
    pass_time(case, LATE - 1)
    assert legs(case)[0].state is LegState.OFFERED
    pass_time(case, 1)
    assert legs(case)[0].state is LegState.RETURNED
    assert TaskKind.LEG_UNANSWERED in kinds(case)
    assert "leg_returned" in kinds_of_log(case)


def test_a_late_accept_is_an_accept(case: Desk) -> None:
    pass_time(case, LATE)
    case.text(POLSEK, f"1007 {legs(case)[0].code}")
    assert legs(case)[0].state is LegState.ACCEPTED
    assert TaskKind.LEG_UNANSWERED not in kinds(case)


def test_a_refusal_is_back_at_once(case: Desk) -> None:
    case.text(POLSEK, "T 1007")
    assert "tidak Anda terima" in case.said_to(POLSEK)[-1]
    assert legs(case)[0].state is LegState.REFUSED
    assert TaskKind.LEG_UNANSWERED in kinds(case)


def test_a_wrong_code_moves_nothing_and_five_end_it(case: Desk) -> None:
    right = legs(case)[0].code
    for _ in range(5):
        case.text(POLSEK, f"1007 {(int(right) + 1) % 10_000:04d}")
    assert "tidak cocok" in case.said_to(POLSEK)[-1]
    case.text(POLSEK, f"1007 {right}")
    assert legs(case)[0].state is LegState.OFFERED


def test_the_code_is_worth_nothing_from_another_telephone(case: Desk) -> None:
    enlist(case, 1, "POLSEK", None)
    for phone in (OTHER, RESIDENT):
        case.text(phone, f"1007 {legs(case)[0].code}")
    assert legs(case)[0].state is LegState.OFFERED


def test_a_partner_without_a_telephone_of_ours_is_a_task_and_his_words_are_entered(case: Desk) -> None:
    offer(case, "CC112")
    (task,) = [task for task in case.tasks() if task.kind is TaskKind.HAND_OVER]
    assert task.words == "Call Center Bahagia 112"
    leg = legs(case)[-1]
    with case.work() as work:
        handoff.move_leg(work, leg.id, LegState.ACCEPTED, OPERATOR, who="Bu Rina 112")
    assert TaskKind.HAND_OVER not in kinds(case)
    with case.work() as work:
        handoff.move_leg(work, leg.id, LegState.ANSWERED, OPERATOR, words="ambulans tiba 20.31")
    leg = legs(case)[-1]
    assert (leg.state, leg.accepted_by, leg.answer) == (
        LegState.ANSWERED, "Bu Rina 112", "ambulans tiba 20.31",
    )  # fmt: skip


def test_he_is_not_offered_twice_what_he_has_and_may_be_asked_again_after_a_refusal(case: Desk) -> None:
    with pytest.raises(ConflictError):
        offer(case, "POLSEK")
    case.text(POLSEK, "T 1007")
    offer(case, "POLSEK")
    assert [leg.state for leg in legs(case)] == [LegState.REFUSED, LegState.OFFERED]
    assert len({leg.code for leg in legs(case)} | {""}) >= 2


def test_who_is_offered_it_again_accepts_with_the_code_of_either_text(case: Desk) -> None:
    case.text(POLSEK, "T 1007")
    offer(case, "POLSEK")
    case.text(POLSEK, f"1007 {legs(case)[1].code}")
    assert [leg.state for leg in legs(case)] == [LegState.REFUSED, LegState.ACCEPTED]
    case.text(POLSEK, f"1007 {legs(case)[0].code}")
    assert legs(case)[0].state is LegState.ACCEPTED


def test_a_deadline_that_the_clock_has_moved_away_from_is_kept_at_its_moment(case: Desk) -> None:
    pass_time(case, LATE - 1)
    with case.work() as work:
        handoff.keep_leg(work, legs(case)[0].id)
    pass_time(case, 1)
    assert legs(case)[0].state is LegState.RETURNED


def test_a_leg_outlives_its_case(case: Desk) -> None:
    """Closed here is not taken there: the partner's silence is still told."""
    ended(case)
    pass_time(case, LATE)
    assert kinds(case) == [TaskKind.LEG_UNANSWERED]


def test_what_lies_outside_is_handed_over_and_never_dropped(desk: Desk) -> None:
    desk.text(RESIDENT, "ada maling di talang banjar")
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "OUT_OF_AREA", "", OPERATOR)
    desk.settle()
    assert desk.incident().disposition is Disposition.OUT_OF_AREA
    (leg,) = legs(desk)
    assert leg.partner == "CC112"
    assert TaskKind.HAND_OVER in kinds(desk)
    pass_time(desk, 900)
    assert TaskKind.LEG_UNANSWERED in kinds(desk)


@pytest.mark.parametrize("present", LegState)
@pytest.mark.parametrize("wanted", LegState)
def test_a_leg_moves_as_the_table_says(present: LegState, wanted: LegState) -> None:
    if present is wanted:
        assert not advance_leg(present, wanted)
    elif wanted in LEG_TRANSITIONS[present]:
        assert advance_leg(present, wanted)
    else:
        with pytest.raises(UnfitLegError):
            advance_leg(present, wanted)
