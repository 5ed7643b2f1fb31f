"""Where many tests begin: after a robbery, or with an empty database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.hotline.callout import emergency, off_duty
from tests.support.desk import Desk
from tests.support.engines import shared_engine


@pytest.fixture
def robbed(desk: Desk) -> Desk:
    """A verified darurat, and the desk's first two units out of the way."""
    off_duty(desk)
    emergency(desk)
    return desk


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database, once SQLite and once PostgreSQL."""
    engine = shared_engine(database_url)
    yield engine
    engine.dispose()
