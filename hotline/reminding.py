"""Reminds people of tomorrow's shift in the evening before, and keeps who has confirmed it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from hotline import notify
from hotline.domain.contact import Purpose
from hotline.domain.coverage import Change, changed
from hotline.domain.duty import Stretch
from hotline.domain.tasks import TaskKind
from hotline.models import DutyChange, Promise, ShiftReminder, Task, Unit
from hotline.outbox import Kind, Rank
from hotline.roster import changes_at, rotas
from hotline.unit_of_work import UnitOfWork

ALL: Final = 0
"""The one subject of the daily promise."""
ANSWER_WITHIN: Final = timedelta(hours=24)
WHOLE_DAY: Final = 1440


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
    """Texts everybody who is on tomorrow, by the rota or because he stands in for somebody, once for each
    shift; a worker that comes after midnight lets the evening pass.
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
        tomorrow = {**_by_rota(rota[unit.id], changes[unit.id], day), **_instead(changes[unit.id], day)}
        for starts, ends in sorted(tomorrow.items()):
            if (unit.id, starts) not in asked:
                _remind(work, unit, day, starts, ends)


def _by_rota(rota: Sequence[Stretch], changes: Sequence[Change], day: datetime) -> dict[int, int]:
    """Begin to end, in minutes of `day`, of what the rota says and nobody has changed; whoever is on all the
    week needs no reminder. A shift that somebody else ends for him ends there.
    """
    planned = [each for each in rota if not each.off]
    if len(planned) == 7 and all(each.ends - each.starts >= WHOLE_DAY for each in planned):
        return {}
    todays = [each for each in planned if each.weekday == day.weekday()]
    still = [each for each in todays if changed(changes, day + timedelta(minutes=each.starts)) is not False]
    given_away = [_minutes(day, change.starts_at) for change in changes if not change.on]
    return {
        each.starts: min([each.ends, *(at for at in given_away if each.starts < at < each.ends)])
        for each in still
    }


def _instead(changes: Sequence[Change], day: datetime) -> dict[int, int]:
    """The same of the shifts that he has in addition, or of somebody else."""
    return {
        _minutes(day, change.starts_at): _minutes(day, change.ends_at)
        for change in changes
        if change.on
        and 0 <= _minutes(day, change.starts_at) < WHOLE_DAY
        and changed(changes, change.starts_at)
    }


def _minutes(day: datetime, moment: datetime) -> int:
    return round((moment - day).total_seconds() / 60)


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
        DutyChange(unit_id=unit.id, starts_at=begin, ends_at=end, on_duty=False, note="", made_at=work.now)
    )
    words = f"{reminder.day:%d/%m} {hours(reminder.starts, reminder.ends)}"
    work.session.add(
        Task(
            kind=TaskKind.COVER_SHIFT, unit_id=unit.id, number=unit.number, words=words, raised_at=work.now,
            due_at=work.now,
        )
    )  # fmt: skip
