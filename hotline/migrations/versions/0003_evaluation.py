"""Ends and their second look, callers' words, field reports and attachments, the monthly evaluation, the audit's
chain, breaches and requests of data subjects, clients of the open data.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "api_client",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("used_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_client_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_client_name")),
    )
    op.create_table(
        "audit_day",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("began_from", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("forgotten_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_day")),
    )
    op.create_table(
        "forgetting",
        sa.Column("id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("deleted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgetting")),
    )
    op.create_index(op.f("ix_forgetting_day"), "forgetting", ["day"], unique=False)

    op.create_table(
        "breach",
        sa.Column("id", _ID, nullable=False),
        sa.Column("noticed_at", _TIME, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("noted_by", _ID, nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["noted_by"], ["operator.id"], name=op.f("fk_breach_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("drafted_at", _TIME, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("closed_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["operator.id"], name=op.f("fk_evaluation_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("period", name=op.f("uq_evaluation_period")),
    )
    op.create_table(
        "outage",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("noted_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["noted_by"], ["operator.id"], name=op.f("fk_outage_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_index(op.f("ix_outage_started_at"), "outage", ["started_at"], unique=False)

    op.create_table(
        "report_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("asked_by", _ID, nullable=True),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("made_at", _TIME, nullable=True),
        sa.Column("mailed_at", _TIME, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["operator.id"], name=op.f("fk_report_file_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
    )
    op.create_index(op.f("ix_report_file_period"), "report_file", ["period"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", _ID, nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_agenda_item_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index("uq_agenda_item_position", "agenda_item", ["evaluation_id", "position"], unique=True)

    op.create_table(
        "attachment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=60), nullable=False),
        sa.Column("place_kept", sa.Boolean(), nullable=False),
        sa.Column("removed_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["operator.id"], name=op.f("fk_attachment_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_attachment_incident_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_attachment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("file", name=op.f("uq_attachment_file")),
    )
    op.create_index(op.f("ix_attachment_incident_id"), "attachment", ["incident_id"], unique=False)

    op.create_table(
        "closing_proposal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column(
            "disposition",
            sa.Enum(
                "RESOLVED",
                "REFERRED",
                "UNFOUNDED",
                "DUPLICATE",
                "CANCELLED",
                "PRANK",
                "OUT_OF_AREA",
                name="disposition",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("field_report", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["operator.id"], name=op.f("fk_closing_proposal_by_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_closing_proposal_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_proposal")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_closing_proposal_incident_id")),
    )
    op.create_table(
        "decision",
        sa.Column("id", _ID, nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("done_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["operator.id"], name=op.f("fk_decision_done_by")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_decision_evaluation_id")),
        sa.ForeignKeyConstraint(["made_by"], ["operator.id"], name=op.f("fk_decision_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_evaluation_id"), "decision", ["evaluation_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("caller_id", _ID, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_feedback_caller_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_feedback_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_asked_at"), "feedback", ["asked_at"], unique=False)
    op.create_index(op.f("ix_feedback_caller_id"), "feedback", ["caller_id"], unique=False)
    op.create_index(op.f("ix_feedback_incident_id"), "feedback", ["incident_id"], unique=False)

    op.create_table(
        "field_answer",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["operator.id"], name=op.f("fk_field_answer_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_field_answer_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_answer")),
    )
    op.create_index("uq_field_answer_question", "field_answer", ["incident_id", "question"], unique=True)

    op.create_table(
        "follow_up",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("done_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["operator.id"], name=op.f("fk_follow_up_done_by")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_follow_up_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_incident_id"), "follow_up", ["incident_id"], unique=False)
    op.create_index(op.f("ix_follow_up_made_at"), "follow_up", ["made_at"], unique=False)

    op.create_table(
        "upload_link",
        sa.Column("id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("assignment_id", _ID, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_upload_link_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_upload_link_token_hash")),
    )
    op.create_index(op.f("ix_upload_link_assignment_id"), "upload_link", ["assignment_id"], unique=False)

    op.add_column("audit", sa.Column("day", sa.String(length=10), server_default="", nullable=False))
    op.add_column("audit", sa.Column("seq", sa.Integer(), server_default="0", nullable=False))
    op.add_column("audit", sa.Column("digest", sa.String(length=64), server_default="", nullable=False))
    op.add_column("audit", sa.Column("hash", sa.String(length=64), server_default="", nullable=False))
    op.create_index("ix_audit_day_seq", "audit", ["day", "seq"], unique=False)

    op.add_column(
        "erasure_request", sa.Column("kind", sa.String(length=12), server_default="erase", nullable=False)
    )
    op.add_column("erasure_request", sa.Column("words", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "erasure_request", sa.Column("outcome", sa.String(length=200), server_default="", nullable=False)
    )

    op.add_column("incident", sa.Column("reopenings", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "incident", sa.Column("legal_hold", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("incident", sa.Column("forgotten_at", _TIME, nullable=True))
    op.add_column("incident", sa.Column("drill", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_incident_forgotten_at"), "incident", ["forgotten_at"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index(op.f("ix_incident_forgotten_at"), "incident")
    for name in ("drill", "forgotten_at", "legal_hold", "reopenings"):
        op.drop_column("incident", name)
    for name in ("outcome", "words", "kind"):
        op.drop_column("erasure_request", name)
    op.drop_index("ix_audit_day_seq", "audit")
    for name in ("hash", "digest", "seq", "day"):
        op.drop_column("audit", name)
    for name in (
        "upload_link", "follow_up", "field_answer", "feedback", "decision", "closing_proposal", "attachment",
        "agenda_item", "report_file", "outage", "evaluation", "breach", "forgetting", "audit_day", "api_client",
    ):  # fmt: skip
        op.drop_table(name)
