from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hotline.models import Caller
from hotline.outbox import Kind, Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.support.callbacks import promised
from tests.support.runtimes import runtime_for
from tests.support.still_clock import NOON


class Bell:
    """Notes what was in the database when it rang."""

    def __init__(self) -> None:
        self.rings: list[int] = []
        self.runtime: Runtime | None = None

    def ring(self) -> None:
        assert self.runtime is not None
        with self.runtime.reading() as session:
            self.rings.append(len(session.scalars(select(Caller)).all()))

    def answers(self) -> bool:
        return True


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, bell: Bell) -> Iterator[Runtime]:
    bell.runtime = runtime_for(database_url, tmp_path / "var", waker=bell)
    yield bell.runtime
    bell.runtime.engine.dispose()


def add_caller(work: UnitOfWork, number: str = "+6281200000001") -> None:
    work.session.add(Caller(number=number, first_seen_at=work.now))
    work.session.flush()


def callers(runtime: Runtime) -> list[str]:
    with runtime.reading() as session:
        return list(session.scalars(select(Caller.number)))


def test_rows_and_promises_are_committed_together_before_the_bell_rings(runtime: Runtime, bell: Bell) -> None:
    with runtime.work() as work:
        add_caller(work)
        work.promise(Kind.SEND_TEXT, 7, rank=Rank.DISPATCH)
        assert bell.rings == []
    assert bell.rings == [1]
    kept = promised(runtime.engine)[0]
    assert (kept.kind, kept.subject_id, kept.rank, kept.due_at) == (Kind.SEND_TEXT, 7, Rank.DISPATCH, NOON)


def test_nothing_is_promised_for_what_was_rolled_back(runtime: Runtime, bell: Bell) -> None:
    def fail() -> None:
        with runtime.work() as work:
            add_caller(work)
            work.promise(Kind.SEND_TEXT, 7)
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        fail()
    assert callers(runtime) == []
    assert list(promised(runtime.engine)) == []
    assert bell.rings == []


def test_a_commit_that_fails_rings_nothing(runtime: Runtime, bell: Bell) -> None:
    with runtime.work() as work:
        add_caller(work)

    def commit_again() -> None:
        with runtime.work() as work:
            work.promise(Kind.SEND_TEXT, 7)
            work.session.add(Caller(number="+6281200000001", first_seen_at=work.now))

    with pytest.raises(IntegrityError):
        commit_again()
    assert bell.rings == []
    assert list(promised(runtime.engine)) == []


@pytest.mark.parametrize(("seconds", "rings"), [(-60, 1), (0, 1), (1, 0), (3600, 0)])
def test_the_bell_rings_only_for_what_is_due(runtime: Runtime, bell: Bell, seconds: int, rings: int) -> None:
    with runtime.work() as work:
        work.promise(Kind.CLOSE_SILENT_CALL, 7, due_at=work.now + timedelta(seconds=seconds))
    assert len(bell.rings) == rings


def test_work_that_promises_nothing_rings_nothing(runtime: Runtime, bell: Bell) -> None:
    with runtime.work() as work:
        add_caller(work)
    assert bell.rings == []
    assert callers(runtime) == ["+6281200000001"]


def test_one_moment_holds_for_the_whole_of_a_work(runtime: Runtime) -> None:
    with runtime.work() as work:
        runtime.clock.move(minutes=1)  # type: ignore[attr-defined]
        assert work.now == NOON


def test_no_connection_is_left_open(runtime: Runtime) -> None:
    for _ in range(100):
        with runtime.work() as work:
            work.session.scalars(select(Caller)).all()
        callers(runtime)
    assert runtime.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_reading_never_waits_for_a_writer(runtime: Runtime) -> None:
    with runtime.work() as work:
        add_caller(work)
        assert callers(runtime) == []
    assert callers(runtime) == ["+6281200000001"]
