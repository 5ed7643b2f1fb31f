"""Stretches in which a part of the hotline did not work."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Outage(Base):
    """One failure: what failed (a code of the playbook), from when to when, in the words of who noted it."""

    __tablename__ = "outage"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(200), default="")
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
