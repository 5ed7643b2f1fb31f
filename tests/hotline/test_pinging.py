"""A server that began anew is noticed before a page asks it; a connection in use is not asked each time."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from hotline import pinging
from hotline.database import open_engine


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = open_engine(postgresql_url)
    yield engine
    engine.dispose()


def ask(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def break_off(engine: Engine, postgresql_url: str) -> None:
    """As a server that begins anew does with whoever is connected."""
    victim, other = ask(engine), open_engine(postgresql_url)
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:victim, 5000)"), {"victim": victim})
    other.dispose()


def test_a_connection_that_rested_and_is_dead_is_made_anew(
    engine: Engine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "RESTED_S", 0.0)
    break_off(engine, postgresql_url)
    assert ask(engine) > 0


def test_what_was_used_a_moment_ago_is_asked_nothing_and_costs_one_question_where_it_is_dead(
    engine: Engine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "RESTED_S", 3600.0)
    break_off(engine, postgresql_url)
    with pytest.raises(OperationalError):
        ask(engine)
    assert ask(engine) > 0


def test_with_one_that_is_dead_all_that_are_dead_go(
    engine: Engine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "RESTED_S", 3600.0)
    made: list[object] = []
    event.listen(engine, "connect", lambda connection, _: made.append(connection))
    with engine.connect(), engine.connect():
        pass
    break_off(engine, postgresql_url)
    monkeypatch.setattr(pinging, "RESTED_S", 0.0)
    before = len(made)
    with engine.connect() as one, engine.connect() as another:
        assert one.scalar(text("SELECT 1")) == another.scalar(text("SELECT 1")) == 1
    assert len(made) == before + 2
