"""Who is sent, when he is on duty, and what he was sent to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.domain.lifecycle import UnitStatus
from hotline.models.base import Base, BigId, enum_column
from hotline.models.incident import Incident


class Unit(Base):
    """One person with one telephone, of an agency; a team groups units."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    agency: Mapped[str] = mapped_column(String(20))
    area_code: Mapped[str | None] = mapped_column(String(12))
    rt: Mapped[int | None]
    team: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    on_duty: Mapped[bool | None]
    """What the unit itself said last (PIKET, LIBUR); None: the rota decides."""
    on_duty_until: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    call_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It does not read texts in time: its telephone rings at once, beside the text."""
    pin_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Of what it keys in when it calls; empty where it has none."""
    pin_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    pin_locked_until: Mapped[datetime | None]


class Shift(Base):
    """A stretch of the rota that comes again every week: weekday 0 is Monday, minutes from midnight, local
    time.
    """

    __tablename__ = "shift"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]
    """Past 1440 where the shift runs over midnight."""
    off: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Hours at which the unit can't, whatever else it is planned for."""


class Assignment(Base):
    """A unit alerted for an incident. `status` moves by the lifecycle table alone."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("uq_assignment_wave", "incident_id", "unit_id", "wave", unique=True),
        Index("ix_assignment_status", "status", "unit_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    wave: Mapped[int] = mapped_column(default=1)
    status: Mapped[UnitStatus] = mapped_column(enum_column(UnitStatus), default=UnitStatus.ALERTED)
    needs_backup: Mapped[bool] = mapped_column(default=False)
    challenge: Mapped[str] = mapped_column(String(8), default="")
    alerted_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    """The first answer of any kind; `accepted_at` the first that says somebody comes."""
    accepted_at: Mapped[datetime | None]
    en_route_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    arrives_at: Mapped[datetime | None]
    people: Mapped[int | None]
    report: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(String(20), default="")
    """Which of the incident's places it was alerted for; "" outside every quota."""
    called_at: Mapped[datetime | None]
    """When the ladder telephoned, or asked the desk to."""
    passed_on_at: Mapped[datetime | None]
    """When the ladder went on to the next person; this one may still answer."""
    heard_at: Mapped[datetime | None]
    """The last word about this task."""
    arrival_asked_at: Mapped[datetime | None]
    arrival_told_at: Mapped[datetime | None]
    safety_asked_at: Mapped[datetime | None]
    alarmed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship()
    incident: Mapped[Incident] = relationship()
