"""How old this database is, and what was done since it was restored from a backup."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, BigId


class Age(Base):
    """Counts on with every start of a worker; a copy beside the spool tells whether this database went back
    in time.
    """

    __tablename__ = "age"

    id: Mapped[int] = mapped_column(primary_key=True)
    """1: there is one row."""
    starts: Mapped[int] = mapped_column(default=0)


class Restoration(Base):
    """This database was put back. Until somebody releases it, nothing leaves for a carrier."""

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    backup_at: Mapped[datetime]
    """From when the database is: what came after it was brought back from the journal."""
    replayed: Mapped[int]
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
