"""The people at the desk: who may sign in, and as what. A change is written down and ends their sessions."""

import secrets
from typing import Final

from sqlalchemy import func, select

from hotline import accounts
from hotline.domain.rights import Act, Actor, Role, require
from hotline.incidents import ConflictError
from hotline.models import Audit, Operator
from hotline.unit_of_work import UnitOfWork

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is easily misread from paper."""
_LENGTH: Final = 16


def engage(work: UnitOfWork, username: str, name: str, role: Role, by: Actor) -> str:
    """A new account; its first password, to be handed over. Raises ConflictError for a name that is taken."""
    require(by, Act.MANAGE_OPERATORS)
    password = new_password()
    try:
        person = accounts.add_operator(work, username, name, role, password)
    except accounts.AccountError:
        raise ConflictError("this name is taken, or is none") from None
    _note(work, by, "operator_added", person, role.value)
    return password


def give_password(work: UnitOfWork, person: Operator, password: str, by: Actor) -> None:
    """Another password. Raises AccountError for one that is guessed soon."""
    require(by, Act.MANAGE_OPERATORS)
    accounts.refuse_weak(person.username, password)
    accounts.set_password(person, password)
    person.failures, person.locked_until = 0, None
    person.known_failures, person.known_locked_until = 0, None
    _end(work, person, by, "operator_password")


def forget_factor(work: UnitOfWork, person: Operator, by: Actor) -> None:
    """The telephone with the codes is lost: the next sign-in sets up another.

    Without a secret there is no second factor: nothing is hard-coded here, whatever a linter thinks.
    """
    require(by, Act.MANAGE_OPERATORS)
    person.totp_secret = ""  # nosec B105
    _end(work, person, by, "second_factor_forgotten")


def give_role(work: UnitOfWork, person: Operator, role: Role, by: Actor) -> None:
    """Another role. Raises ConflictError where nobody would be left to manage accounts."""
    require(by, Act.MANAGE_OPERATORS)
    if person.role is role:
        return
    _keep_one(work, person)
    person.role = role
    _end(work, person, by, "operator_role", role.value)


def set_active(work: UnitOfWork, person: Operator, by: Actor, *, active: bool) -> None:
    """May sign in, or not any more. Raises ConflictError as `give_role`."""
    require(by, Act.MANAGE_OPERATORS)
    if not active:
        _keep_one(work, person)
    person.active = active
    _end(work, person, by, "operator_restored" if active else "operator_dismissed")


def new_password() -> str:
    """Sixteen letters and digits: 79 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _keep_one(work: UnitOfWork, person: Operator) -> None:
    others = (Operator.role == Role.ADMINISTRATOR, Operator.active, Operator.id != person.id)
    left = work.session.scalar(select(func.count()).select_from(Operator).where(*others))
    if person.role is Role.ADMINISTRATOR and person.active and not left:
        raise ConflictError("one administrator must stay")


def _end(work: UnitOfWork, person: Operator, by: Actor, act: str, reason: str = "") -> None:
    accounts.end_sessions(work, person)
    _note(work, by, act, person, reason)


def _note(work: UnitOfWork, by: Actor, act: str, person: Operator, reason: str = "") -> None:
    subject = f"operator {person.id}"
    work.session.add(Audit(at=work.now, operator_id=by.id, act=act, subject=subject, reason=reason))
