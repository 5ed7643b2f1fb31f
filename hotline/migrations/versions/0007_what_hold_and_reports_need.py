"""A spooled step of a call leads to its bytes, and a report's file says why it was not made."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("call_event", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(batch_op.f("fk_call_event_kept_id"), "kept", ["kept_id"], ["id"])
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failure", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        for name in ("failure", "again_at", "failed_at", "begun_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("call_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_call_event_kept_id"), type_="foreignkey")
        batch_op.drop_column("kept_id")
