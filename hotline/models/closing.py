"""What belongs to an end: who proposed it, what should follow, and the callers' word on it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.domain.lifecycle import Disposition
from hotline.models.base import Base, BigId, enum_column


class Proposal(Base):
    """An end that one person wrote down and another one must look at; gone once somebody has."""

    __tablename__ = "closing_proposal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), unique=True)
    disposition: Mapped[Disposition] = mapped_column(enum_column(Disposition))
    field_report: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(80), default="")
    due: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    at: Mapped[datetime]


class FollowUp(Base):
    """A recommendation (rekomendasi, pembinaan) with the person who takes it up and the day it is due."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(80), default="")
    due: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


class Feedback(Base):
    """What one caller answered when asked whether it is solved. No answer is silence, which is not yes."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    caller_id: Mapped[int] = mapped_column(ForeignKey("caller.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    solved: Mapped[bool | None]
    satisfaction: Mapped[int | None]


class FieldAnswer(Base):
    """One answer of the field report: which question (a code of the playbook), and what the team said."""

    __tablename__ = "field_answer"
    __table_args__ = (Index("uq_field_answer_question", "incident_id", "question", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    question: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
