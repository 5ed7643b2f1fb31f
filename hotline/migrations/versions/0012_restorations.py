"""How old the database is, and that it was put back from a backup: nothing leaves until somebody says so."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "age",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_age")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("backup_at", _TIME, nullable=False),
        sa.Column("replayed", sa.Integer(), nullable=False),
        sa.Column("released_at", _TIME, nullable=True),
        sa.Column("released_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["released_by"], ["operator.id"], name=op.f("fk_restoration_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )


def downgrade() -> None:
    """From this revision."""
    op.drop_table("restoration")
    op.drop_table("age")
