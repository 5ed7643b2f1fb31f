"""Operators and their sessions."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import accounts, staffing
from hotline.domain.rights import SYSTEM, Role
from hotline.models import Audit, LoginSession, Operator
from hotline.playbook_reader import read_playbook
from hotline.unit_of_work import UnitOfWork
from tests.support.engines import shared_engine

PASSWORD = "correct horse"
START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still."""

    def now(self) -> datetime:
        """Always the same."""
        return START

    def database_now(self, session: Session) -> datetime:
        """The same."""
        return START


@pytest.fixture
def work(sqlite_url: str) -> Iterator[UnitOfWork]:
    engine = shared_engine(sqlite_url)
    playbook = read_playbook(Path("hotline/playbooks/paal_merah"))
    with UnitOfWork(Session(engine, expire_on_commit=False), playbook, Clock(), lambda: None) as open_work:
        yield open_work
    engine.dispose()


def _operator(work: UnitOfWork) -> Operator:
    row = Operator(username="dewi", name="Dewi", role=Role.OPERATOR, password_hash="none")
    work.session.add(row)
    work.session.flush()
    return row


def test_a_password_is_kept_as_an_argon2id_hash(work: UnitOfWork) -> None:
    operator = accounts.add_operator(work, " Dewi ", "Dewi", Role.OPERATOR, PASSWORD)
    assert operator.username == "dewi"
    assert operator.password_hash.startswith("$argon2id$")
    assert PASSWORD not in operator.password_hash


def test_only_the_own_password_fits(work: UnitOfWork) -> None:
    operator = accounts.add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)
    assert accounts.is_password(operator, PASSWORD)
    assert not accounts.is_password(operator, PASSWORD + " ")


def test_a_name_that_postgresql_would_not_hear_of_is_nobodys(postgresql_url: str) -> None:
    engine = shared_engine(postgresql_url)
    with Session(engine) as session:
        assert accounts.operator_named(session, "de\x00wi") is None
    engine.dispose()


def test_nobody_has_no_password_but_is_asked_for_one(work: UnitOfWork) -> None:
    assert not accounts.is_password(None, PASSWORD)


@pytest.mark.parametrize(
    ("username", "password"), [("dewi", PASSWORD), ("DEWI", PASSWORD), ("", PASSWORD), ("budi", "short")]
)
def test_an_account_that_can_not_be_made_is_refused(work: UnitOfWork, username: str, password: str) -> None:
    _operator(work)
    with pytest.raises(accounts.AccountError):
        accounts.add_operator(work, username, "X", Role.OPERATOR, password)


def test_a_cookie_is_found_again_and_kept_nowhere(work: UnitOfWork) -> None:
    operator = _operator(work)
    token = accounts.open_session(work, operator)
    actor = accounts.who(work.session, token, START)
    assert actor is not None
    assert (actor.id, actor.name, actor.role) == (operator.id, "Dewi", Role.OPERATOR)
    assert token not in work.session.scalars(select(LoginSession.token_hash)).one()


@pytest.mark.parametrize(
    ("idle", "age", "valid"),
    [
        (timedelta(minutes=29), timedelta(hours=1), True),
        (timedelta(minutes=30), timedelta(hours=1), False),
        (timedelta(0), timedelta(hours=11, minutes=59), True),
        (timedelta(0), timedelta(hours=12), False),
    ],
)
def test_a_session_ends_when_idle_and_with_the_shift(
    work: UnitOfWork, idle: timedelta, age: timedelta, valid: bool
) -> None:
    token = accounts.open_session(work, _operator(work))
    login = work.session.scalars(select(LoginSession)).one()
    login.started_at, login.seen_at = START - age, START - idle
    assert (accounts.who(work.session, token, START) is not None) is valid


def test_use_is_written_down(work: UnitOfWork) -> None:
    token = accounts.open_session(work, _operator(work))
    work.now = START + timedelta(minutes=20)
    accounts.mark_seen(work, token)
    assert accounts.who(work.session, token, START + timedelta(minutes=49)) is not None


def test_signing_out_ends_the_session_for_good(work: UnitOfWork) -> None:
    token = accounts.open_session(work, _operator(work))
    accounts.sign_out(work, token)
    accounts.mark_seen(work, token)
    assert accounts.who(work.session, token, START) is None


def test_all_sessions_of_somebody_can_be_ended(work: UnitOfWork) -> None:
    operator = _operator(work)
    tokens = [accounts.open_session(work, operator) for _ in range(2)]
    accounts.end_sessions(work, operator)
    assert [accounts.who(work.session, token, START) for token in tokens] == [None, None]


def test_somebody_who_left_is_signed_out_at_once(work: UnitOfWork) -> None:
    operator = _operator(work)
    token = accounts.open_session(work, operator)
    operator.active = False
    work.session.flush()
    assert accounts.who(work.session, token, START) is None


def test_an_invented_cookie_is_nobody(work: UnitOfWork) -> None:
    assert accounts.who(work.session, "invented", START) is None


@pytest.mark.parametrize(
    "password", ["short", "12345678", "Sayangku", "SuperMan", "abababab", "i-am-dewi-1990"]
)
def test_a_password_that_is_guessed_soon_is_refused_at_both_ends(work: UnitOfWork, password: str) -> None:
    operator = _operator(work)
    with pytest.raises(accounts.AccountError):
        staffing.give_password(work, operator, password, SYSTEM)
    assert operator.password_hash == "none"
    with pytest.raises(accounts.AccountError):
        accounts.add_operator(work, "dewi", "Dewi", Role.OPERATOR, password)


@pytest.mark.parametrize(
    ("change", "act"),
    [
        (lambda work, who: staffing.set_active(work, who, SYSTEM, active=False), "operator_dismissed"),
        (lambda work, who: staffing.give_password(work, who, "another one", SYSTEM), "operator_password"),
        (lambda work, who: staffing.forget_factor(work, who, SYSTEM), "second_factor_forgotten"),
    ],
)
def test_whatever_is_changed_about_somebody_ends_every_session_and_is_in_the_audit(
    work: UnitOfWork, change: Callable[[UnitOfWork, Operator], None], act: str
) -> None:
    operator = _operator(work)
    operator.totp_secret = "JBSWY3DPEHPK3PXP"
    tokens = [accounts.open_session(work, operator) for _ in range(2)]
    change(work, operator)
    assert [accounts.who(work.session, token, START) for token in tokens] == [None, None]
    assert act in work.session.scalars(select(Audit.act)).all()
    assert operator.active is (act != "operator_dismissed")
    assert bool(operator.totp_secret) is (act != "second_factor_forgotten")
    assert accounts.is_password(operator, "another one") is (act == "operator_password")


def test_a_flood_of_passwords_is_refused_unseen_and_takes_no_more_memory(work: UnitOfWork) -> None:
    """A hash takes 64 MiB: sixty of them at once would be the end of a small machine."""
    operator = accounts.add_operator(work, "dewi", "Dewi", Role.OPERATOR, PASSWORD)
    with ThreadPoolExecutor(30) as strangers:
        tried = [strangers.submit(accounts.is_password, None, PASSWORD) for _ in range(30)]
        crowded = [each for each in tried if isinstance(each.exception(), accounts.CrowdedError)]
    assert 0 < len(crowded) < 30
    assert accounts.is_password(operator, PASSWORD), "and then there is room again"


def test_a_long_password_counts_to_its_end(work: UnitOfWork) -> None:
    operator = accounts.add_operator(work, "dewi", "Dewi", Role.OPERATOR, "kalimat yang panjang " * 5 + "x")
    assert accounts.is_password(operator, "kalimat yang panjang " * 5 + "x")
    assert not accounts.is_password(operator, "kalimat yang panjang " * 5 + "y")
