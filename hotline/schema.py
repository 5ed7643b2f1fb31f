"""The database's schema: brought up to date by Alembic, and asked whether it is."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 7435
"""Key of the lock that lets only one of several machines migrate at a time."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(engine: Engine) -> None:
    """Brings the schema to the newest revision; waits while another machine does so."""
    config = _config()
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0; SET lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest revision."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def make_revision(engine: Engine, words: str) -> None:
    """Writes a new migration from the difference between the tables and the database (for developers)."""
    config = _config()
    number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, words, autogenerate=True, rev_id=f"{number:04d}")
