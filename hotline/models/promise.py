"""What the system still has to do, and when."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId

_OPEN = text("settled_at IS NULL")


class Promise(Base):
    """One thing to do about one row. `attempts` is the fencing token of whoever holds the claim."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_due", "kind", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_promise_subject", "kind", "subject_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        {"postgresql_with": {"fillfactor": 50}},  # each is claimed within seconds, and settled
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int] = mapped_column(BigId)
    rank: Mapped[int] = mapped_column(default=5)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    problem: Mapped[str | None] = mapped_column(Text)
