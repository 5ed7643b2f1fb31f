"""Numbers beside those of the callers: for whom somebody reported, who misused the line, who wants to be
forgotten.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId, enum_column


class Misuse(StrEnum):
    """What a text or call was that was no report."""

    PRANK = "prank"
    GHOST = "ghost"
    ABUSE = "abuse"


class Contact(Base):
    """A number for which somebody reported from a borrowed telephone; texted only once the desk agreed."""

    __tablename__ = "contact"
    __table_args__ = (Index("uq_contact_incident_id_number", "incident_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    number: Mapped[str] = mapped_column(String(40), index=True)
    named_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


class Nuisance(Base):
    """One press of the key for pranks, empty calls and abuse; taken back, it stays as a record."""

    __tablename__ = "nuisance"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[Misuse] = mapped_column(enum_column(Misuse))
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("text_message.id"))
    undone_at: Mapped[datetime | None]


class ErasureRequest(Base):
    """Somebody texted HAPUS, or asked for another right over his data: a task with a term set by law."""

    __tablename__ = "erasure_request"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    text_id: Mapped[int | None] = mapped_column(ForeignKey("text_message.id"))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    kind: Mapped[str] = mapped_column(String(12), default="erase", server_default="erase")
    """erase, access, correct or restrict."""
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    outcome: Mapped[str] = mapped_column(String(200), default="", server_default="")
