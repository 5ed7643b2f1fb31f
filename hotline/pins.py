"""The PIN that a unit keys in when it calls, since the number it calls from is only a claim.

Kept as an HMAC under the installation's secret: a PIN has too few digits for a hash alone, and a slow hash
would keep the caller waiting. Wrong tries are counted over all calls, and end in a pause.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from hotline.domain.rights import Act, Actor, require
from hotline.models import Audit, Unit
from hotline.unit_of_work import UnitOfWork


class PinAnswer(StrEnum):
    """What came of a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def give_pin(work: UnitOfWork, unit_id: int, secret: str, by: Actor) -> str:
    """A new PIN for the unit, which is shown once and known to nobody afterwards."""
    require(by, Act.MANAGE_UNITS)
    digits = work.playbook.voice.pin_digits
    pin = f"{secrets.randbelow(10**digits):0{digits}d}"
    unit = work.session.get_one(Unit, unit_id)
    unit.pin_hash, unit.pin_failures, unit.pin_locked_until = _hash(secret, unit_id, pin), 0, None
    work.session.add(Audit(at=work.now, operator_id=by.id, act="give_pin", subject=f"unit {unit_id}"))
    return pin


def try_pin(work: UnitOfWork, unit_id: int, pin: str, secret: str) -> PinAnswer:
    """Whether this is the unit's PIN; too many wrong ones lock it for a while."""
    voice = work.playbook.voice
    unit = work.session.scalars(select(Unit).where(Unit.id == unit_id).with_for_update(key_share=True)).one()
    if unit.pin_locked_until is not None and unit.pin_locked_until > work.now:
        return PinAnswer.LOCKED
    if unit.pin_hash and hmac.compare_digest(unit.pin_hash, _hash(secret, unit_id, pin)):
        unit.pin_failures, unit.pin_locked_until = 0, None
        return PinAnswer.RIGHT
    unit.pin_failures += 1
    if unit.pin_failures >= voice.pin_tries:
        unit.pin_failures = 0
        unit.pin_locked_until = work.now + timedelta(minutes=voice.pin_locked_minutes)
        return PinAnswer.LOCKED
    return PinAnswer.WRONG


def _hash(secret: str, unit_id: int, pin: str) -> str:
    return hmac.new(secret.encode(), f"{unit_id}:{pin}".encode(), hashlib.sha256).hexdigest()
