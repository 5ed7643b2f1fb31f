"""What the desk itself has to do, until somebody says that it is done."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.domain.tasks import TaskKind
from hotline.models.base import Base, BigId, enum_column

_OPEN = text("done_at IS NULL")


class Task(Base):
    """One thing for a person at the desk, about an incident, a unit, a call or a number."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_open", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[TaskKind] = mapped_column(enum_column(TaskKind))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    number: Mapped[str] = mapped_column(String(80), default="")
    """Whom to telephone."""
    words: Mapped[str] = mapped_column(Text, default="")
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    """done (by a person), settled (what it was for came about by itself), or joined (its case was merged, and
    the other's task rings for both).
    """
