"""What came in, byte for byte, before anybody understood it."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Kept(Base):
    """One callback as it arrived. `key` makes a repeat of the same bytes count instead of standing twice."""

    __tablename__ = "kept"
    __table_args__ = (Index("uq_kept_kind_key", "kind", "key", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    content_type: Mapped[str] = mapped_column(String(120), default="")
    cut: Mapped[bool] = mapped_column(default=False)
    repeats: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    problem: Mapped[str | None] = mapped_column(Text)
