"""What people do at the screen: a locked browser, who looks at which case, a case that was put off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LOOKING = sa.text("looking_at IS NOT NULL")


def upgrade() -> None:
    """To this revision."""
    op.add_column("login_session", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "login_session",
        sa.Column("looking_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    op.create_index(
        op.f("ix_login_session_looking_at"), "login_session", ["looking_at"],
        sqlite_where=_LOOKING, postgresql_where=_LOOKING,
    )  # fmt: skip
    op.add_column("incident", sa.Column("later_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("incident", "later_until")
    op.drop_index(op.f("ix_login_session_looking_at"), "login_session")
    op.drop_column("login_session", "looking_at")
    op.drop_column("login_session", "locked_at")
