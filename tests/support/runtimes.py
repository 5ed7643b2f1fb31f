"""A desk for tests: the real playbook and a real database, with a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.clock import Clock
from hotline.environment import read_settings
from hotline.intake import Reading
from hotline.runtime import Runtime, SilentWaker, Waker
from hotline.words_in_force import WordsInForce
from tests.support.engines import shared_engine
from tests.support.playbooks import paal_merah
from tests.support.still_clock import StillClock


def runtime_for(url: str, var: Path, clock: Clock | None = None, waker: Waker | None = None) -> Runtime:
    """The parts of one process; dispose of its engine when done."""
    settings = read_settings({"HOTLINE_VAR": str(var), "DATABASE_URL": url})
    return Runtime(
        settings=settings,
        engine=shared_engine(url),
        words=WordsInForce(paal_merah()),
        read_words=lambda _: Reading(),
        clock=clock or StillClock(),
        waker=waker or SilentWaker(),
    )


@pytest.fixture
def clock() -> StillClock:
    """It moves when a test says so."""
    return StillClock()


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, clock: StillClock) -> Iterator[Runtime]:
    """The parts of one process, over a fresh database on SQLite and on PostgreSQL."""
    runtime = runtime_for(database_url, tmp_path / "var", clock)
    yield runtime
    runtime.engine.dispose()
