"""Signing in: what is answered to whom, how delays grow, and that a code works once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Final

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotline import accounts
from hotline.accounts import add_operator
from hotline.domain.playbook import Playbook
from hotline.domain.rights import Role
from hotline.models import Audit, Operator
from hotline.playbook_reader import read_playbook
from hotline.sign_in import (
    CodeNeeded,
    EnrolmentNeeded,
    Outcome,
    SignedIn,
    SlowDown,
    WrongCredentials,
    confirm,
    delay_after,
    enrol,
    is_still,
    new_secret,
    provisioning_uri,
    sign_in,
)
from hotline.unit_of_work import UnitOfWork
from tests.support.engines import shared_engine

PASSWORD: Final = "correct horse"
SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
START: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class Clock:
    """Moves when told."""

    at = START

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at

    def database_now(self, session: Session) -> datetime:
        """The same."""
        return self.at


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return read_playbook(Path("hotline/playbooks/paal_merah"))


class Door:
    """The sign-in over a real database, each try in its own transaction."""

    def __init__(self, engine: Engine, playbook: Playbook) -> None:
        self.engine, self.playbook, self.clock = engine, playbook, Clock()

    def work(self) -> UnitOfWork:
        return UnitOfWork(
            Session(self.engine, expire_on_commit=False), self.playbook, self.clock, lambda: None
        )

    def enter(
        self, password: str = PASSWORD, code: str = "", *, name: str = "dewi", factor: bool = False,
        here: Sequence[int] = (),
    ) -> Outcome:  # fmt: skip
        with self.work() as work:
            return sign_in(work, name, password, code, second_factor=factor, seen_here=here)

    def then(self, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
        with self.work() as work:
            return step(work)

    def change(self, **values: object) -> None:
        with self.work() as work:
            operator = work.session.scalars(select(Operator)).one()
            for name, value in values.items():
                setattr(operator, name, value)

    def code(self, **ahead: float) -> str:
        return pyotp.TOTP(SECRET).at(self.clock.at + timedelta(**ahead))


@pytest.fixture
def door(sqlite_url: str, playbook: Playbook, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    # How strong a hash is changes no answer here, and a strong one takes a fifth of a second at each try.
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    engine = shared_engine(sqlite_url)
    door = Door(engine, playbook)
    with door.work() as work:
        add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)
    yield door
    engine.dispose()


def test_the_right_password_opens_a_demo(door: Door) -> None:
    assert isinstance(door.enter(name=" Dewi"), SignedIn)


@pytest.mark.parametrize(
    ("name", "password"), [("dewi", "wrong"), ("nobody", PASSWORD), ("", ""), ("dewi", "")]
)
def test_an_unknown_name_and_a_wrong_password_are_answered_alike(
    door: Door, name: str, password: str
) -> None:
    assert door.enter(password, name=name) == WrongCredentials()


def test_somebody_who_left_is_answered_like_a_stranger(door: Door) -> None:
    door.change(active=False)
    assert door.enter() == WrongCredentials()


def test_whoever_has_a_second_factor_is_asked_for_it(door: Door) -> None:
    door.change(totp_secret=SECRET)
    assert door.enter() == CodeNeeded(1)
    assert isinstance(door.enter(code=door.code()), SignedIn)


def test_the_code_may_come_in_a_second_step(door: Door) -> None:
    door.change(totp_secret=SECRET)
    assert isinstance(door.then(lambda work: confirm(work, 1, door.code())), SignedIn)


@pytest.mark.parametrize(("ahead", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_telephones_clock_may_be_one_step_off(door: Door, ahead: int, fits: bool) -> None:
    door.change(totp_secret=SECRET)
    assert isinstance(door.enter(code=door.code(seconds=ahead)), SignedIn) is fits


def test_a_code_works_once(door: Door) -> None:
    door.change(totp_secret=SECRET)
    code = door.code()
    assert isinstance(door.enter(code=code), SignedIn)
    assert door.enter(code=code) == WrongCredentials()


def test_of_two_who_send_the_same_code_at_the_same_moment_one_is_let_in(
    database_url: str, playbook: Playbook
) -> None:
    door = Door(shared_engine(database_url), playbook)
    with door.work() as work:
        operator = add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)
        operator.totp_secret = SECRET
        who = operator.id
    code, ready = pyotp.TOTP(SECRET).at(START), Barrier(2)

    def come(_: int) -> Outcome:
        ready.wait()
        with door.work() as work:
            return confirm(work, who, code)

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(come, range(2)))
    door.engine.dispose()
    assert sorted(type(each).__name__ for each in outcomes) == ["SignedIn", "WrongCredentials"]


def test_a_code_may_be_typed_with_a_space(door: Door) -> None:
    door.change(totp_secret=SECRET)
    code = door.code()
    assert isinstance(door.enter(code=f"{code[:3]} {code[3:]}"), SignedIn)


def test_in_earnest_everybody_enrols_a_second_factor(door: Door) -> None:
    assert door.enter(factor=True) == EnrolmentNeeded(1, "dewi")
    assert isinstance(door.then(lambda work: enrol(work, 1, SECRET, door.code())), SignedIn)
    door.clock.at += timedelta(minutes=1)
    assert door.enter(factor=True) == CodeNeeded(1)


def test_a_secret_is_only_taken_with_a_code_that_proves_it(door: Door) -> None:
    assert door.then(lambda work: enrol(work, 1, SECRET, "000000")) == WrongCredentials()
    assert door.enter(factor=True) == EnrolmentNeeded(1, "dewi")


def test_a_second_factor_is_not_replaced_by_enrolling_again(door: Door) -> None:
    door.change(totp_secret=new_secret())
    assert door.then(lambda work: enrol(work, 1, SECRET, door.code())) == WrongCredentials()


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (2, 0), (3, 2), (4, 4), (5, 8), (9, 128), (10, 256), (11, 300), (500, 300)],
)
def test_delays_grow_and_end_at_five_minutes(failures: int, seconds: int) -> None:
    assert delay_after(failures) == timedelta(seconds=seconds)


def test_after_three_wrong_tries_the_right_password_has_to_wait_a_moment(door: Door) -> None:
    for _ in range(3):
        assert door.enter("wrong") == WrongCredentials()
    assert door.enter() == SlowDown(START + timedelta(seconds=2))
    door.clock.at += timedelta(seconds=2)
    assert isinstance(door.enter(), SignedIn)


def test_tries_during_the_delay_do_not_make_it_longer(door: Door) -> None:
    for _ in range(8):
        door.enter("wrong")
    assert door.enter() == SlowDown(START + timedelta(seconds=2))


def test_what_a_stranger_tries_slows_nobody_where_he_has_signed_in_before(door: Door) -> None:
    """Without an end, so that the door would never be open to anybody else."""
    for _ in range(12):
        door.enter("wrong")
        door.clock.at += timedelta(minutes=5)
    door.enter("wrong")
    assert isinstance(door.enter(), SlowDown)
    assert isinstance(door.enter(here=[2, 1]), SignedIn)
    with door.work() as work:
        assert is_still(work, 1, PASSWORD), "nor does it keep his locked screen shut"
    assert isinstance(door.enter(), SlowDown), "which tells the stranger nothing"
    for _ in range(3):
        assert door.enter("wrong", here=[1]) == WrongCredentials()
    assert isinstance(door.enter(here=[1]), SlowDown), "whoever found his browser guesses no faster"
    with door.work() as work:
        assert not is_still(work, 1, PASSWORD)


def test_wrong_codes_slow_down_like_wrong_passwords(door: Door) -> None:
    door.change(totp_secret=SECRET)
    for _ in range(3):
        assert door.then(lambda work: confirm(work, 1, "000000")) == WrongCredentials()
    assert isinstance(door.then(lambda work: confirm(work, 1, door.code())), SlowDown)


def test_a_success_forgets_the_failures(door: Door) -> None:
    door.enter("wrong")
    door.enter()
    with door.work() as work:
        assert work.session.scalars(select(Operator.failures)).one() == 0


def test_the_qr_code_names_the_programme(playbook: Playbook) -> None:
    uri = provisioning_uri(SECRET, "dewi", playbook.programme)
    assert uri.startswith("otpauth://totp/SIGAP%20KETIMUN:dewi?secret=" + SECRET)


def test_every_try_is_in_the_audit(door: Door) -> None:
    door.enter("wrong")
    door.enter()
    with door.work() as work:
        acts = work.session.scalars(select(Audit.act).order_by(Audit.id)).all()
    assert acts == ["sign_in_failed", "sign_in"]
