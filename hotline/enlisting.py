"""Who can be sent at all: a unit is added, changed, taken out of service and put back."""

from dataclasses import dataclass, fields

from sqlalchemy import select

from hotline.domain.phone import masked
from hotline.domain.rights import Act, Actor, require
from hotline.incidents import ConflictError
from hotline.models import Audit, Unit
from hotline.roster import open_assignments
from hotline.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a unit: its telephone in E.164, agency and kelurahan by the playbook's codes."""

    name: str
    number: str
    agency: str
    area_code: str | None
    rt: int | None
    note: str
    call_first: bool


def enlist(work: UnitOfWork, about: Particulars, by: Actor) -> Unit:
    """A new unit, off duty until its shift or its own PIKET. Raises NotAllowedError, and ConflictError where
    somebody has this telephone.
    """
    require(by, Act.MANAGE_UNITS)
    _must_be_free(work, about.number, None)
    unit = Unit(
        name=about.name, number=about.number, agency=about.agency, area_code=about.area_code, rt=about.rt,
        note=about.note, call_first=about.call_first,
    )  # fmt: skip
    work.session.add(unit)
    work.session.flush()
    _audit(work, unit, "unit_added", by, f"{unit.name} {masked(unit.number)}")
    return unit


def amend(work: UnitOfWork, unit: Unit, about: Particulars, by: Actor) -> None:
    """Other particulars; the audit keeps which, and both numbers masked. Raises what `enlist` raises."""
    require(by, Act.MANAGE_UNITS)
    _must_be_free(work, about.number, unit)
    changes = []
    for each in fields(about):
        before, after = getattr(unit, each.name), getattr(about, each.name)
        if before != after:
            setattr(unit, each.name, after)
            shown = (masked(before), masked(after)) if each.name == "number" else (before, after)
            changes.append(f"{each.name}: {shown[0]} -> {shown[1]}")
    if changes:
        _audit(work, unit, "unit_changed", by, "; ".join(changes))


def retire(work: UnitOfWork, unit: Unit, by: Actor) -> None:
    """The unit is sent nowhere any more, its PIN is void, and what its telephone texts is a resident's word.

    Raises NotAllowedError, and ConflictError while it has an open task.
    """
    require(by, Act.MANAGE_UNITS)
    if open_assignments(work.session, unit):
        raise ConflictError("the unit has an open task")
    unit.active, unit.on_duty, unit.on_duty_until, unit.pin_hash = False, None, None, ""
    _audit(work, unit, "unit_retired", by, unit.name)


def restore(work: UnitOfWork, unit: Unit, by: Actor) -> None:
    """The unit can be sent again; it needs a new PIN. Raises NotAllowedError."""
    require(by, Act.MANAGE_UNITS)
    unit.active = True
    _audit(work, unit, "unit_restored", by, unit.name)


def _must_be_free(work: UnitOfWork, number: str, unit: Unit | None) -> None:
    known = work.session.scalars(select(Unit).where(Unit.number == number)).one_or_none()
    if known is None or (unit is not None and known.id == unit.id):
        return
    if known.active:
        raise ConflictError("another unit has this telephone")
    raise ConflictError("a unit out of service has this telephone")


def _audit(work: UnitOfWork, unit: Unit, act: str, by: Actor, reason: str) -> None:
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act=act, subject=f"unit {unit.id}", reason=reason[:500])
    )
