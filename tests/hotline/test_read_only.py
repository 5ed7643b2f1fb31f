"""A session that only reads leaves nothing behind, and a connection that knows its statements."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select, text

from hotline.database import open_engine, read_only
from hotline.models import Caller, Kept
from tests.support.still_clock import NOON

ENOUGH = 8
"""Times after which PostgreSQL's driver has prepared a statement."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def test_what_was_changed_by_mistake_is_not_written(engine: Engine) -> None:
    with read_only(engine) as session:
        session.add(Caller(number="+6281200000001", first_seen_at=NOON))
    with read_only(engine) as session:
        assert session.scalar(select(func.count()).select_from(Caller)) == 0


def test_what_it_found_can_be_read_after_it(engine: Engine) -> None:
    with read_only(engine) as session:
        session.execute(select(1))
        found = Kept(kind="sms.inbound", key="1", body=b"", received_at=NOON)
        session.add(found)
    assert found.key == "1"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_statements_stay_prepared_from_one_to_the_next(engine: Engine) -> None:
    for _ in range(ENOUGH):
        with read_only(engine) as session:
            session.scalar(select(func.count()).select_from(Kept))
    with read_only(engine) as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("FROM kept" in statement for statement in prepared)
