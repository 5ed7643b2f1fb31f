"""What the law on personal data asks to be written down: breaches, and what the nightly job forgot."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Breach(Base):
    """Personal data was laid open: what, when, how, and what was done (UU 27/2022, art. 46)."""

    __tablename__ = "breach"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    noticed_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    how: Mapped[str] = mapped_column(Text)
    handling: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime]
    until: Mapped[datetime]
    """Reports received from `since` up to `until` are the ones laid open."""
    noted_by: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    told_at: Mapped[datetime | None]


class Forgetting(Base):
    """One run of the nightly job: how much it deleted, as JSON by kind of data."""

    __tablename__ = "forgetting"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    deleted: Mapped[str] = mapped_column(Text)
