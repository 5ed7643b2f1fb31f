"""The people at the desk, their login sessions, and what was done by whom."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.domain.rights import Role
from hotline.models.base import Base, BigId, enum_column

_LOOKING = text("looking_at IS NOT NULL")


class Operator(Base):
    """A person who signs in. Only the argon2id hash of the password is kept."""

    __tablename__ = "operator"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_counter: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was used; a code works once."""
    language: Mapped[str] = mapped_column(String(5), default="id")
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    known_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """The same from browsers in which this person has signed in: what strangers try delays nobody there."""
    known_locked_until: Mapped[datetime | None]
    telephone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Where calls from waiting callers are put through to."""


class LoginSession(Base):
    """One signed-in browser; only the SHA-256 of its cookie is kept, so that it can be ended from here."""

    __tablename__ = "login_session"
    __table_args__ = (
        Index("ix_login_session_looking_at", "looking_at", sqlite_where=_LOOKING, postgresql_where=_LOOKING),
        Index("ix_login_session_looks", "looks"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    """When a page of this browser last said that it is open."""
    locked_at: Mapped[datetime | None]
    """Since when it shows nothing and only a password opens it again; it rings on."""
    looking_at: Mapped[int | None] = mapped_column(BigId)
    """The incident that is open in it."""
    looks: Mapped[int | None] = mapped_column(BigId)
    """Which look of all browsers' its last one was: others take back even who looked for a moment only."""

    operator: Mapped[Operator] = relationship()


class LogEntry(Base):
    """One line of an incident's log: what happened, when, and by whom. Rows are added, never changed."""

    __tablename__ = "log_entry"
    __table_args__ = (Index("ix_log_entry_incident_id", "incident_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor_name: Mapped[str] = mapped_column(String(80), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    text_id: Mapped[int | None] = mapped_column(ForeignKey("text_message.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))


class Audit(Base):
    """What a person at the desk did or looked at that is worth answering for. Holds ids, never words or
    numbers.

    Rows are added, never changed: each is a link of its day's chain (`hotline.audit_chain`).
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_day_seq", "day", "seq"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    day: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The day (UTC) in whose chain it stands; empty in rows from before there was one."""
    seq: Mapped[int] = mapped_column(default=0, server_default="0")
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """SHA-256 of the reason, which may be forgotten without breaking the chain."""
    hash: Mapped[str] = mapped_column(String(64), default="", server_default="")


class AuditDay(Base):
    """The head of one day's chain: the hash of its last row, how many it has, and the head it began from."""

    __tablename__ = "audit_day"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    began_from: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    forgotten_at: Mapped[datetime | None]
    """When its rows were deleted at the end of their retention; the head stays."""


class Token(Base):
    """A form's one-time token once it was used, so that a double click acts once."""

    __tablename__ = "used_token"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]
