"""Every promise is kept once, whatever breaks on the way, and none holds up another."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hotline.outbox import LEASES, Kind, LostClaimError, Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.support.callbacks import promised
from tests.support.eventually import eventually
from tests.support.still_clock import StillClock
from tests.workers.conftest import DrainOf
from tests.workers.keeping import (
    INSIDE,
    ON_SQLITE,
    OUTSIDE,
    Carrier,
    Running,
    note,
    noted,
    promise,
    row,
)
from workers.drain import BATCH, MANY, PACE_S, Drain
from workers.keepers import Keepers


def test_work_inside_and_its_promise_are_one(runtime: Runtime, drain_of: DrainOf) -> None:
    promise(runtime, INSIDE, 1, 2, 3)
    assert drain_of().until_idle() == 3
    assert noted(runtime) == 3
    assert [each.outcome for each in promised(runtime.engine)] == ["kept"] * 3


@ON_SQLITE
def test_a_bug_puts_the_promise_off_further_each_time(
    runtime: Runtime, drain_of: DrainOf, clock: StillClock
) -> None:
    def fail(work: UnitOfWork, subject_id: int) -> None:
        note(work, subject_id)
        raise ZeroDivisionError("a bug")

    promise(runtime, INSIDE, 1)
    drain = drain_of(fail)
    pauses = []
    for _ in range(14):
        assert drain.until_idle() == 1
        found = row(runtime, 1)
        assert found.problem == "ZeroDivisionError: a bug"
        pauses.append((found.due_at - clock.now()).total_seconds())
        clock.moment = found.due_at
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == 3600
    assert noted(runtime) == 0


@ON_SQLITE
@pytest.mark.parametrize(("kind", "shares"), [(INSIDE, True), (Kind.REMIND_SHIFTS, False)])
def test_what_may_take_long_has_a_transaction_of_its_own(runtime: Runtime, kind: Kind, shares: bool) -> None:
    """So that no alert waits for it."""
    threads: list[str] = []

    def where(_work: UnitOfWork, _subject_id: int) -> None:
        threads.append(threading.current_thread().name)

    promise(runtime, kind, 1)
    drain = Drain(runtime, Keepers(inside={kind: where}, outside={}))
    assert drain.until_idle() == 1
    drain.close()
    assert [name == "shared commits" for name in threads] == [shares]


def test_a_poisonous_promise_starves_no_other(runtime: Runtime, drain_of: DrainOf) -> None:
    def poisoned(work: UnitOfWork, subject_id: int) -> None:
        if subject_id < 40:
            raise ZeroDivisionError("a bug")
        note(work, subject_id)

    promise(runtime, INSIDE, *range(40), rank=Rank.DISPATCH)
    promise(runtime, INSIDE, *range(40, 80), rank=Rank.LATER)
    assert drain_of(poisoned).until_idle() == 80
    assert noted(runtime) == 40


def many_of(inside: Callable[[UnitOfWork, int], None]) -> Keepers:
    """One that keeps several at once."""

    def keep(work: UnitOfWork, subject_ids: Sequence[int]) -> int:
        """As many as three quarters: somebody waits."""
        few = max(len(subject_ids) * 3 // 4, 1)
        for subject_id in subject_ids[:few]:
            inside(work, subject_id)
        return few

    return Keepers(inside={INSIDE: inside}, outside={}, many={INSIDE: keep})


@ON_SQLITE
def test_what_is_done_ahead_is_done_before_the_transaction_and_a_fault_in_it_costs_nothing(
    runtime: Runtime,
) -> None:
    order: list[str] = []

    def ahead(_session: Session, subject_ids: Sequence[int]) -> None:
        order.append(f"ahead {list(subject_ids)}")
        raise ZeroDivisionError("a bug")

    def inside(work: UnitOfWork, subject_id: int) -> None:
        order.append(f"inside {subject_id}")
        note(work, subject_id)

    promise(runtime, INSIDE, 1, 2)
    drain = Drain(runtime, replace(many_of(inside), ahead={INSIDE: ahead}))
    assert drain.until_idle() == 2
    drain.close()
    assert order == ["ahead [1, 2]", "inside 1", "inside 2"]
    assert noted(runtime) == 2


@ON_SQLITE
def test_looks_without_end_starve_neither_calls_nor_receipts(runtime: Runtime) -> None:
    """More open cases than can be looked at in time: each look promises the next."""

    def look(work: UnitOfWork, subject_id: int) -> None:
        work.promise(Kind.WATCH_CASE, subject_id, rank=Rank.DISPATCH)

    promise(runtime, Kind.WATCH_CASE, *range(3 * BATCH), rank=Rank.DISPATCH)
    promise(runtime, Kind.READ_CALL, 1001, rank=Rank.INCOMING)
    promise(runtime, Kind.READ_RECEIPT, 1002, rank=Rank.INCOMING)
    inside = {Kind.WATCH_CASE: look, Kind.READ_CALL: note, Kind.READ_RECEIPT: note}
    drain = Drain(runtime, Keepers(inside=inside, outside={}))
    assert drain.step() == BATCH + 2
    drain.close()
    assert noted(runtime) == 2


def test_what_is_kept_at_once_is_kept_once(runtime: Runtime) -> None:
    promise(runtime, INSIDE, *range(MANY * 2 + 1))
    drain = Drain(runtime, many_of(note))
    assert [drain.step() for _ in range(4)] == [MANY, MANY, 1, 0]
    drain.close()
    assert noted(runtime) == MANY * 2 + 1
    assert {(each.outcome, each.attempts) for each in promised(runtime.engine)} == {("kept", 1)}


def test_one_that_breaks_a_batch_is_the_only_one_that_waits(runtime: Runtime) -> None:
    def poisoned(work: UnitOfWork, subject_id: int) -> None:
        note(work, subject_id)
        if subject_id == 3:
            raise ZeroDivisionError("a bug")

    promise(runtime, INSIDE, *range(8))
    drain = Drain(runtime, many_of(poisoned))
    assert drain.step() == 8
    drain.close()
    assert noted(runtime) == 7
    assert [each.subject_id for each in promised(runtime.engine) if each.settled_at is None] == [3]


def test_a_batch_of_which_one_was_lost_meanwhile_is_done_by_nobody_twice(
    runtime: Runtime, clock: StillClock
) -> None:
    def add(work: UnitOfWork, _subject_id: int) -> None:
        note(work, next(serials))

    serials = count(1)
    promise(runtime, INSIDE, 1, 2, 3)
    slow, quick = Drain(runtime, many_of(add)), Drain(runtime, many_of(add))
    late = slow._claim((INSIDE,), 3)
    clock.move(seconds=21)
    assert quick.step() == 3
    with pytest.raises(LostClaimError), runtime.work() as work:
        slow._keep_all([late[0]], work)
    slow.close()
    quick.close()
    assert noted(runtime) == 3


class PowerCutError(BaseException):
    """Ends the process at this very point."""


@pytest.mark.parametrize("step", ["after the claim", "in the middle of the work", "before the commit"])
def test_a_power_cut_inside_delays_and_repeats_nothing(
    runtime: Runtime, drain_of: DrainOf, clock: StillClock, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(work: UnitOfWork, subject_id: int) -> None:
        if step == "after the claim":
            raise PowerCutError
        note(work, subject_id)
        if step == "in the middle of the work":
            raise PowerCutError

    def cut_settling(*_: object) -> None:
        raise PowerCutError

    promise(runtime, INSIDE, 1)
    monkeypatch.setattr("workers.drain.settle", cut_settling)
    with pytest.raises(PowerCutError):
        drain_of(cut).step()
    monkeypatch.undo()
    assert noted(runtime) == 0
    assert drain_of().until_idle() == 0
    clock.moment += LEASES[INSIDE] + timedelta(seconds=1)
    assert drain_of().until_idle() == 1
    assert noted(runtime) == 1
    assert row(runtime, 1).attempts == 2


def test_two_drains_at_once_keep_each_promise_once(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier
) -> None:
    promise(runtime, INSIDE, *range(60))
    promise(runtime, OUTSIDE, *range(100, 160))
    drains = [drain_of(), drain_of()]
    ready, counts = threading.Barrier(2), []

    def work(drain: Drain) -> None:
        ready.wait()
        counts.append(drain.until_idle())

    threads = [threading.Thread(target=work, args=(drain,)) for drain in drains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 120
    assert noted(runtime) == 60
    assert Counter(carrier.asked) == Counter(range(100, 160))
    assert {(each.outcome, each.attempts) for each in promised(runtime.engine)} == {("kept", 1)}


@ON_SQLITE
def test_a_batch_is_no_longer_than_its_lease_bears(runtime: Runtime, drain_of: DrainOf) -> None:
    promise(runtime, INSIDE, *range(BATCH + 5))
    drain = drain_of()
    assert drain.step() == BATCH
    assert drain.step() == 5
    assert drain.step() == 0


@ON_SQLITE
def test_a_ring_wakes_it_at_once(runtime: Runtime, drain_of: DrainOf) -> None:
    drain = drain_of()
    running = Running(drain, every_s=3600)
    promise(runtime, INSIDE, 1)
    running.bell.set()
    eventually(lambda: noted(runtime) == 1, "it is done")
    running.end()


@ON_SQLITE
def test_it_rests_after_a_short_round_so_that_the_next_has_more_to_do(
    runtime: Runtime, drain_of: DrainOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain, begun = drain_of(), list[float]()
    step = drain.step

    def noting() -> int:
        begun.append(time.monotonic())
        return step()

    monkeypatch.setattr(drain, "step", noting)
    promise(runtime, INSIDE, *range(BATCH * 2))
    running = Running(drain, every_s=3600)
    eventually(lambda: noted(runtime) == BATCH * 2, "all is done")
    running.end()
    assert all(later - sooner >= PACE_S for sooner, later in pairwise(begun[:3]))


@ON_SQLITE
def test_it_wakes_by_itself_without_a_bell(runtime: Runtime, drain_of: DrainOf) -> None:
    running = Running(drain_of(), every_s=0.05)
    promise(runtime, INSIDE, 1)
    eventually(lambda: noted(runtime) == 1, "it is done")
    promise(runtime, INSIDE, 2)  # by now it has slept at least once
    eventually(lambda: noted(runtime) == 2, "and so is the next")
    running.end()


@ON_SQLITE
def test_a_database_out_of_reach_is_waited_for(
    runtime: Runtime, drain_of: DrainOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([OperationalError("", {}, Exception("gone")), ZeroDivisionError("a bug")])
    honest = drain_of()
    claims = honest._claim

    def failing(kinds: Any, limit: int) -> Any:
        for error in failures:
            raise error
        return claims(kinds, limit)

    monkeypatch.setattr(honest, "_claim", failing)
    promise(runtime, INSIDE, 1)
    running = Running(honest, every_s=0.01)
    eventually(lambda: noted(runtime) == 1, "it is done")
    running.end()
