"""A number's last texts, the replies of the last hour, and texts that only the carrier's list brought are found
without reading all that a number ever wrote: of one that floods the hotline that is thousands.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REPLIED = sa.text("purpose = 'reply' AND state != 'WITHHELD'")
_FETCHED = sa.text("fetched_id IS NOT NULL AND carrier_id IS NULL")


def upgrade() -> None:
    """To this revision."""
    op.drop_index("ix_text_message_number", "text_message")
    op.create_index("ix_text_message_number", "text_message", ["number", "id"])
    op.create_index(
        "ix_text_message_replied", "text_message", ["at"], sqlite_where=_REPLIED, postgresql_where=_REPLIED
    )
    op.create_index(
        "ix_text_message_fetched",
        "text_message",
        ["number"],
        sqlite_where=_FETCHED,
        postgresql_where=_FETCHED,
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("ix_text_message_fetched", "text_message")
    op.drop_index("ix_text_message_replied", "text_message")
    op.drop_index("ix_text_message_number", "text_message")
    op.create_index("ix_text_message_number", "text_message", ["number"])
