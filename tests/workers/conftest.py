"""A worker's parts over a fresh database, on SQLite and on PostgreSQL, with a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.runtime import Runtime
from tests.support.runtimes import runtime_for
from tests.support.still_clock import StillClock


@pytest.fixture
def clock() -> StillClock:
    """It moves when a test says so."""
    return StillClock()


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, clock: StillClock) -> Iterator[Runtime]:
    """The parts of one process."""
    runtime = runtime_for(database_url, tmp_path / "var", clock)
    yield runtime
    runtime.engine.dispose()
