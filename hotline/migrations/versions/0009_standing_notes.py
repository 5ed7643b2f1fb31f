"""Standing notes that are acted on: hours of the week at which somebody can't, and who is telephoned first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("shift", sa.Column("off", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("unit", sa.Column("call_first", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("unit", "call_first")
    op.drop_column("shift", "off")
