"""How a case finds the people who go: places to fill, people it was taken to, legs handed to partners."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.domain.escalation import CaseStep
from hotline.domain.handoff import LegState
from hotline.models.base import Base, BigId, enum_column
from hotline.models.unit import Unit


class Need(Base):
    """How many people of one role an incident wants; who accepts first fills a place."""

    __tablename__ = "need"
    __table_args__ = (Index("uq_need_role", "incident_id", "role", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    role: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[int]


class Climb(Base):
    """One step of the case's own ladder: whom it was taken to, and what he decided.

    `unit_id` is empty where nobody can be told and the desk got a task instead.
    """

    __tablename__ = "climb"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    step: Mapped[CaseStep] = mapped_column(enum_column(CaseStep))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    at: Mapped[datetime]
    challenge: Mapped[str] = mapped_column(String(8), default="")
    """Four digits that only this alert carries; a decision by text must repeat them."""
    tries: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(String(4), default="")

    unit: Mapped[Unit | None] = relationship()


class Leg(Base):
    """A case, or a part of it, handed to a partner: it is his once he gives the accept code back."""

    __tablename__ = "leg"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    partner: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The partner's telephone that was texted; empty where the desk telephones."""
    code: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(default=0)
    state: Mapped[LegState] = mapped_column(enum_column(LegState), default=LegState.OFFERED)
    offered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str] = mapped_column(String(80), default="")
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What came of it, in the partner's words."""


class Inquiry(Base):
    """A vouched neighbour was asked whether it is true."""

    __tablename__ = "inquiry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[bool | None]
    words: Mapped[str] = mapped_column(Text, default="")

    unit: Mapped[Unit] = relationship()
