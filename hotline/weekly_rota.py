"""Who is on duty every week: shifts of the playbook's templates on some weekdays."""

from collections.abc import Iterable

from sqlalchemy import delete, select

from hotline.domain.callout import ShiftTemplate
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
    known = {
        (row.weekday, row.starts, row.ends)
        for row in work.session.scalars(select(Shift).where(Shift.unit_id == unit.id))
    }
    for weekday in chosen:
        if (weekday, shift.starts, shift.ends) not in known:
            row = Shift(unit_id=unit.id, weekday=weekday, starts=shift.starts, ends=shift.ends)
            work.session.add(row)
    _audit(work, unit, f"{shift.name}: {' '.join(map(str, chosen))}", by)


def clear(work: UnitOfWork, unit: Unit, by: Actor) -> None:
    """The unit has no weekly shift any more; its own PIKET and single changes still count."""
    work.session.execute(delete(Shift).where(Shift.unit_id == unit.id))
    _audit(work, unit, "", by)


def _audit(work: UnitOfWork, unit: Unit, reason: str, by: Actor) -> None:
    subject = f"unit {unit.id}"
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act="rota_changed", subject=subject, reason=reason)
    )
