"""How a test database gets its tables. Called once per kind of database; every test then gets a copy."""

from hotline.database import open_engine
from hotline.schema import upgrade


def prepare_schema(url: str) -> None:
    """Bring the empty database at `url` to the newest migration, leaving no connection open."""
    engine = open_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
