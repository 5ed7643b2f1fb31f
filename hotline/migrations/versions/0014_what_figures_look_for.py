"""What a month's figures look for: without these each of them reads all that there ever was."""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEXES: tuple[tuple[str, str, list[str]], ...] = (
    ("ix_incident_closed_at", "incident", ["closed_at", "received_at"]),
    ("ix_report_received_at", "report", ["received_at"]),
    ("ix_assignment_alerted_at", "assignment", ["alerted_at"]),
    ("ix_text_message_at", "text_message", ["at"]),
)


def upgrade() -> None:
    """To this revision."""
    for name, table, columns in _INDEXES:
        op.create_index(op.f(name), table, columns)


def downgrade() -> None:
    """Back to the revision before."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(op.f(name), table)
