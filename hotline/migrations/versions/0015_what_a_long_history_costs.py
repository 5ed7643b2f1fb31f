"""Open cases and unread texts are found without reading all that there ever were, also on SQLite: it takes a
partial index only for the very words of its condition, and preferred the index of merged cases to the queue's.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    """To this revision."""
    op.drop_index(op.f("ix_incident_merged_into_id"), "incident")
    op.create_index(
        op.f("ix_incident_merged_into_id"), "incident", ["merged_into_id"],
        sqlite_where=_MERGED, postgresql_where=_MERGED,
    )  # fmt: skip
    _index_tray("unread = 1")


def downgrade() -> None:
    """Back to the revision before."""
    _index_tray("unread")
    op.drop_index(op.f("ix_incident_merged_into_id"), "incident")
    op.create_index(op.f("ix_incident_merged_into_id"), "incident", ["merged_into_id"])


def _index_tray(condition: str) -> None:
    """PostgreSQL takes its index for a truth in any words."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_text_message_tray", "text_message")
        op.create_index("ix_text_message_tray", "text_message", ["id"], sqlite_where=sa.text(condition))
