"""Texts that go out, as the desk has worded them on the screen."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Wording(Base):
    """A version of a text in one language. The newest counts; none is ever changed."""

    __tablename__ = "wording"
    __table_args__ = (Index("ix_wording_text_key_language", "text_key", "language"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text_key: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(12))
    words: Mapped[str | None] = mapped_column(String(640))
    """Nothing where the file's words count again."""
    written: Mapped[str] = mapped_column(String(640))
    """What the file said at that time."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
