"""What one shift at the desk tells the next."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["operator.id"], name=op.f("fk_hand_over_given_by")),
        sa.ForeignKeyConstraint(["taken_by"], ["operator.id"], name=op.f("fk_hand_over_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("hand_over")
