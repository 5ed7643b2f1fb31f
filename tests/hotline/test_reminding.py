"""Tomorrow's shift is confirmed by one letter; swaps and days off change who is called out."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from hotline import roster, swapping
from hotline.domain.segments import measure
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError
from hotline.models import DutyChange, Promise, Shift, ShiftReminder, Unit
from hotline.outbox import Kind
from hotline.reminding import keep_reminding
from tests.support.desk import GUARD, OPERATOR, POLICE, Desk

TUESDAY = 1
NIGHT = (21 * 60, 31 * 60)


@pytest.fixture
def rota(desk: Desk) -> Desk:
    """Monday, 20.00: the guard has the night of Tuesdays, the policeman is always on; reminders are on."""
    with desk.work() as work:
        work.session.add(Shift(unit_id=1, weekday=TUESDAY, starts=NIGHT[0], ends=NIGHT[1]))
        work.session.add_all(Shift(unit_id=2, weekday=day, starts=0, ends=1440) for day in range(7))
        keep_reminding(work)
        keep_reminding(work)
    return desk


def reminders(desk: Desk) -> list[ShiftReminder]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(ShiftReminder)))


def on_tuesday_at(desk: Desk, hour: int) -> set[str]:
    with desk.runtime.reading() as session:
        local = desk.clock.now().astimezone(desk.runtime.playbook.programme.zone)
        moment = local.replace(hour=0, minute=0) + timedelta(days=1, hours=hour)
        duties = roster.duties(session, desk.runtime.playbook, moment)
        names = {unit.id: unit.number for unit in session.scalars(select(Unit))}
        return {names[unit] for unit, duty in duties.items() if duty.on}


@pytest.fixture
def reminded(rota: Desk) -> Desk:
    """Next Monday, 18.00."""
    rota.clock.advance(days=6, hours=22)
    rota.settle()
    return rota


def test_at_the_playbooks_hour_who_is_on_tomorrow_is_asked_once(reminded: Desk) -> None:
    (asked,) = reminded.said_to(GUARD)
    assert "Besok 10/03 Anda piket 21.00-07.00. Bisa?" in asked
    assert measure(asked).parts == 1
    reminded.settle()
    assert len(reminded.said_to(GUARD)) == 1


def test_who_is_always_on_is_not_asked_every_day(reminded: Desk) -> None:
    assert reminded.said_to(POLICE) == []


def test_one_daily_promise_stands_whatever_many_workers_start(reminded: Desk) -> None:
    with reminded.runtime.reading() as session:
        open_ones = select(Promise).where(Promise.kind == Kind.REMIND_SHIFTS, Promise.settled_at.is_(None))
        (promise,) = session.scalars(open_ones)
    assert promise.due_at - reminded.clock.now() == timedelta(days=1)


def test_a_worker_that_comes_after_midnight_lets_the_evening_pass(rota: Desk) -> None:
    rota.clock.advance(days=6, hours=7)
    rota.settle()
    assert rota.said_to(GUARD) == []
    assert reminders(rota) == []


def test_yes_is_kept(reminded: Desk) -> None:
    reminded.text(GUARD, "Y")
    (row,) = reminders(reminded)
    assert (row.confirmed, row.answered_at) == (True, reminded.clock.now())
    assert GUARD in on_tuesday_at(reminded, 22)
    assert "tercatat" in reminded.said_to(GUARD)[-1]


def test_who_cannot_come_is_off_for_that_shift_and_the_desk_looks_for_somebody(reminded: Desk) -> None:
    reminded.text(GUARD, "T")
    assert GUARD not in on_tuesday_at(reminded, 22)
    (task,) = reminded.tasks()
    assert (task.kind, task.words) == (TaskKind.COVER_SHIFT, "10/03 21.00-07.00")
    assert "mencari pengganti" in reminded.said_to(GUARD)[-1]


def test_an_answer_after_a_day_is_no_answer(reminded: Desk) -> None:
    reminded.clock.advance(hours=25)
    reminded.text(GUARD, "T")
    assert reminders(reminded)[0].confirmed is None


def test_somebody_else_stands_in(rota: Desk) -> None:
    with rota.work() as work:
        guard, police = work.session.get_one(Unit, 1), work.session.get_one(Unit, 2)
        work.session.execute(delete(Shift).where(Shift.unit_id == 2))
        local = rota.clock.now().astimezone(rota.runtime.playbook.programme.zone)
        begin = local.replace(hour=21, minute=0) + timedelta(days=1)
        swapping.swap(work, guard, police, begin, begin + timedelta(hours=10), OPERATOR)
    assert on_tuesday_at(rota, 22) == {POLICE}
    assert on_tuesday_at(rota, 20) == set()
    with rota.runtime.reading() as session:
        off, instead = session.scalars(select(DutyChange).order_by(DutyChange.id))
    assert (off.on_duty, off.swapped_with, instead.on_duty, instead.swapped_with) == (False, 2, True, 1)


def test_nobody_stands_in_for_himself_and_no_shift_ends_before_it_starts(rota: Desk) -> None:
    now = rota.clock.now()
    with rota.work() as work:
        guard, police = work.session.get_one(Unit, 1), work.session.get_one(Unit, 2)
        with pytest.raises(ConflictError):
            swapping.swap(work, guard, guard, now, now + timedelta(hours=1), OPERATOR)
        with pytest.raises(ConflictError):
            swapping.swap(work, guard, police, now, now, OPERATOR)


def test_the_units_own_word_holds_over_every_plan(rota: Desk) -> None:
    rota.text(GUARD, "PIKET")
    assert GUARD in on_tuesday_at(rota, 10)
    rota.text(GUARD, "LIBUR")
    assert GUARD not in on_tuesday_at(rota, 22)


def _shift_of(desk: Desk, day: int, starts: float, ends: float) -> tuple[datetime, datetime]:
    local = desk.clock.now().astimezone(desk.runtime.playbook.programme.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=day)
    return midnight + timedelta(hours=starts), midnight + timedelta(hours=ends)


def test_whoever_stands_in_tomorrow_is_reminded_and_whom_he_stands_in_for_is_not(rota: Desk) -> None:
    with rota.work() as work:
        guard, other = work.session.get_one(Unit, 1), work.session.get_one(Unit, 2)
        swapping.swap(work, guard, other, *_shift_of(rota, 8, 21, 31), OPERATOR)
    rota.clock.advance(days=6, hours=22)
    rota.settle()
    assert rota.said_to(GUARD) == []
    (asked,) = rota.said_to(POLICE)
    assert "Besok 10/03 Anda piket 21.00-07.00. Bisa?" in asked
    rota.text(POLICE, "T")
    assert POLICE not in on_tuesday_at(rota, 22)


def test_whoever_gives_the_end_of_a_shift_away_is_reminded_of_the_rest(rota: Desk) -> None:
    with rota.work() as work:
        starts, ends = _shift_of(rota, 8, 26, 31)
        swapping.change_duty(work, work.session.get_one(Unit, 1), starts, ends, OPERATOR, on=False)
    rota.clock.advance(days=6, hours=22)
    rota.settle()
    assert "Besok 10/03 Anda piket 21.00-02.00. Bisa?" in rota.said_to(GUARD)[-1]
