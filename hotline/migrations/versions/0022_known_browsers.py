"""Wrong passwords from a browser in which somebody has signed in are counted apart from those of strangers, who
could keep the desk empty otherwise.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("operator", sa.Column("known_failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("operator", sa.Column("known_locked_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("operator", "known_locked_until")
    op.drop_column("operator", "known_failures")
