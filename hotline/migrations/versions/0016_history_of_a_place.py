"""A case shows what happened before at its place: found by the RT, or by the landmark, without reading a
kelurahan's whole past.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_incident_rt", "incident", ["area_code", "rt", "received_at"])
    op.create_index("ix_incident_place", "incident", ["area_code", "place", "received_at"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_incident_place", "incident")
    op.drop_index("ix_incident_rt", "incident")
