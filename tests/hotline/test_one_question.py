"""A connection for one question waits for nobody, and leaves nothing behind for whoever gets it next."""

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, func, insert, select

from hotline.database import one_question
from hotline.models import Caller
from tests.support.still_clock import NOON

CALLERS = select(func.count()).select_from(Caller)


def test_it_sees_what_was_written_and_waits_for_no_writer(engine: Engine) -> None:
    with engine.begin() as writer:
        writer.execute(insert(Caller).values(number="+6281200000001", first_seen_at=NOON))
        with one_question(engine) as connection:
            assert connection.scalar(CALLERS) == 0
    with one_question(engine) as connection:
        assert connection.scalar(CALLERS) == 1


def test_whoever_writes_with_the_same_connection_afterwards_can_break_off(engine: Engine) -> None:
    with one_question(engine) as connection:
        connection.scalar(CALLERS)
    with engine.connect() as writer:
        writer.execute(insert(Caller).values(number="+6281200000001", first_seen_at=NOON))
        writer.rollback()
    with one_question(engine) as connection:
        assert connection.scalar(CALLERS) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_not_told_that_it_begins_and_ends(engine: Engine) -> None:
    with one_question(engine) as connection:
        connection.scalar(CALLERS)
        assert connection.connection.driver_connection is not None
        assert connection.connection.driver_connection.info.transaction_status is TransactionStatus.IDLE
