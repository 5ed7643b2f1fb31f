"""Somebody outside is asked once, and what he said is written down, whatever breaks on the way."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from hotline.outbox import LEASES, Claim, Later, Rank, claim
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.support.callbacks import promised
from tests.support.eventually import eventually
from tests.support.still_clock import NOON, StillClock
from tests.workers.conftest import DrainOf
from tests.workers.keeping import (
    INSIDE,
    ON_SQLITE,
    OUTSIDE,
    Carrier,
    Running,
    noted,
    promise,
    row,
)
from workers.drain import FEW_SENDERS, SENDERS, Drain
from workers.keepers import Keepers


def test_somebody_outside_is_asked_once_and_the_answer_recorded(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier
) -> None:
    promise(runtime, OUTSIDE, *range(50))
    assert drain_of().until_idle() == 50
    assert sorted(carrier.asked) == list(range(50))
    assert set(carrier.recorded.values()) == {"accepted"}
    assert {each.outcome for each in promised(runtime.engine)} == {"kept"}


@ON_SQLITE
def test_what_needs_nobody_any_more_is_settled(runtime: Runtime, drain_of: DrainOf, carrier: Carrier) -> None:
    carrier.recorded[1] = "accepted"
    promise(runtime, OUTSIDE, 1)
    drain_of().until_idle()
    assert carrier.asked == []
    assert row(runtime, 1).outcome == "kept"


@ON_SQLITE
def test_an_answer_may_ask_for_another_time(runtime: Runtime, drain_of: DrainOf, carrier: Carrier) -> None:
    carrier.later = Later(NOON + timedelta(seconds=5), "no connection")
    promise(runtime, OUTSIDE, 1)
    drain_of().until_idle()
    found = row(runtime, 1)
    assert (found.due_at, found.problem, found.settled_at) == (carrier.later.due_at, "no connection", None)


@ON_SQLITE
@pytest.mark.parametrize("step", ["prepare", "perform"])
def test_a_bug_before_anybody_was_asked_is_tried_again(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier, clock: StillClock, step: str
) -> None:
    carrier.broken[step] = ZeroDivisionError("a bug")
    promise(runtime, OUTSIDE, 1)
    drain = drain_of()
    drain.until_idle()
    assert carrier.asked == []
    clock.move(seconds=2)
    drain.until_idle()
    assert carrier.asked == [1]


@ON_SQLITE
def test_an_answer_that_the_database_did_not_take_is_written_down_again(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier
) -> None:
    carrier.broken["record"] = OperationalError(
        "UPDATE", {}, Exception("the database system is shutting down")
    )
    promise(runtime, OUTSIDE, 1)
    drain_of().until_idle()
    assert carrier.asked == [1]
    assert row(runtime, 1).outcome == "kept"


def test_whoever_lost_the_promise_meanwhile_asks_nobody(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier, clock: StillClock
) -> None:
    """Two processes hold one promise: the first stood still for longer than its lease."""
    promise(runtime, OUTSIDE, 1)
    slow, quick = drain_of(), drain_of()
    late = slow._claim((OUTSIDE,), 1)
    clock.moment += LEASES[OUTSIDE] + timedelta(seconds=1)
    quick.until_idle()
    carrier.recorded.clear()
    slow._guard(late[0], slow._keep_outside)
    assert carrier.asked == [1]
    assert row(runtime, 1).attempts == 2


def test_a_silent_carrier_holds_up_no_work_inside(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier
) -> None:
    carrier.hold = threading.Event()
    drain = drain_of()
    promise(runtime, OUTSIDE, *range(SENDERS * 3), rank=Rank.DISPATCH)
    assert drain.step() == SENDERS * 2
    promise(runtime, INSIDE, 1)
    assert drain.step() == 1
    assert noted(runtime) == 1
    assert drain.step() == 0
    carrier.hold.set()
    drain.until_idle()
    assert len(carrier.asked) == SENDERS * 3


@ON_SQLITE
def test_a_sender_that_becomes_free_is_used_at_once(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier
) -> None:
    promise(runtime, OUTSIDE, *range(SENDERS * 4))
    running = Running(drain_of(), every_s=3600)
    eventually(lambda: len(carrier.recorded) == SENDERS * 4, "all are sent")
    running.end()


def test_stopping_waits_for_answers_and_hands_the_rest_back(
    runtime: Runtime, drain_of: DrainOf, carrier: Carrier
) -> None:
    carrier.hold = threading.Event()
    promise(runtime, OUTSIDE, *range(SENDERS * 2))
    drain = drain_of()
    assert drain.step() == SENDERS * 2
    closing = threading.Thread(target=drain.close)
    closing.start()
    eventually(drain._closing.is_set, "it closes")
    carrier.hold.set()
    closing.join()
    asked = set(carrier.asked)
    assert len(asked) <= SENDERS
    # Those that were not begun can be taken by the next worker at once, not when their lease ends.
    assert drain_of().until_idle() == SENDERS * 2 - len(asked)
    assert Counter(carrier.asked) == Counter(range(SENDERS * 2))


@dataclass
class Crowd:
    """Takes several at once; cannot write down several at once where it `stumbles`."""

    stumbles: bool = False
    go: threading.Event = field(default_factory=threading.Event)
    silent: dict[int, threading.Event] = field(default_factory=dict)
    """About whom nobody answers until it is set."""
    asked: list[int] = field(default_factory=list)
    recorded: Counter[int] = field(default_factory=Counter)
    threads: set[int] = field(default_factory=set)

    def take(self, work: UnitOfWork, now: datetime, limit: int) -> list[list[Claim]]:
        return [[held] for held in claim(work.session, now, kinds=(OUTSIDE,), limit=limit)]

    def prepare(self, work: UnitOfWork, subject_ids: Sequence[int]) -> dict[int, int | Later | None]:
        return {each: each for each in subject_ids}

    def perform(self, prepared: Sequence[int]) -> Sequence[int]:
        self.threads.add(threading.get_ident())
        self.asked.extend(prepared)
        for each in prepared:
            if (answer := self.silent.get(each)) is not None:
                answer.wait(10)
        return prepared

    def record(self, work: UnitOfWork, told: Sequence[tuple[int, int, int]]) -> list[Later | None]:
        self.go.wait(10)
        if self.stumbles and len(told) > 1:
            raise ZeroDivisionError("a bug")
        self.recorded.update(each for each, _, _ in told)
        return [None] * len(told)


@pytest.mark.parametrize("stumbles", [False, True], ids=["together", "one by one"])
def test_who_has_asked_takes_the_next_while_the_answers_are_written_down(
    runtime: Runtime, stumbles: bool
) -> None:
    crowd = Crowd(stumbles)
    drain = Drain(runtime, Keepers(inside={}, outside={}, together={OUTSIDE: crowd}))
    promise(runtime, OUTSIDE, *range(20))
    assert drain.step() == 20
    eventually(lambda: len(crowd.asked) == 20, "all are asked before one answer is written down")
    assert len(crowd.threads) <= FEW_SENDERS
    closing = threading.Thread(target=drain.close)
    closing.start()
    crowd.go.set()
    closing.join()
    assert crowd.recorded == Counter(range(20))
    assert Counter(crowd.asked) == Counter(range(20))
    assert {each.outcome for each in promised(runtime.engine)} == {"kept"}


@ON_SQLITE
def test_an_answer_is_written_down_at_the_end_while_others_never_come(runtime: Runtime) -> None:
    """Who brought it asks for the next, and hears nothing."""
    first, never = threading.Event(), threading.Event()
    crowd = Crowd(silent={0: first, **dict.fromkeys(range(1, FEW_SENDERS + 1), never)})
    crowd.go.set()
    drain = Drain(runtime, Keepers(inside={}, outside={}, together={OUTSIDE: crowd}))
    promise(runtime, OUTSIDE, *range(FEW_SENDERS + 1))
    drain.step()
    eventually(lambda: len(crowd.asked) == FEW_SENDERS, "all ask")
    first.set()
    eventually(lambda: len(crowd.asked) == FEW_SENDERS + 1, "the first asks again")
    closing = threading.Thread(target=drain.close)
    closing.start()
    try:
        eventually(lambda: crowd.recorded == Counter({0: 1}), "its answer is written down")
    finally:
        never.set()
        closing.join()


def test_what_was_prepared_is_not_asked_by_a_process_that_stood_still_and_lost_it(
    runtime: Runtime, clock: StillClock
) -> None:
    """What another worker took meanwhile is a doubt, or asked already."""
    answer = threading.Event()
    slow, quick = Crowd(silent=dict.fromkeys(range(20), answer)), Crowd()
    slow.go.set()
    quick.go.set()
    drains = [
        Drain(runtime, Keepers(inside={}, outside={}, together={OUTSIDE: crowd})) for crowd in (slow, quick)
    ]
    promise(runtime, OUTSIDE, *range(20))
    assert drains[0].step() == 20
    eventually(lambda: len(slow.asked) == FEW_SENDERS, "some are asked, others wait")
    clock.moment += LEASES[OUTSIDE] + timedelta(seconds=1)
    assert drains[1].until_idle() == 20
    answer.set()
    for drain in drains:
        drain.close()
    assert len(slow.asked) == FEW_SENDERS
    assert Counter(quick.asked) == Counter(range(20))
    assert {(each.outcome, each.attempts) for each in promised(runtime.engine)} == {("kept", 2)}
