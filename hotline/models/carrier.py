"""What the desk knows of each text carrier, and the canaries that prove its line."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Carrier(Base):
    """One carrier: whether it takes texts, how fast we may hand them over, what is left on the account."""

    __tablename__ = "carrier"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime]
    """What the carrier has from before this is history and opens nothing."""
    held_for: Mapped[str | None] = mapped_column(String(20))
    """What the queue waits for: money or configuration; None while texts flow."""
    held_reason: Mapped[str] = mapped_column(String(200), default="")
    held_since: Mapped[datetime | None]
    try_at: Mapped[datetime | None]
    """When one text may try whether the carrier takes them again."""
    tokens: Mapped[float]
    tokens_at: Mapped[datetime]
    balance: Mapped[float | None]
    """In `currency`; counted down by what each text cost between two looks at the account."""
    currency: Mapped[str] = mapped_column(String(8), default="")
    balance_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    """When its own list of messages was last read to the end."""
    canary_late_since: Mapped[datetime | None]
    changes: Mapped[int] = mapped_column(default=0)
    """Grows with everything that screens show of it."""


class Canary(Base):
    """A text that went out to our own number, to see whether it comes back."""

    __tablename__ = "canary"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(40))
    word: Mapped[str] = mapped_column(String(20), unique=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("text_message.id"))
    sent_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
