"""What every page of the desk asks is found in an index: the sends in doubt, and which units have something to
do. Both went through all that there ever was: 70 and 240 ms of a core a page at 200,000 cases.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STUCK = sa.text("state IN ('UNKNOWN', 'NOT_SENT')")
_AGAIN = sa.text("resend_of IS NOT NULL")


def upgrade() -> None:
    """To this revision."""
    op.create_index(
        "ix_text_message_stuck", "text_message", ["state", "id"], sqlite_where=_STUCK, postgresql_where=_STUCK
    )
    op.create_index("ix_assignment_status", "assignment", ["status", "unit_id"])
    op.create_index(
        "ix_text_message_resend_of",
        "text_message",
        ["resend_of"],
        sqlite_where=_AGAIN,
        postgresql_where=_AGAIN,
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("ix_text_message_resend_of", "text_message")
    op.drop_index("ix_assignment_status", "assignment")
    op.drop_index("ix_text_message_stuck", "text_message")
