"""What is due of a kind is found without a look at all that is due later: a case that is watched stands first
by its rank, and a claim went past every open one. And by whose number a case was reported for somebody else.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """To this revision."""
    op.drop_index("ix_promise_open", "promise")
    op.create_index(
        "ix_promise_due", "promise", ["kind", "due_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(op.f("ix_contact_number"), "contact", ["number"])


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index(op.f("ix_contact_number"), "contact")
    op.drop_index("ix_promise_due", "promise")
    op.create_index(
        "ix_promise_open", "promise", ["rank", "due_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
