"""Signing in: a password, then a code.

Delays grow with each wrong try and nobody is ever locked out for good, since a lock that a stranger can close
is a way to keep the desk empty. A stranger who goes on and on would close it all the same: so tries from a
browser in which somebody has signed in before are counted, and slowed, apart from those of everybody else.
"""

import hmac
from collections.abc import Collection
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
    operator_id: int


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
    work: UnitOfWork, username: str, password: str, code: str = "", *, second_factor: bool = False,
    seen_here: Collection[int] = (),
) -> Outcome:  # fmt: skip
    """Checks name and password, and the code where one is needed.

    `second_factor` demands a code from everybody; without it only from those who have enrolled. `seen_here`
    are those who have signed in in this browser before.
    """
    named = operator_named(work.session, username)
    # The hash takes a fifth of a second, in which nobody else should wait for this transaction.
    work.session.commit()
    known = named is not None and named.id in seen_here
    try:
        right = is_password(named, password, known=known)
    except CrowdedError:
        return SlowDown(work.now)
    if named is None or not named.active:
        return WrongCredentials()
    visitor = _Visitor(work, named.id, known=known)
    if (waiting := visitor.waiting()) is not None:
        return waiting
    if not right:
        return visitor.failed()
    operator = visitor.operator
    if operator.totp_secret:
        return visitor.with_code(code) if code else CodeNeeded(operator.id)
    return EnrolmentNeeded(operator.id, operator.username) if second_factor else visitor.welcome()


def confirm(work: UnitOfWork, operator_id: int, code: str, seen_here: Collection[int] = ()) -> Outcome:
    """The second half for somebody whose password was right a moment ago."""
    visitor = _Visitor(work, operator_id, known=operator_id in seen_here)
    if (waiting := visitor.waiting()) is not None:
        return waiting
    enrolled = visitor.operator.totp_secret and visitor.operator.active
    return visitor.with_code(code) if enrolled else WrongCredentials()


def enrol(
    work: UnitOfWork, operator_id: int, secret: str, code: str, seen_here: Collection[int] = ()
) -> Outcome:
    """Takes `secret` as the operator's second factor once a code proves that his telephone has it."""
    visitor = _Visitor(work, operator_id, known=operator_id in seen_here)
    if (waiting := visitor.waiting()) is not None:
        return waiting
    operator, step = visitor.operator, _step_of(secret, code, work.now, after=0)
    if step is None or operator.totp_secret or not operator.active:
        return visitor.failed()
    operator.totp_secret, operator.totp_counter = secret, step
    work.session.add(Audit(at=work.now, operator_id=operator.id, act="second_factor_enrolled"))
    return visitor.welcome()


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
    named = work.session.get(Operator, operator_id)
    work.session.commit()
    right = is_password(named, password, known=True)
    visitor = _Visitor(work, operator_id, known=True)
    if visitor.waiting() is not None or not visitor.operator.active:
        return False
    if right:
        visitor.forgive()
    else:
        visitor.failed()
    return right


def delay_after(failures: int) -> timedelta:
    """How long to wait after so many wrong tries in a row: nothing, then 2 s, 4 s, 8 s … to five minutes."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES + 1, 20)), LONGEST_DELAY)


class _Visitor:
    """Somebody who says that he is this operator, whose row is held. Where he is `known`, only his own wrong
    tries and those from other known browsers slow him.
    """

    def __init__(self, work: UnitOfWork, operator_id: int, *, known: bool) -> None:
        self.operator = work.session.get_one(
            Operator, operator_id, with_for_update=True, populate_existing=True
        )
        self._work = work
        self._known = known

    def waiting(self) -> SlowDown | None:
        until = self.operator.known_locked_until if self._known else self.operator.locked_until
        return SlowDown(until) if until is not None and until > self._work.now else None

    def failed(self) -> WrongCredentials:
        tries = 1 + (self.operator.known_failures if self._known else self.operator.failures)
        delay = delay_after(tries)
        self._count(tries, self._work.now + delay if delay else None)
        self._work.session.add(Audit(at=self._work.now, operator_id=self.operator.id, act="sign_in_failed"))
        return WrongCredentials()

    def with_code(self, code: str) -> Outcome:
        step = _step_of(self.operator.totp_secret, code, self._work.now, after=self.operator.totp_counter)
        if step is None:
            return self.failed()
        self.operator.totp_counter = step
        return self.welcome()

    def welcome(self) -> SignedIn:
        self.forgive()
        return SignedIn(open_session(self._work, self.operator), self.operator.language, self.operator.id)

    def forgive(self) -> None:
        self._count(0, None)

    def _count(self, tries: int, until: datetime | None) -> None:
        if self._known:
            self.operator.known_failures, self.operator.known_locked_until = tries, until
        else:
            self.operator.failures, self.operator.locked_until = tries, until


def _step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step whose code this is, within the tolerance and later than the last one used."""
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    given = code.replace(" ", "").encode()
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), given):
            return step
    return None
