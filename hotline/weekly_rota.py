"""Who is on duty every week: shifts of the playbook's templates on some weekdays."""

from collections.abc import Iterable

from sqlalchemy import delete, select

from hotline.domain.callout import ShiftTemplate
from hotline.domain.duty import DAY, Stretch
from hotline.domain.rights import Actor
from hotline.incidents import ConflictError
from hotline.models import Audit, Shift, Unit
from hotline.unit_of_work import UnitOfWork


def plan(work: UnitOfWork, unit: Unit, weekdays: Iterable[int], shift: ShiftTemplate, by: Actor) -> None:
    """The unit is on duty in this shift on these weekdays (0 is Monday); what stands there already stays.

    Raises ConflictError where no weekday is chosen.
    """
    chosen = sorted(set(weekdays))
    if not chosen:
        raise ConflictError("choose at least one weekday")
    _add(work, unit, chosen, shift.starts, shift.ends, off=False)
    _audit(work, unit, f"{shift.name}: {' '.join(map(str, chosen))}", by)


def cannot(work: UnitOfWork, unit: Unit, hours: Stretch, by: Actor) -> None:
    """The unit can't at these hours of the week, whatever it is planned for.

    Raises ConflictError where they end before they start, or last longer than a day.
    """
    if not 0 <= hours.starts < hours.ends <= hours.starts + DAY:
        raise ConflictError("the shift ends before it starts")
    _add(work, unit, [hours.weekday], hours.starts, hours.ends, off=True)
    _audit(work, unit, f"-{hours.weekday} {hours.starts}-{hours.ends}", by)


def _add(work: UnitOfWork, unit: Unit, weekdays: Iterable[int], starts: int, ends: int, *, off: bool) -> None:
    known = {
        (row.weekday, row.starts, row.ends, row.off)
        for row in work.session.scalars(select(Shift).where(Shift.unit_id == unit.id))
    }
    for weekday in weekdays:
        if (weekday, starts, ends, off) not in known:
            work.session.add(Shift(unit_id=unit.id, weekday=weekday, starts=starts, ends=ends, off=off))


def clear(work: UnitOfWork, unit: Unit, by: Actor, *, off: bool = False) -> None:
    """The unit has no weekly shift any more (or, `off`: no hours at which it can't); its own PIKET and single
    changes still count.
    """
    work.session.execute(delete(Shift).where(Shift.unit_id == unit.id, Shift.off.is_(off)))
    _audit(work, unit, "-" if off else "", by)


def _audit(work: UnitOfWork, unit: Unit, reason: str, by: Actor) -> None:
    subject = f"unit {unit.id}"
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act="rota_changed", subject=subject, reason=reason)
    )
