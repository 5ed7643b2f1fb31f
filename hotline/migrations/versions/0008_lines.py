"""How each line for texts is, modem or carrier, and the pieces of long texts that modems hand over."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "line",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("network", sa.String(20), nullable=False),
        sa.Column("free_at", _TIME, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("down_until", _TIME, nullable=True),
        sa.Column("seen_at", _TIME, nullable=True),
        sa.Column("registered", sa.Boolean(), nullable=True),
        sa.Column("signal", sa.Integer(), nullable=True),
        sa.Column("storage_used", sa.Integer(), nullable=True),
        sa.Column("storage_size", sa.Integer(), nullable=True),
        sa.Column("credit", sa.String(200), nullable=False),
        sa.Column("credit_left", sa.Integer(), nullable=True),
        sa.Column("credit_at", _TIME, nullable=True),
        sa.Column("heard_at", _TIME, nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("restarts", sa.Integer(), nullable=False),
        sa.Column("canary_word", sa.String(20), nullable=False),
        sa.Column("canary_sent_at", _TIME, nullable=True),
        sa.Column("canary_back_at", _TIME, nullable=True),
        sa.Column("problem", sa.String(60), nullable=False),
        sa.Column("problem_since", _TIME, nullable=True),
        sa.Column("alarmed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_line")),
    )
    op.create_table(
        "text_part",
        sa.Column("id", _ID, nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("characters", sa.Text(), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("kept_id", _ID, nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["kept.id"], name=op.f("fk_text_part_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_part")),
        sa.UniqueConstraint("kept_id", name=op.f("uq_text_part_kept_id")),
    )
    op.create_index("ix_text_part_set", "text_part", ["carrier", "number", "reference"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("text_part")
    op.drop_table("line")
