"""Texts in both directions, and what carriers said about them."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.domain.delivery import DeliveryReport, TextState
from hotline.models.base import Base, BigId, enum_column

_UNREAD = text("unread")
_UNREAD_1 = text("unread = 1")
"""As SQLite is asked for them: it takes an index for the same words only."""
_STUCK = text("state IN ('UNKNOWN', 'NOT_SENT')")
_AGAIN = text("resend_of IS NOT NULL")
_REPLIED = text("purpose = 'reply' AND state != 'WITHHELD'")
_FETCHED = text("fetched_id IS NOT NULL AND carrier_id IS NULL")


class TextMessage(Base):
    """One text. Incoming ones keep their words as sent; outgoing ones exactly what the desk saw before
    sending.
    """

    __tablename__ = "text_message"
    __table_args__ = (
        Index("uq_text_message_carrier_id", "carrier_id", "carrier", "variant", unique=True),
        Index("ix_text_message_tray", "id", sqlite_where=_UNREAD_1, postgresql_where=_UNREAD),
        Index("ix_text_message_stuck", "state", "id", sqlite_where=_STUCK, postgresql_where=_STUCK),
        Index("ix_text_message_number", "number", "id"),
        Index("ix_text_message_replied", "at", sqlite_where=_REPLIED, postgresql_where=_REPLIED),
        Index("ix_text_message_fetched", "number", sqlite_where=_FETCHED, postgresql_where=_FETCHED),
        Index("ix_text_message_resend_of", "resend_of", sqlite_where=_AGAIN, postgresql_where=_AGAIN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    inbound: Mapped[bool]
    carrier: Mapped[str] = mapped_column(String(40), default="")
    carrier_id: Mapped[str | None] = mapped_column(String(120))
    variant: Mapped[int] = mapped_column(default=0)
    """Above 0 where a carrier's id came again with other words."""
    fetched_id: Mapped[str | None] = mapped_column(String(120))
    """Its id in the carrier's own list, where it was seen there."""
    number: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    """When it was queued (out) or received by us (in)."""
    sent_at: Mapped[datetime | None]
    """When it was handed over (out) or sent by the person as the carrier says (in)."""
    settled_at: Mapped[datetime | None]
    state: Mapped[TextState] = mapped_column(enum_column(TextState))
    purpose: Mapped[str] = mapped_column(String(20), default="")
    parts: Mapped[int] = mapped_column(default=1)
    cost: Mapped[str] = mapped_column(String(40), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    flags: Mapped[str] = mapped_column(String(120), default="")
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("kept.id"))
    unread: Mapped[bool] = mapped_column(default=False)
    """In the tray: nobody and nothing has filed it yet."""
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("text_message.id"))
    """The first part of the text that this one is a further part of."""
    resend_of: Mapped[int | None] = mapped_column(ForeignKey("text_message.id"))


STUCK: Final[ColumnElement[bool]] = TextMessage.state.in_(
    [literal_column("'UNKNOWN'"), literal_column("'NOT_SENT'")]
)
"""What somebody has to look at, in the very words of its index: values that are bound would not find it."""


REPLIED: Final[ColumnElement[bool]] = and_(
    TextMessage.purpose == literal_column("'reply'"), TextMessage.state != literal_column("'WITHHELD'")
)
"""Automatic texts that count against a budget (`hotline.domain.contact.BUDGETED`), in the words of their
index: the few that went are counted without reading the thousands that were kept back.
"""


class Receipt(Base):
    """A delivery report as it came; applied when the text it speaks of is known."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(40))
    carrier_id: Mapped[str] = mapped_column(String(120), index=True)
    report: Mapped[DeliveryReport] = mapped_column(enum_column(DeliveryReport))
    status: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("kept.id"), index=True)
    applied_at: Mapped[datetime | None]
