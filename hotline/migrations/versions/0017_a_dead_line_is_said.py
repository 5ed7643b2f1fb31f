"""That a line is dead is said over another one, once for each outage: since when it is, and when that was
said.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    for name in ("dead_since", "told_at"):
        op.add_column("line", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("line") as table:
        for name in ("told_at", "dead_since"):
            table.drop_column(name)
