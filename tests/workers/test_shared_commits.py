"""Pieces of work share a transaction; where one breaks, each is done alone and none is done twice."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from hotline.database import is_hurried, is_wanted
from hotline.models import Caller
from hotline.outbox import Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.support.eventually import eventually
from tests.support.runtimes import runtime_for
from tests.support.still_clock import NOON, StillClock
from workers.shared_commits import FEW, SHORTEST_S, SharedCommits


@pytest.fixture
def shared(runtime: Runtime) -> Iterator[SharedCommits]:
    commits = SharedCommits(runtime)
    yield commits
    commits.close()


def note(number: int) -> Callable[[UnitOfWork], int]:
    """Can't be done twice: the number is unique."""

    def act(work: UnitOfWork) -> int:
        work.session.add(Caller(number=f"+62812{number:08d}", first_seen_at=work.now))
        work.session.flush()
        return number

    return act


def noted(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return len(session.scalars(select(Caller)).all())


def test_what_waits_together_is_committed_together(runtime: Runtime, shared: SharedCommits) -> None:
    commits: list[object] = []
    event.listen(runtime.engine, "commit", commits.append)
    go = threading.Event()
    first = shared.bring(lambda _: go.wait(10))
    acts = [note(number) for number in range(10)]
    brought = [shared.bring(act) for act in acts]
    go.set()
    assert first.result(10)
    assert [shared.result(act, done) for act, done in zip(acts, brought, strict=True)] == list(range(10))
    assert noted(runtime) == 10
    assert len(commits) <= 4


@pytest.mark.parametrize("hurried", [True, False], ids=["a caller", "the door"])
def test_a_transaction_ends_where_somebody_else_waits_to_write(
    sqlite_url: str, tmp_path: Path, hurried: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller hears nothing while it goes on, so for him it ends however short it was; what is left comes
    after him.
    """
    shortest = 60.0 if hurried else SHORTEST_S
    monkeypatch.setattr("workers.shared_commits.SHORTEST_S", shortest)
    runtime = runtime_for(sqlite_url, tmp_path / "var", StillClock())
    shared = SharedCommits(runtime)
    inside, seen = threading.Event(), list[int]()

    def hold(work: UnitOfWork) -> None:
        inside.set()
        eventually(lambda: is_wanted(work.session.connection()), "somebody waits")
        time.sleep(0 if hurried else shortest)

    def caller() -> None:
        with runtime.work(hurried=hurried) as work:
            note(1)(work)

    first = shared.bring(hold)
    second = shared.bring(lambda work: seen.append(len(work.session.scalars(select(Caller)).all())))
    assert inside.wait(10)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(caller).result(10)
    first.result(10)
    second.result(10)
    shared.close()
    assert seen == [1]


def test_what_is_alike_is_asked_for_at_once(runtime: Runtime, shared: SharedCommits) -> None:
    calls: list[list[int]] = []

    def double(work: UnitOfWork, numbers: Sequence[int]) -> list[int]:
        calls.append(list(numbers))
        for number in numbers:
            note(number)(work)
        return [number * 2 for number in numbers]

    begun, go = threading.Event(), threading.Event()

    def hold(_work: UnitOfWork) -> None:
        begun.set()
        go.wait(10)

    shared.bring(hold)
    begun.wait(10)
    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(shared.gather, double, number) for number in (*range(8), 3)]
        eventually(lambda: shared._waiting.qsize() == 9, "all wait")
        go.set()
        found = [done.result() if done.exception() is None else None for done in asked]
    # The number that came twice broke the call that they shared; then each asked for himself.
    assert sorted(map(len, calls), reverse=True)[:2] == [9, 1]
    assert found.count(None) == 1
    assert {each for each in found if each is not None} == {number * 2 for number in range(8)}
    assert noted(runtime) == 8


@pytest.mark.parametrize(("called", "sizes"), [(True, [FEW, 10]), (False, [FEW + 10])])
def test_while_somebody_telephones_fewer_are_done_by_one_call(
    sqlite_url: str, tmp_path: Path, called: bool, sizes: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not called:
        monkeypatch.setattr("hotline.turnstile.LATELY_S", 0.0)  # a test before this one may have called
    runtime = runtime_for(sqlite_url, tmp_path / "var", StillClock())
    shared = SharedCommits(runtime)
    calls, begun, all_there = list[int](), threading.Event(), threading.Event()

    def hold(work: UnitOfWork) -> None:
        begun.set()
        all_there.wait(10)
        if called:
            eventually(lambda: is_hurried(work.session.connection()), "a caller waits")

    def count(_work: UnitOfWork, numbers: Sequence[int]) -> Sequence[int]:
        calls.append(len(numbers))
        return numbers

    def caller() -> None:
        with runtime.work(hurried=called) as work:
            note(1)(work)

    shared.bring(hold)
    assert begun.wait(10)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(caller)
        done = [shared.gather_later(count, number) for number in range(FEW + 10)]
        shared.press()
        all_there.set()
        assert [each.result(10) for each in done] == list(range(FEW + 10))
        heard.result(10)
    shared.close()
    assert calls == list(sizes)


def test_one_that_breaks_spoils_none_of_the_others(runtime: Runtime, shared: SharedCommits) -> None:
    go = threading.Event()
    shared.bring(lambda _: go.wait(10))
    acts = [note(1), note(1), note(2)]
    brought = [shared.bring(act) for act in acts]
    go.set()
    done: list[int | str] = []
    for act, future in zip(acts, brought, strict=True):
        try:
            done.append(shared.result(act, future))
        except Exception as error:
            done.append(type(error).__name__)
    assert done == [1, "IntegrityError", 2]
    assert noted(runtime) == 2


def test_who_is_alone_meets_the_error_once(shared: SharedCommits) -> None:
    tries: list[int] = []

    def broken(_: UnitOfWork) -> None:
        tries.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shared.run(broken)
    assert tries == [1]


def test_what_is_urgent_goes_first(runtime: Runtime, shared: SharedCommits) -> None:
    begun, go, order = threading.Event(), threading.Event(), list[Rank]()

    def hold(_work: UnitOfWork) -> None:
        begun.set()
        go.wait(10)

    shared.bring(hold)
    assert begun.wait(10)
    ranks = [Rank.LATER, Rank.CONVERSATION, Rank.DISPATCH, Rank.LATER, Rank.DISPATCH]
    brought = [shared.bring(lambda _, rank=rank: order.append(rank), rank) for rank in ranks]  # type: ignore[misc]
    go.set()
    for done in brought:
        done.result(10)
    assert order == sorted(ranks)


def test_no_piece_meets_what_another_had_read(runtime: Runtime, shared: SharedCommits) -> None:
    """It would take that for what the database says now; what another wrote it sees."""
    go, held = threading.Event(), list[object]()

    def read(work: UnitOfWork) -> int:
        known = len(work.session.identity_map)
        held.extend(work.session.scalars(select(Caller)))
        return known

    shared.bring(lambda _: go.wait(10))
    brought = [shared.bring(act) for act in (note(1), read, read)]
    go.set()
    assert [done.result(10) for done in brought] == [1, 0, 0]
    assert len(held) == 2


def test_each_piece_has_its_own_moment(clock: StillClock, shared: SharedCommits) -> None:
    """A text that came while the transaction waited for its turn is not read before it came."""
    go = threading.Event()

    def pass_the_time(_work: UnitOfWork) -> None:
        clock.moment += timedelta(seconds=3)

    shared.bring(lambda _: go.wait(10))
    brought = [shared.bring(act) for act in (pass_the_time, lambda work: work.now)]
    go.set()
    assert brought[1].result(10) == NOON + timedelta(seconds=3)


def test_who_comes_after_the_end_does_his_work_alone(runtime: Runtime) -> None:
    shared = SharedCommits(runtime)
    shared.close()
    assert shared.run(note(1)) == 1
    assert noted(runtime) == 1


def test_closing_works_off_what_waits(runtime: Runtime) -> None:
    shared = SharedCommits(runtime)
    brought = [shared.bring(note(number)) for number in range(5)]
    shared.close()
    assert all(done.done() for done in brought)
    assert noted(runtime) == 5
