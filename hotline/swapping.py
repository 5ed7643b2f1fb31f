"""What differs from the weekly rota: somebody is off, comes in addition, or two people swap."""

from datetime import datetime
from typing import Final

from hotline.domain.rights import Actor
from hotline.incidents import ConflictError
from hotline.models import Audit, DutyChange, Unit
from hotline.unit_of_work import UnitOfWork

LONGEST_NOTE: Final = 200


def change_duty(
    work: UnitOfWork,
    unit: Unit,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    *,
    on: bool,
    note: str = "",
) -> DutyChange:
    """The unit is on (or off) duty for this stretch. Raises ConflictError where it ends before it starts."""
    if ends_at <= starts_at:
        raise ConflictError("the shift ends before it starts")
    change = DutyChange(
        unit_id=unit.id, starts_at=starts_at, ends_at=ends_at, on_duty=on, note=note[:LONGEST_NOTE],
        made_at=work.now, made_by=by.id,
    )  # fmt: skip
    work.session.add(change)
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act="duty_changed", subject=f"unit {unit.id}", reason=note)
    )
    return change


def swap(  # noqa: PLR0917  who, for whom, from when to when, by whom
    work: UnitOfWork, unit: Unit, other: Unit, starts_at: datetime, ends_at: datetime, by: Actor
) -> tuple[DutyChange, DutyChange]:
    """`other` stands in for `unit`. Raises ConflictError for one and the same person."""
    if unit.id == other.id:
        raise ConflictError("somebody else must stand in")
    off = change_duty(work, unit, starts_at, ends_at, by, on=False, note=other.name)
    instead = change_duty(work, other, starts_at, ends_at, by, on=True, note=unit.name)
    off.swapped_with, instead.swapped_with = other.id, unit.id
    return off, instead
