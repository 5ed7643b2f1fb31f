"""The monthly evaluation as rows: its agenda, the meeting's decisions, the files that are made of it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.models.base import Base, BigId


class Evaluation(Base):
    """One month under evaluation, `2026-06`, from its draft to its closing."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), unique=True)
    drafted_at: Mapped[datetime]
    held_on: Mapped[date | None]
    present: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))

    items: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.position")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id")


class AgendaItem(Base):
    """One point that the software puts on the table: which figure, how it stood, the cases behind it."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("uq_agenda_item_position", "evaluation_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    position: Mapped[int]
    topic: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(300))
    figure: Mapped[str] = mapped_column(String(60), default="")
    numbers: Mapped[str] = mapped_column(Text, default="")
    """Numbers of the incidents behind it, with commas."""


class Decision(Base):
    """What the meeting decided: whose it is, until when, and the figure by which it will be seen."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(80))
    due: Mapped[date]
    figure: Mapped[str] = mapped_column(String(60), default="")
    value: Mapped[str] = mapped_column(String(20), default="")
    """The figure as it stood when it was decided."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))


class ReportFile(Base):
    """A report that was asked for as a file: how far the job is, and the file once it is made."""

    __tablename__ = "report_file"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(30), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    mail: Mapped[bool] = mapped_column(default=False)
    """Whether it goes to the playbook's recipients once it is made."""
    progress: Mapped[int] = mapped_column(default=0)
    """Percent."""
    begun_at: Mapped[datetime | None]
    """When the job took it up last."""
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why the last attempt failed (`hotline.evaluation.failing`)."""
    again_at: Mapped[datetime | None]
    """When the job, or once it is done the letter, is tried again by itself."""
    problem: Mapped[str] = mapped_column(String(200), default="")
    """Why the letter did not go (`hotline.mail.MailCause`)."""
    made_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
