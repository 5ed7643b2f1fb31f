"""Which delivery report came by a kept callback is found without a look at all reports."""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_index(op.f("ix_receipt_kept_id"), "receipt", ["kept_id"])


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index(op.f("ix_receipt_kept_id"), "receipt")
