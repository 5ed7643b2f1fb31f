"""PostgreSQL leaves room on the pages of rows that are changed soon after they are written, so that a change stays
on its page and out of the indexes. The carrier's id of a text is in one index instead of two.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNIQUE = "uq_text_message_carrier_id"
_ID_ALONE = "ix_text_message_carrier_id"
_FILLED = {"promise": 50, "incident": 60}


def upgrade() -> None:
    """To this revision."""
    op.drop_index(_ID_ALONE, "text_message")
    op.drop_index(_UNIQUE, "text_message")
    op.create_index(_UNIQUE, "text_message", ["carrier_id", "carrier", "variant"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        for table, filled in _FILLED.items():
            op.execute(f"ALTER TABLE {table} SET (fillfactor = {filled})")


def downgrade() -> None:
    """Back to the one before."""
    if op.get_bind().dialect.name == "postgresql":
        for table in _FILLED:
            op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
    op.drop_index(_UNIQUE, "text_message")
    op.create_index(_UNIQUE, "text_message", ["carrier", "carrier_id", "variant"], unique=True)
    op.create_index(_ID_ALONE, "text_message", ["carrier_id"])
