"""Texts are worded on the screen, in versions; a place that is taught there has its own name."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "wording",
        sa.Column("id", number, nullable=False),
        sa.Column("text_key", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=640), nullable=True),
        sa.Column("written", sa.String(length=640), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", number, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["operator.id"], name=op.f("fk_wording_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.create_index("ix_wording_text_key_language", "wording", ["text_key", "language"])
    op.add_column("lesson", sa.Column("name", sa.String(length=60), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("lesson", "name")
    op.drop_index("ix_wording_text_key_language", "wording")
    op.drop_table("wording")
