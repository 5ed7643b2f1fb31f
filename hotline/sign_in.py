"""Signing in: a password, then a code.

Delays grow with each wrong try and nobody is ever locked out for good, since a lock that a stranger can close
is a way to keep the desk empty.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyotp

from hotline.accounts import CrowdedError, is_password, open_session, operator_named
from hotline.domain.playbook import Programme
from hotline.models import Audit, Operator
from hotline.unit_of_work import UnitOfWork

FREE_TRIES: Final = 3
"""Wrong tries before the first delay."""
LONGEST_DELAY: Final = timedelta(minutes=5)
STEP_SECONDS: Final = 30
TOLERANCE: Final = 1
"""How many steps a telephone's clock may be off, either way."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Welcome: `token` is what the browser's cookie holds."""

    token: str
    language: str


@dataclass(frozen=True, slots=True)
class WrongCredentials:
    """Name, password or code is wrong; which of them is not said."""


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The password is right; now the code from the operator's telephone."""

    operator_id: int


@dataclass(frozen=True, slots=True)
class EnrolmentNeeded:
    """The password is right, a second factor is demanded, and there is none yet."""

    operator_id: int
    username: str


@dataclass(frozen=True, slots=True)
class SlowDown:
    """Too many wrong tries: nothing is looked at before `until`."""

    until: datetime


Outcome = SignedIn | WrongCredentials | CodeNeeded | EnrolmentNeeded | SlowDown


def sign_in(
    work: UnitOfWork, username: str, password: str, code: str = "", *, second_factor: bool = False
) -> Outcome:
    """Checks name and password, and the code where one is needed.

    `second_factor` demands a code from everybody; without it only from those who have enrolled.
    """
    known = operator_named(work.session, username)
    # The hash takes a fifth of a second, in which nobody else should wait for this transaction.
    work.session.commit()
    try:
        right = is_password(known, password)
    except CrowdedError:
        return SlowDown(work.now)
    if known is None or not known.active:
        return WrongCredentials()
    operator = _locked(work, known.id)
    if (waiting := _waiting(work, operator)) is not None:
        return waiting
    if not right:
        return _failed(work, operator)
    if operator.totp_secret:
        return _with_code(work, operator, code) if code else CodeNeeded(operator.id)
    return EnrolmentNeeded(operator.id, operator.username) if second_factor else _welcome(work, operator)


def confirm(work: UnitOfWork, operator_id: int, code: str) -> Outcome:
    """The second half for somebody whose password was right a moment ago."""
    operator = _locked(work, operator_id)
    if (waiting := _waiting(work, operator)) is not None:
        return waiting
    enrolled = operator.totp_secret and operator.active
    return _with_code(work, operator, code) if enrolled else WrongCredentials()


def enrol(work: UnitOfWork, operator_id: int, secret: str, code: str) -> Outcome:
    """Takes `secret` as the operator's second factor once a code proves that his telephone has it."""
    operator = _locked(work, operator_id)
    if (waiting := _waiting(work, operator)) is not None:
        return waiting
    step = _step_of(secret, code, work.now, after=0)
    if step is None or operator.totp_secret or not operator.active:
        return _failed(work, operator)
    operator.totp_secret, operator.totp_counter = secret, step
    work.session.add(Audit(at=work.now, operator_id=operator.id, act="second_factor_enrolled"))
    return _welcome(work, operator)


def new_secret() -> str:
    """A fresh secret for an authenticator app."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, username: str, programme: Programme) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=programme.name)


def is_still(work: UnitOfWork, operator_id: int, password: str) -> bool:
    """Whether this is the password of somebody who is signed in: wrong tries are counted, and slowed, as at
    the door. The session was opened with a code where one is needed, so none is asked again.
    """
    known = work.session.get(Operator, operator_id)
    work.session.commit()
    right = is_password(known, password)
    operator = _locked(work, operator_id)
    if _waiting(work, operator) is not None or not operator.active:
        return False
    if not right:
        _failed(work, operator)
        return False
    operator.failures, operator.locked_until = 0, None
    return True


def delay_after(failures: int) -> timedelta:
    """How long to wait after so many wrong tries in a row: nothing, then 2 s, 4 s, 8 s … to five minutes."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES + 1, 20)), LONGEST_DELAY)


def _locked(work: UnitOfWork, operator_id: int) -> Operator:
    return work.session.get_one(Operator, operator_id, with_for_update=True, populate_existing=True)


def _waiting(work: UnitOfWork, operator: Operator) -> SlowDown | None:
    until = operator.locked_until
    return SlowDown(until) if until is not None and until > work.now else None


def _failed(work: UnitOfWork, operator: Operator) -> WrongCredentials:
    operator.failures += 1
    delay = delay_after(operator.failures)
    operator.locked_until = work.now + delay if delay else None
    work.session.add(Audit(at=work.now, operator_id=operator.id, act="sign_in_failed"))
    return WrongCredentials()


def _with_code(work: UnitOfWork, operator: Operator, code: str) -> Outcome:
    step = _step_of(operator.totp_secret, code, work.now, after=operator.totp_counter)
    if step is None:
        return _failed(work, operator)
    operator.totp_counter = step
    return _welcome(work, operator)


def _welcome(work: UnitOfWork, operator: Operator) -> SignedIn:
    operator.failures, operator.locked_until = 0, None
    return SignedIn(open_session(work, operator), operator.language)


def _step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step whose code this is, within the tolerance and later than the last one used."""
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    given = code.replace(" ", "").encode()
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None
