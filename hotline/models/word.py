"""What the text line learns from the desk, and the words that it could not read."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Lesson(Base):
    """A phrase that an operator taught: it names a place, or speaks of a type. Taken back, it stays as a
    record.
    """

    __tablename__ = "lesson"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    phrase: Mapped[str] = mapped_column(String(60))
    name: Mapped[str | None] = mapped_column(String(60))
    """What the desk calls the place; nothing where that is the phrase."""
    area_code: Mapped[str | None] = mapped_column(String(12))
    rt: Mapped[int | None]
    type_code: Mapped[str | None] = mapped_column(String(20))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    taught_at: Mapped[datetime]
    taught_by: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


class UnreadWord(Base):
    """A word that no text of a week could be read by, and how often it stood there."""

    __tablename__ = "unread_word"
    __table_args__ = (Index("uq_unread_word_week_word", "week", "word", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    week: Mapped[date] = mapped_column(Date)
    """The Monday that the week began with, in the programme's zone."""
    word: Mapped[str] = mapped_column(String(40))
    times: Mapped[int] = mapped_column(default=1)
