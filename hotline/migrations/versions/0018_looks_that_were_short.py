"""Looks at cases are counted through: the sum of who looks is the same again after a short look."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """To this revision."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("login_session", sa.Column("looks", number, nullable=True))
    op.create_index(op.f("ix_login_session_looks"), "login_session", ["looks"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index(op.f("ix_login_session_looks"), "login_session")
    op.drop_column("login_session", "looks")
