"""Alembic's entry: runs migrations on the connection or address that `hotline.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from hotline.models import Base
from hotline.models.base import UtcTime


def plain_types(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Writes our column types as the database's own, so that migrations outlive the code of today."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


def run(connection: Connection) -> None:
    """Brings the schema up (or down) to the wanted revision, each migration in its own transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
