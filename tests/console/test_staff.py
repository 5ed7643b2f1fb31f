"""The administrator's list of accounts: each change is written down, and ends the person's sessions."""

import re

import pytest

from hotline import accounts
from hotline.domain.rights import Role
from hotline.models import Audit, LoginSession, Operator
from tests.console.conftest import Browser, Desk, SignIn


@pytest.fixture
def administrator(sign_in: SignIn) -> Browser:
    """The administrator's browser."""
    return sign_in(Role.ADMINISTRATOR).open("/operators")


def _password(page: str) -> str:
    found = re.search(r'<p class="pin">([^<]*)</p>', page)
    assert found is not None
    return found[1]


def test_a_new_account_opens_with_the_password_that_was_shown_once(
    desk: Desk, administrator: Browser
) -> None:
    administrator.send("/operators", username="Dewi", name="Dewi Sartika", role="coordinator")
    password = _password(administrator.text)
    (row,) = desk.all(Operator, Operator.username == "dewi")
    assert (row.name, row.role, accounts.is_password(row, password)) == (
        "Dewi Sartika", Role.COORDINATOR, True,
    )  # fmt: skip
    assert password not in administrator.open("/operators").text
    assert [each.subject for each in desk.all(Audit, Audit.act == "operator_added")] == [f"operator {row.id}"]


def test_a_name_that_is_taken_is_said_in_words(administrator: Browser) -> None:
    administrator.send("/operators", username="operator", name="Lain", role="operator")
    assert (administrator.status, "sudah dipakai" in administrator.text) == (409, True)


@pytest.mark.parametrize(
    ("act", "fields", "written"),
    [
        ("password", {}, "operator_password"),
        ("role", {"role": "auditor"}, "operator_role"),
        ("active", {"active": "off"}, "operator_dismissed"),
    ],
)
def test_a_change_is_written_down_and_ends_the_sessions(
    desk: Desk, administrator: Browser, operator: Browser, act: str, fields: dict[str, str], written: str
) -> None:
    person = desk.people[Role.OPERATOR].id
    administrator.send(f"/operators/{person}/{act}", fields)
    assert [each.subject for each in desk.all(Audit, Audit.act == written)] == [f"operator {person}"]
    assert all(each.ended_at for each in desk.all(LoginSession, LoginSession.operator_id == person))
    assert "<title>Masuk" in operator.open("/").text


@pytest.mark.parametrize(("act", "fields"), [("role", {"role": "operator"}), ("active", {"active": "off"})])
def test_one_administrator_stays(
    desk: Desk, administrator: Browser, act: str, fields: dict[str, str]
) -> None:
    person = desk.people[Role.ADMINISTRATOR].id
    administrator.send(f"/operators/{person}/{act}", fields)
    assert (administrator.status, "sedikitnya satu administrator" in administrator.text) == (409, True)
