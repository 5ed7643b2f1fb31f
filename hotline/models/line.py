"""Lines for texts: how each is, and the parts of long texts that a modem hands over one by one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Line(Base):
    """One line for texts, a modem or a carrier: how it is, and when it may send again."""

    __tablename__ = "line"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), default="")
    network: Mapped[str] = mapped_column(String(20), default="")
    """Code of its operator in the playbook; empty where it is no SIM."""
    free_at: Mapped[datetime | None]
    """When it may send the next text."""
    failures: Mapped[int] = mapped_column(default=0)
    """Texts in a row that did not go out."""
    down_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the daemon last spoke with the modem."""
    registered: Mapped[bool | None]
    signal: Mapped[int | None]
    storage_used: Mapped[int | None]
    storage_size: Mapped[int | None]
    credit: Mapped[str] = mapped_column(String(200), default="")
    credit_left: Mapped[int | None]
    credit_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    restarts: Mapped[int] = mapped_column(default=0)
    canary_word: Mapped[str] = mapped_column(String(20), default="")
    """The word of the canary that is on its way from this SIM."""
    canary_sent_at: Mapped[datetime | None]
    canary_back_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(60), default="")
    """What is wrong with it, in codes of `sms.modem.fitness` parted by blanks; empty while it is well."""
    problem_since: Mapped[datetime | None]
    alarmed_at: Mapped[datetime | None]
    dead_since: Mapped[datetime | None]
    """Since when nothing goes out by it, or nothing comes in."""
    told_at: Mapped[datetime | None]
    """When that was last said over another line."""


class TextPart(Base):
    """One piece of a longer text, until all are there or it is shown with a gap."""

    __tablename__ = "text_part"
    __table_args__ = (Index("ix_text_part_set", "carrier", "number", "reference"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str] = mapped_column(String(8))
    parts: Mapped[int]
    place: Mapped[int]
    characters: Mapped[str] = mapped_column(Text)
    """In UTF-16 as hexadecimal: a piece may begin or end within a sign."""
    received_at: Mapped[datetime]
    kept_id: Mapped[int] = mapped_column(ForeignKey("kept.id"), unique=True)
    told_at: Mapped[datetime | None]
    """When its words were handed on, with the others or with a gap."""
