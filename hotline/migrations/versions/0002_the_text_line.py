"""The text line in full: what is known of a carrier, canaries, learned phrases, unread words, other numbers,
misuse, requests to be forgotten, and texts that came in parts or from the carrier's own list.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    _carriers()
    _words()
    _numbers()
    with op.batch_alter_table("text_message") as table:
        table.add_column(sa.Column("fetched_id", sa.String(120), nullable=True))
        table.add_column(sa.Column("joined_to_id", _ID, nullable=True))
        table.create_foreign_key(
            op.f("fk_text_message_joined_to_id"), "text_message", ["joined_to_id"], ["id"]
        )
    # Not as a batch: SQLite's copy of the table would forget that its numbers are never given twice.
    op.add_column("incident", sa.Column("doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("caller", sa.Column("muted_until", _TIME, nullable=True))


def _carriers() -> None:
    op.create_table(
        "carrier",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("held_for", sa.String(20), nullable=True),
        sa.Column("held_reason", sa.String(200), nullable=False),
        sa.Column("held_since", _TIME, nullable=True),
        sa.Column("try_at", _TIME, nullable=True),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("tokens_at", _TIME, nullable=False),
        sa.Column("balance", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("balance_at", _TIME, nullable=True),
        sa.Column("fetched_at", _TIME, nullable=True),
        sa.Column("canary_late_since", _TIME, nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_carrier")),
    )
    op.create_table(
        "canary",
        sa.Column("id", _ID, nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("word", sa.String(20), nullable=False),
        sa.Column("text_id", _ID, nullable=False),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("returned_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["text_message.id"], name=op.f("fk_canary_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary")),
        sa.UniqueConstraint("word", name=op.f("uq_canary_word")),
    )


def _words() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", _ID, nullable=False),
        sa.Column("phrase", sa.String(60), nullable=False),
        sa.Column("area_code", sa.String(12), nullable=True),
        sa.Column("rt", sa.Integer(), nullable=True),
        sa.Column("type_code", sa.String(20), nullable=True),
        sa.Column("incident_id", _ID, nullable=True),
        sa.Column("taught_at", _TIME, nullable=False),
        sa.Column("taught_by", _ID, nullable=False),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.Column("undone_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_lesson_incident_id")),
        sa.ForeignKeyConstraint(["taught_by"], ["operator.id"], name=op.f("fk_lesson_taught_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["operator.id"], name=op.f("fk_lesson_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    op.create_table(
        "unread_word",
        sa.Column("id", _ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_word")),
    )
    op.create_index("uq_unread_word_week_word", "unread_word", ["week", "word"], unique=True)


def _numbers() -> None:
    op.create_table(
        "contact",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("named_at", _TIME, nullable=False),
        sa.Column("agreed_at", _TIME, nullable=True),
        sa.Column("agreed_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_contact_incident_id")),
        sa.ForeignKeyConstraint(["agreed_by"], ["operator.id"], name=op.f("fk_contact_agreed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("uq_contact_incident_id_number", "contact", ["incident_id", "number"], unique=True)
    op.create_table(
        "nuisance",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=True),
        sa.Column("text_id", _ID, nullable=True),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["operator.id"], name=op.f("fk_nuisance_by")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_nuisance_incident_id")),
        sa.ForeignKeyConstraint(["text_id"], ["text_message.id"], name=op.f("fk_nuisance_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nuisance")),
    )
    op.create_index(op.f("ix_nuisance_number"), "nuisance", ["number"])
    op.create_table(
        "erasure_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("text_id", _ID, nullable=True),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.Column("settled_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["text_message.id"], name=op.f("fk_erasure_request_text_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["operator.id"], name=op.f("fk_erasure_request_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index(op.f("ix_erasure_request_number"), "erasure_request", ["number"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("caller", "muted_until")
    op.drop_column("incident", "doubted")
    with op.batch_alter_table("text_message") as table:
        table.drop_constraint(op.f("fk_text_message_joined_to_id"), type_="foreignkey")
        table.drop_column("joined_to_id")
        table.drop_column("fetched_id")
    for name in ("erasure_request", "nuisance", "contact", "unread_word", "lesson", "canary", "carrier"):
        op.drop_table(name)
