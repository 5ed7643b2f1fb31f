"""A clock that is put back: nobody waits for the hour that comes twice, and nobody is asked twice for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import verification
from hotline.domain.escalation import CaseStep
from hotline.domain.playbook import Priority
from hotline.domain.tasks import TaskKind
from hotline.models import Promise
from hotline.outbox import Kind
from hotline.timers import hurry, look_now
from tests.hotline.callout import (
    ROBBED,
    call_out,
    climbs,
    emergency,
    enlist,
    kinds,
    off_duty,
    pass_time,
    with_voice,
)
from tests.hotline.journey import tasks
from tests.support.desk import OPERATOR, RESIDENT, Desk

WATCHED = None
CLAIMED = timedelta(hours=1)


@pytest.fixture
def anywhere(any_desk: Desk) -> Desk:
    """A verified darurat on each database."""
    off_duty(any_desk)
    emergency(any_desk)
    return any_desk


def put_back(desk: Desk, **by: float) -> None:
    """The clock goes back, and the worker has its next round."""
    desk.clock.advance(**{name: -figure for name, figure in by.items()})
    with desk.work() as work:
        look_now(work.session, work.now)
        hurry(work.session, Kind.SEND_TEXT, work.now)
    desk.settle()


def test_the_silent_unit_is_telephoned_and_the_next_follow_to_the_second(anywhere: Desk) -> None:
    called = with_voice(anywhere)
    (guard,) = enlist(anywhere, 1)
    enlist(anywhere, 4)
    call_out(anywhere, "1007", [guard])
    ladder = anywhere.runtime.playbook.ladders[Priority.DARURAT]
    pass_time(anywhere, 30)
    put_back(anywhere, hours=1)
    assert called == [guard]
    pass_time(anywhere, ladder.call_seconds - 1)
    assert tasks(anywhere)[0].passed_on_at is None
    pass_time(anywhere, 1)
    assert tasks(anywhere)[0].passed_on_at == anywhere.clock.now()
    pass_time(anywhere, 600)
    assert TaskKind.ESCALATED in kinds(anywhere)
    steps = [climb.step for climb in climbs(anywhere)]
    assert len(steps) == len(set(steps))


def test_a_number_that_got_its_share_of_texts_before_gets_the_next_ones_now(anywhere: Desk) -> None:
    (guard,) = enlist(anywhere, 1)
    most = anywhere.runtime.playbook.sending.texts_per_number_per_minute
    for _ in range(most):
        anywhere.text(guard, "TUGAS")
    put_back(anywhere, hours=1)
    call_out(anywhere, "1007", [guard])
    assert "1007" in anywhere.said_to(guard)[-1]
    assert anywhere.unkept() == []
    assert len(anywhere.said_to(guard)) == most + 1


def test_a_claim_of_before_holds_nobody_up(any_desk: Desk) -> None:
    """Taken at the desk, then nothing: the officers are asked as if it had not been taken."""
    off_duty(any_desk)
    enlist(any_desk, 1, "PIKET", None)
    any_desk.text(RESIDENT, ROBBED)
    with any_desk.work() as work:
        verification.claim(work, any_desk.incident().id, OPERATOR)
    put_back(any_desk, hours=1)
    assert TaskKind.UNCLAIMED in kinds(any_desk)
    assert [climb.step for climb in climbs(any_desk)] == [CaseStep.TAKE_UP]
    again = any_desk.runtime.playbook.ladders[Priority.DARURAT].climb_seconds
    pass_time(any_desk, again - 1)
    assert len(climbs(any_desk)) == 1


@pytest.mark.parametrize("kind", [WATCHED, CLAIMED])
def test_the_worker_notices_in_its_next_round(any_desk: Desk, kind: timedelta | None) -> None:
    """Also what was claimed by a clock that ran ahead, when the machine starts with one that is right."""
    with any_desk.work() as work:
        ahead = work.now + timedelta(hours=1)
        claimed = work.now + kind if kind else None
        work.session.add(
            Promise(kind=Kind.WATCH_CASE, subject_id=1, rank=1, due_at=ahead, claimed_until=claimed)
        )
    any_desk.drain._catch_up(None)
    with any_desk.runtime.reading() as session:
        (found,) = session.scalars(select(Promise).where(Promise.kind == Kind.WATCH_CASE))
        assert (found.due_at, found.claimed_until) == (any_desk.clock.now(), None)


def test_what_waits_is_looked_at_when_the_clock_goes_back_only(any_desk: Desk) -> None:
    round_at = any_desk.drain._catch_up(None)
    with any_desk.work() as work:
        due = work.now + timedelta(seconds=50)
        work.session.add(Promise(kind=Kind.WATCH_UNIT, subject_id=1, rank=1, due_at=due))
    for moved, expected in ((1, due), (3600, due), (-7200, None)):
        any_desk.clock.advance(seconds=moved)
        round_at = any_desk.drain._catch_up(round_at)
        with any_desk.runtime.reading() as session:
            found = session.scalars(select(Promise.due_at).where(Promise.kind == Kind.WATCH_UNIT)).one()
        assert found == (expected or any_desk.clock.now())
