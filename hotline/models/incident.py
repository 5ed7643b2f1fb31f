"""The event that gets a response, and what people told us about it."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.domain.channels import Channel
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.models.base import Base, BigId, enum_column

_MERGED = text("merged_into_id IS NOT NULL")
_OPEN = text("disposition IS NULL AND merged_into_id IS NULL")


class Incident(Base):
    """One incident. `status` is computed by `hotline.incidents.recompute`; nothing else writes it."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_queue", "rank", "received_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_incident_received_at", "received_at"),
        Index("ix_incident_closed_at", "closed_at", "received_at"),
        Index("ix_incident_rt", "area_code", "rt", "received_at"),
        Index("ix_incident_place", "area_code", "place", "received_at"),
        # Merged ones only: an index of all would look better for the open ones than the queue's own.
        Index("ix_incident_merged_into_id", "merged_into_id", sqlite_where=_MERGED, postgresql_where=_MERGED),
        # It counts what changes about it.
        {"sqlite_autoincrement": True, "postgresql_with": {"fillfactor": 60}},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)
    status: Mapped[IncidentStatus] = mapped_column(
        enum_column(IncidentStatus), default=IncidentStatus.RECEIVED
    )
    type_code: Mapped[str] = mapped_column(String(20))
    priority: Mapped[Priority] = mapped_column(enum_column(Priority))
    rank: Mapped[int]
    suggested_priority: Mapped[Priority] = mapped_column(enum_column(Priority))
    reasons: Mapped[str] = mapped_column(Text, default="")
    area_code: Mapped[str | None] = mapped_column(String(12))
    told_area_code: Mapped[str | None] = mapped_column(String(12))
    outside: Mapped[str | None] = mapped_column(String(80))
    rt: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(200), default="")
    people: Mapped[int | None]
    summary: Mapped[str] = mapped_column(String(200), default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    do_not_call: Mapped[bool] = mapped_column(default=False)
    doubted: Mapped[bool] = mapped_column(default=False)
    """Its caller misused the line lately: it stands after the others, and is worked like them."""

    received_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    dispatched_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    informed_at: Mapped[datetime | None]
    evaluated_at: Mapped[datetime | None]

    disposition: Mapped[Disposition | None] = mapped_column(enum_column(Disposition))
    rejection: Mapped[str | None] = mapped_column(String(20))
    field_report: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[str] = mapped_column(Text, default="")
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))

    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    """Set while this one is told together with another; reports, texts and units stay where they were filed
    and are shown and counted there, so that undoing a merge is forgetting this one value."""
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    claimed_until: Mapped[datetime | None]
    later_until: Mapped[datetime | None]
    """Put off: until then it stands after the others. What is due of it stays due."""
    reopenings: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often its end was taken back; what was reopened never ends by itself."""
    legal_hold: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Nothing of it is forgotten while this stands."""
    forgotten_at: Mapped[datetime | None] = mapped_column(index=True)
    """Since when only facts without words and numbers are left."""
    drill: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An exercise: LATIHAN stands in every text, and it counts in no figure."""
    alerts: Mapped[int] = mapped_column(default=0)
    """How often a unit was sent, to it or to what was merged into it."""
    waves: Mapped[int] = mapped_column(default=0)
    """How often people were called out for its places, and when last."""
    waved_at: Mapped[datetime | None]
    changes: Mapped[int] = mapped_column(default=1)
    """Grows with everything that screens show of it."""

    reports: Mapped[list["Report"]] = relationship(back_populates="incident", order_by="Report.id")


class Report(Base):
    """What one person told us once, through one channel. Its words are never changed."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("caller.id"), index=True)
    caller_name: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    spans: Mapped[str] = mapped_column(Text, default="[]")
    """What was understood where: JSON list of [start, end, what]."""
    made_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"), index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))

    incident: Mapped[Incident] = relationship(back_populates="reports")
    caller: Mapped["Caller | None"] = relationship()


class Caller(Base):
    """A person who reports, known by a telephone number."""

    __tablename__ = "caller"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    first_seen_at: Mapped[datetime]
    quiet_since: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    muted_until: Mapped[datetime | None]
    """Misused the line: until then automatic answers are kept from it and its reports stand after others."""


SOLVED: Final = "solved"
"""The kind of a question whether an end is one."""


class Question(Base):
    """The last thing we asked a number, so that a bare answer finds its incident."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
