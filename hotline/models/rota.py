"""What differs from the weekly rota on a day, who has confirmed his shift, and what one tells the next."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class DutyChange(Base):
    """A stretch of time in which a unit is on or off duty, whatever its weekly rota says."""

    __tablename__ = "duty_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    on_duty: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    swapped_with: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


class ShiftReminder(Base):
    """A unit was reminded of tomorrow's shift; its answer, if it gave one."""

    __tablename__ = "shift_reminder"
    __table_args__ = (Index("uq_shift_reminder_day", "unit_id", "day", "starts", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    day: Mapped[date]
    starts: Mapped[int]
    """Minutes from midnight, local time."""
    ends: Mapped[int]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]


class HandOver(Base):
    """What one shift at the desk tells the next, and who has taken it over."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    given_at: Mapped[datetime]
    given_by: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    cases: Mapped[str] = mapped_column(Text, default="")
    """The numbers of the cases that were open, one a word."""
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
