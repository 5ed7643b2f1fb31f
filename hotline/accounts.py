"""The people at the desk and their signed-in browsers: operators, passwords, sessions kept on the server.

A session's cookie is an opaque 256-bit token of which only the SHA-256 is kept, so that a copy of the
database opens no door and any session can be ended from here.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Semaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from hotline.domain.rights import Actor, Role
from hotline.guessed_passwords import is_guessed_soon
from hotline.models import Audit, LoginSession, Operator
from hotline.unit_of_work import UnitOfWork

IDLE: Final = timedelta(minutes=30)
"""A browser that nobody touches is signed out after this (ASVS 5.0.0, 7.3.1)."""
SHIFT: Final = timedelta(hours=12)
"""A session ends after this however busy it is: a shift (ASVS 5.0.0, 7.3.2)."""
SEEN_EVERY: Final = timedelta(minutes=1)
"""How often use is written down: each request would be a write a second for nothing."""
SHORTEST_PASSWORD: Final = 8

_EVERY: Final = aliased(LoginSession)
_NEXT_LOOK: Final = select(func.coalesce(func.max(_EVERY.looks), 0) + 1).scalar_subquery()
_AWAY: Final = {"looking_at": None, "looks": _NEXT_LOOK}
_VALID: Final = (
    LoginSession.ended_at.is_(None),
    or_(LoginSession.seen_at > bindparam("used_since"), LoginSession.locked_at.is_not(None)),
    LoginSession.started_at > bindparam("begun_since"),
)
"""Not ended, used within `IDLE` (or locked), begun within `SHIFT`."""
_VISIT: Final = (
    select(
        Operator.id, Operator.name, Operator.role, LoginSession.seen_at, LoginSession.started_at,
        LoginSession.beat_at, LoginSession.locked_at, LoginSession.looking_at,
    )
    .join(LoginSession, Operator.id == LoginSession.operator_id)
    .where(LoginSession.token_hash == bindparam("hash"), *_VALID, Operator.active)
)  # fmt: skip
"""Built once: it is asked for each request, and to build it took longer than the answer."""
_hasher: Final = PasswordHasher()
_AT_ONCE: Final = Semaphore(2)
"""A hash takes 64 MiB and a fifth of a second of a core: two at a time, whoever asks."""
_ROOM: Final = Semaphore(8)
"""Who waits for a hash holds a thread, which the carrier's callbacks need too: so few may wait."""
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$c2FsdG9mbm9ib2R5IQ$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY"
)
"""A hash that no password has: an unknown name takes as long to refuse as a wrong password."""


class AccountError(Exception):
    """The account can't be made as asked."""


class CrowdedError(Exception):
    """Too many passwords are being looked at: somebody floods the sign-in."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One signed-in browser: who sits there, and since when it was last known to be used."""

    actor: Actor
    seen_at: datetime
    started_at: datetime
    beat_at: datetime | None
    """When one of its pages last said that it is open, as far as that was written down."""
    locked: bool = False
    """Whether it shows nothing until its password is given again."""
    looking_at: int | None = None
    """The incident that is open in it."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser in which somebody is signed in, as he is shown it."""

    id: int
    started_at: datetime
    seen_at: datetime
    locked: bool
    here: bool
    """Whether it is the browser that shows it."""


def add_operator(work: UnitOfWork, username: str, name: str, role: Role, password: str) -> Operator:
    """A new account. Raises AccountError for a taken or empty name, or a password that is guessed soon."""
    wanted = username.strip().lower()
    if not wanted:
        raise AccountError("a name is needed")
    refuse_weak(wanted, password)
    if operator_named(work.session, wanted) is not None:
        raise AccountError(f"{wanted} exists already")
    operator = Operator(username=wanted, name=name.strip(), role=role, password_hash=_hasher.hash(password))
    work.session.add(operator)
    work.session.flush()
    return operator


def refuse_weak(username: str, password: str) -> None:
    """Long enough, not the name, not what everybody tries; no rule of composition (NIST SP 800-63B).

    Raises AccountError.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"a password of at least {SHORTEST_PASSWORD} characters is needed")
    if is_guessed_soon(username, password):
        raise AccountError("this password is one of the first that a stranger would try")


def change_password(work: UnitOfWork, operator_id: int, password: str, token: str) -> None:
    """Somebody's own new password; every session of his ends but the one with `token`. Whether he knew the
    present one is asked before (`sign_in.is_still`). Raises AccountError for one that is guessed soon.
    """
    with _AT_ONCE:
        # Before anything is asked of the database: nobody should wait for this transaction so long.
        hashed = _hasher.hash(password)
    operator = work.session.get_one(Operator, operator_id, with_for_update=True)
    refuse_weak(operator.username, password)
    operator.password_hash = hashed
    end_sessions(work, operator, but=token)
    subject = f"operator {operator_id}"
    work.session.add(Audit(at=work.now, operator_id=operator_id, act="password_changed", subject=subject))


def set_password(operator: Operator, password: str) -> None:
    """Another password; the old one opens nothing any more."""
    operator.password_hash = _hasher.hash(password)


def operator_named(session: Session, username: str) -> Operator | None:
    """The account with this name, however capitalised; none has a null, which PostgreSQL would refuse."""
    if "\x00" in username:
        return None
    query = select(Operator).where(Operator.username == username.strip().lower())
    return session.scalars(query).one_or_none()


def is_password(operator: Operator | None, password: str, *, known: bool = False) -> bool:
    """Whether `password` is the operator's; takes as long for nobody as for somebody.

    Raises CrowdedError, without looking, while too many wait for the same; not for whoever is `known`, for
    whom there is always room.
    """
    if known:
        return _fits(operator, password)
    if not _ROOM.acquire(blocking=False):
        raise CrowdedError
    try:
        return _fits(operator, password)
    finally:
        _ROOM.release()


def _fits(operator: Operator | None, password: str) -> bool:
    try:
        with _AT_ONCE:
            _hasher.verify(operator.password_hash if operator else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return operator is not None


def open_session(work: UnitOfWork, operator: Operator) -> str:
    """Signs the operator in on one browser; the token goes into its cookie and is kept nowhere."""
    token = secrets.token_urlsafe(32)
    work.session.add(
        LoginSession(token_hash=_hash(token), operator_id=operator.id, started_at=work.now, seen_at=work.now)
    )
    work.session.add(Audit(at=work.now, operator_id=operator.id, act="sign_in"))
    return token


def visit(connection: Connection, token: str, now: datetime) -> Visit | None:
    """The session behind a cookie while it is valid: not ended, used within `IDLE` (or locked), begun
    within `SHIFT`.
    """
    found = connection.execute(_VISIT, {"hash": _hash(token), **_since(now)}).one_or_none()
    if found is None:
        return None
    person, name, role, seen_at, started_at, beat_at, locked_at, looking_at = found
    actor = Actor("operator", person, name, role)
    return Visit(actor, seen_at, started_at, beat_at, locked_at is not None, looking_at)


def who(session: Session, token: str, now: datetime) -> Actor | None:
    """Who is signed in with this cookie; None where nobody is."""
    session.flush()
    found = visit(session.connection(), token, now)
    return found.actor if found else None


def mark_seen(work: UnitOfWork, token: str) -> None:
    """The browser is in use: its thirty minutes begin anew."""
    open_ones = (LoginSession.token_hash == _hash(token), LoginSession.ended_at.is_(None))
    work.session.execute(update(LoginSession).where(*open_ones).values(seen_at=work.now))


def lock(work: UnitOfWork, token: str) -> None:
    """From now on this browser shows nothing until its password is given; it stays present and rings on."""
    unlocked = (LoginSession.token_hash == _hash(token), LoginSession.locked_at.is_(None))
    work.session.execute(update(LoginSession).where(*unlocked).values(locked_at=work.now, **_AWAY))


def unlock(work: UnitOfWork, token: str) -> None:
    """Its operator is back."""
    own = LoginSession.token_hash == _hash(token)
    work.session.execute(update(LoginSession).where(own).values(locked_at=None, seen_at=work.now))


def look_at(work: UnitOfWork, token: str, incident_id: int | None) -> None:
    """Which incident is open in this browser now."""
    own = LoginSession.token_hash == _hash(token)
    work.session.execute(update(LoginSession).where(own).values(looking_at=incident_id, looks=_NEXT_LOOK))


def sign_out(work: UnitOfWork, token: str) -> None:
    """Ends the session on the server; its cookie is worth nothing from now on."""
    open_ones = (LoginSession.token_hash == _hash(token), LoginSession.ended_at.is_(None))
    values = {"ended_at": work.now, **_AWAY}
    work.session.execute(update(LoginSession).where(*open_ones).values(values))


def end_sessions(work: UnitOfWork, operator: Operator, *, but: str = "") -> None:
    """Ends every session of an operator, wherever it is open, except the one with the token `but`."""
    others = LoginSession.token_hash != _hash(but)
    open_ones = (LoginSession.operator_id == operator.id, LoginSession.ended_at.is_(None), others)
    values = {"ended_at": work.now, **_AWAY}
    work.session.execute(update(LoginSession).where(*open_ones).values(values))


def sessions_of(session: Session, operator_id: int, token: str, now: datetime) -> list[OwnSession]:
    """Where somebody is signed in, the newest first; `token` is the browser's that asks."""
    query = select(LoginSession).where(LoginSession.operator_id == operator_id, *_VALID)
    rows = session.scalars(query.order_by(LoginSession.id.desc()), _since(now))
    return [
        OwnSession(
            row.id, row.started_at, row.seen_at, row.locked_at is not None, row.token_hash == _hash(token)
        )
        for row in rows
    ]


def end_session(work: UnitOfWork, operator_id: int, session_id: int) -> None:
    """Ends one of somebody's own sessions; nothing happens to anybody else's."""
    own = (LoginSession.id == session_id, LoginSession.operator_id == operator_id)
    open_ones = (*own, LoginSession.ended_at.is_(None))
    values = {"ended_at": work.now, **_AWAY}
    ended = work.session.scalars(
        update(LoginSession).where(*open_ones).values(values).returning(LoginSession.id)
    ).all()
    if ended:
        subject = f"session {session_id}"
        work.session.add(Audit(at=work.now, operator_id=operator_id, act="session_ended", subject=subject))


def _since(now: datetime) -> dict[str, datetime]:
    """What `_VALID` is asked with."""
    return {"used_since": now - IDLE, "begun_since": now - SHIFT}


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
