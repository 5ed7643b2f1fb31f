"""Telephone calls in both directions: how far each is, every callback with its answer, what callers left."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.recording import RecordingState
from hotline.models.base import Base, BigId, enum_column

_OPEN = text("ended_at IS NULL")


class Call(Base):
    """One telephone call. `state` moves by the table of `hotline.domain.calls` alone."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_open", "state", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(40))
    session: Mapped[str] = mapped_column(String(120), unique=True)
    """The carrier's id of the call; of one that we place our own `request_id` until the carrier has said."""
    request_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Our own id of a call that we place, which its callbacks bring back."""
    inbound: Mapped[bool] = mapped_column(default=True)
    errand: Mapped[Errand] = mapped_column(
        enum_column(Errand), default=Errand.CALLER, server_default=Errand.CALLER.value
    )
    state: Mapped[CallState] = mapped_column(
        enum_column(CallState), default=CallState.LIVE, server_default=CallState.OVER.value
    )
    number: Mapped[str] = mapped_column(String(80), index=True)
    """The person's telephone, whoever called whom."""
    started_at: Mapped[datetime]
    """When it came in; of one of ours, when it was promised."""
    answered_at: Mapped[datetime | None]
    """When one of ours was picked up."""
    ended_at: Mapped[datetime | None]
    end: Mapped[CallEnd | None] = mapped_column(enum_column(CallEnd))
    cause: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Why it ended, in the carrier's word; `clock` where no final callback came."""
    problem: Mapped[str] = mapped_column(Text, default="", server_default="")
    pressed: Mapped[str] = mapped_column(Text, default="")
    """The way through the menu, as the last step's path segment."""
    duration_s: Mapped[int | None]

    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    proved: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the unit gave its PIN: before that its number is only a claim."""
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    """Who took it, or whose telephone we ring."""
    for_call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    """Of ours: the call that it answers."""
    joins: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Of a bridge: the reporter's number."""

    waiting_since: Mapped[datetime | None]
    """When the caller asked for a person."""
    taken_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    talked_at: Mapped[datetime | None]
    """When he was joined to one."""


class CallEvent(Base):
    """One callback and the answer it got: the same callback gets the same answer and does nothing else."""

    __tablename__ = "call_event"
    __table_args__ = (Index("uq_call_event_mark", "call_id", "mark", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(64))
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("kept.id"))
    """The bytes as they came, where they waited for the database: its case's legal hold keeps them too."""


class Recording(Base):
    """A sound that a caller left: its address at the carrier, and the bytes once they are fetched."""

    __tablename__ = "recording"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    url: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[RecordingState] = mapped_column(enum_column(RecordingState), default=RecordingState.WANTED)
    problem: Mapped[str] = mapped_column(Text, default="")
    heard_of_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    content_type: Mapped[str] = mapped_column(String(40), default="")
    sound: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    forget_at: Mapped[datetime | None]


class Sound(Base):
    """A person's recording of one clip of the line, or the order to go back to the rendered one.

    Rows are added, never changed: the newest of a clip counts.
    """

    __tablename__ = "sound"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    clip: Mapped[str] = mapped_column(String(60), index=True)
    wav: Mapped[bytes | None] = mapped_column(LargeBinary)
    """8 kHz, mono, 16 bit; nothing where the rendered sound counts again."""
    words: Mapped[str] = mapped_column(Text, default="")
    """What it says, as the playbook had it when it was spoken."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
