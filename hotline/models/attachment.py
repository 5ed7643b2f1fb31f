"""Photographs and documents of a case, and the one-time links by which units send them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Attachment(Base):
    """One file of a case. Its bytes lie in a folder that no web server serves, under a name of our own."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(120), default="")
    content_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    file: Mapped[str] = mapped_column(String(60), unique=True)
    place_kept: Mapped[bool] = mapped_column(default=False)
    """Whether the camera's note of the place was kept on purpose."""
    removed_at: Mapped[datetime | None]


class UploadLink(Base):
    """A link in a text by which one unit may send files once; only the SHA-256 of its token is kept."""

    __tablename__ = "upload_link"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
