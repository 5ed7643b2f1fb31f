"""One's own password and sessions: changed and ended by whoever they belong to, and by nobody else."""

from typing import Final

import pytest

from hotline import accounts
from hotline.domain.rights import Role
from hotline.models import Audit, LoginSession, Operator
from tests.console.conftest import PASSWORD, Browser, Desk, SignIn

WANTED: Final = "hujan deras di kenali"
CHANGE: Final = "/account/password"


@pytest.fixture
def person(desk: Desk) -> int:
    """The operator, with a password that can be given."""
    with desk.runtime.work() as work:
        row = work.session.get_one(Operator, desk.people[Role.OPERATOR].id)
        accounts.set_password(row, PASSWORD)
        return row.id


def _open(desk: Desk, person: int) -> list[LoginSession]:
    rows: list[LoginSession] = desk.all(LoginSession, LoginSession.operator_id == person)
    return [each for each in rows if each.ended_at is None]


def _acts(desk: Desk, person: int) -> list[str]:
    return [each.act for each in desk.all(Audit, Audit.operator_id == person) if each.act != "sign_in"]


def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(
    desk: Desk, sign_in: SignIn, person: int
) -> None:
    here, elsewhere = sign_in(Role.OPERATOR).open("/account"), sign_in(Role.OPERATOR)
    here.send(CHANGE, present="not it at all", wanted=WANTED, again=WANTED)
    assert (here.status, "tidak cocok" in here.text, len(_open(desk, person))) == (422, True, 2)
    here.send(CHANGE, present=PASSWORD, wanted=WANTED, again=WANTED)
    assert (here.status, len(_open(desk, person))) == (200, 1)
    assert "<title>Masuk" in elsewhere.open("/").text
    (row,) = desk.all(Operator, Operator.id == person)
    assert accounts.is_password(row, WANTED)
    assert _acts(desk, person) == ["sign_in_failed", "password_changed"]


@pytest.mark.parametrize(
    ("wanted", "again", "said"),
    [
        (WANTED, WANTED + "x", "tidak sama"),
        ("rahasia123", "rahasia123", "mudah ditebak"),
        ("pendek", "pendek", "mudah ditebak"),
        ("operator kami", "operator kami", "mudah ditebak"),
    ],
)
def test_what_is_no_new_password_changes_nothing(
    desk: Desk, operator: Browser, person: int, wanted: str, again: str, said: str
) -> None:
    operator.open("/account").send(CHANGE, present=PASSWORD, wanted=wanted, again=again)
    assert (operator.status, said in operator.text) == (422, True)
    assert _acts(desk, person) == []


def test_each_sees_and_ends_the_own_sessions_only(desk: Desk, sign_in: SignIn, person: int) -> None:
    elsewhere, here, stranger = sign_in(Role.OPERATOR), sign_in(Role.OPERATOR), sign_in(Role.COORDINATOR)
    first, second = _open(desk, person)
    stranger.open("/account").post(f"/account/sessions/{first.id}/end")
    assert len(_open(desk, person)) == 2
    assert not here.open("/account").has_form(f"/account/sessions/{second.id}/end")
    here.send(f"/account/sessions/{first.id}/end")
    assert [each.id for each in _open(desk, person)] == [second.id]
    assert "<title>Masuk" in elsewhere.open("/").text
    assert _acts(desk, person) == ["session_ended"]
