"""Reminds people of tomorrow's shift in the evening before, and keeps who has confirmed it."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.coverage import changed
from hotline.domain.tasks import TaskKind
from hotline.models import DutyChange, Promise, ShiftReminder, Task, Unit
from hotline.outbox import Kind, Rank
from hotline.roster import changes_at, rotas
from hotline.unit_of_work import UnitOfWork

ALL: Final = 0
"""The one subject of the daily promise."""
ANSWER_WITHIN: Final = timedelta(hours=24)


def keep_reminding(work: UnitOfWork) -> None:
    """Makes sure that the daily promise stands; asked by every worker that starts."""
    waiting = select(Promise.id).where(Promise.kind == Kind.REMIND_SHIFTS, Promise.settled_at.is_(None))
    if work.session.scalar(waiting.limit(1)) is None:
        _promise_next(work)


def _promise_next(work: UnitOfWork) -> None:
    local = work.now.astimezone(work.playbook.programme.zone)
    due = local.replace(hour=work.playbook.roster.remind_hour, minute=0, second=0, microsecond=0)
    if due <= local:
        due += timedelta(days=1)
    work.promise(Kind.REMIND_SHIFTS, ALL, rank=Rank.LATER, due_at=due)


def remind(work: UnitOfWork, _subject: int) -> None:
    """Texts everybody who is on tomorrow's rota, once for each shift; a worker that comes after midnight
    lets the evening pass.
    """
    local = work.now.astimezone(work.playbook.programme.zone)
    if local.hour >= work.playbook.roster.remind_hour:
        tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        _remind_all(work, tomorrow)
    _promise_next(work)


def _remind_all(work: UnitOfWork, day: datetime) -> None:
    rota, changes = rotas(work.session), changes_at(work.session, day, day + timedelta(days=2))
    asked = {
        (row.unit_id, row.starts)
        for row in work.session.scalars(select(ShiftReminder).where(ShiftReminder.day == day.date()))
    }
    for unit in work.session.scalars(select(Unit).where(Unit.active).order_by(Unit.id)):
        planned = [each for each in rota[unit.id] if not each.off]
        for stretch in planned:
            begins = day + timedelta(minutes=stretch.starts)
            whole_week = len(planned) == 7 and stretch.ends - stretch.starts >= 1440
            skip = whole_week or stretch.weekday != day.weekday() or (unit.id, stretch.starts) in asked
            if not skip and changed(changes[unit.id], begins) is not False:
                _remind(work, unit, day, stretch.starts, stretch.ends)


def _remind(work: UnitOfWork, unit: Unit, day: datetime, starts: int, ends: int) -> None:
    work.session.add(
        ShiftReminder(unit_id=unit.id, day=day.date(), starts=starts, ends=ends, asked_at=work.now)
    )
    words = work.playbook.say("remind_shift", day=day.strftime("%d/%m"), hours=hours(starts, ends))
    notify.text(work, unit.number, words, Purpose.QUESTION, unit=unit)


def hours(starts: int, ends: int) -> str:
    """A shift's hours as people write them: 21.00-07.00."""
    return "-".join(f"{at // 60 % 24:02d}.{at % 60:02d}" for at in (starts, ends))


def answered_shift(work: UnitOfWork, unit: Unit, *, yes: bool) -> bool:
    """Keeps the answer to the last reminder; whoever can't come is off for that shift, and the desk is told.

    False where nothing was asked within a day.
    """
    query = (
        select(ShiftReminder)
        .where(
            ShiftReminder.unit_id == unit.id, ShiftReminder.answered_at.is_(None),
            ShiftReminder.asked_at > work.now - ANSWER_WITHIN,
        )
        .order_by(ShiftReminder.starts)
    )  # fmt: skip
    reminders = list(work.session.scalars(query))
    for reminder in reminders:
        reminder.answered_at, reminder.confirmed = work.now, yes
        if not yes:
            _take_off(work, unit, reminder)
    return bool(reminders)


def _take_off(work: UnitOfWork, unit: Unit, reminder: ShiftReminder) -> None:
    midnight = datetime.combine(reminder.day, time(), work.playbook.programme.zone)
    begin, end = (midnight + timedelta(minutes=at) for at in (reminder.starts, reminder.ends))
    work.session.add(
        DutyChange(unit_id=unit.id, starts_at=begin, ends_at=end, on_duty=False, note="T", made_at=work.now)
    )
    words = f"{unit.name} {reminder.day:%d/%m} {hours(reminder.starts, reminder.ends)}"
    work.session.add(
        Task(
            kind=TaskKind.COVER_SHIFT, unit_id=unit.id, number=unit.number, words=words, raised_at=work.now,
            due_at=work.now,
        )
    )  # fmt: skip
