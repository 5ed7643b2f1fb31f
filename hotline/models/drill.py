"""Rehearsals: a test of who can be reached, and how fast."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.models.base import Base, BigId
from hotline.models.text import TextMessage
from hotline.models.unit import Unit


class Drill(Base):
    """One communication test."""

    __tablename__ = "drill"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    note: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


class DrillCall(Base):
    """One unit in a test: the text it got, and when it answered."""

    __tablename__ = "drill_call"
    __table_args__ = (Index("uq_drill_call_unit", "drill_id", "unit_id", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("text_message.id"))
    answered_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    text: Mapped[TextMessage] = relationship()
