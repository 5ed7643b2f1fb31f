"""Lots of promises that are kept by asking somebody outside once: taken, prepared and written down together.

What is claimed for senders that are free is prepared at once, many lots in a transaction; threads that ask
side by side record through shared ones: what waits at one moment is one question and one statement, whatever
number of lots it is of. Taken, prepared and written down alone, a text costs 0.6 ms in lots of 16 and 0.32 in
lots of 64 (docs/performance.md).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from hotline.database import was_hurried
from hotline.outbox import Claim, Later, hand_back_all, put_off, renew_all, settle_all
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from workers.keepers import Together
from workers.shared_commits import FEW, SharedCommits

PREPARED: Final = 128
"""Claims that are prepared in one transaction, before somebody else's turn, or FEW while somebody
telephones; a larger lot has its own.
"""
AT_ONCE: Final = timedelta(seconds=5)
"""What waits for longer until it is asked may be another worker's: this process stood still."""
RECORDED: Final = 50
"""Answers of one request that are written down in one transaction, before somebody else's turn."""

Lot = Sequence[Claim]
Told = Sequence[tuple[Claim, Any]]
"""Claims with what was prepared for them, or with what came of them."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """What of a lot can be asked, and when it was prepared."""

    told: Told
    at: datetime


class Lots:
    """The lots of one keeper. From when the process `is_ending` nothing is prepared any more."""

    def __init__(
        self, runtime: Runtime, shared: SharedCommits, keeper: Together, is_ending: Callable[[], bool]
    ) -> None:
        self.runtime = runtime
        self.keeper = keeper
        self.is_ending = is_ending
        self._shared = shared
        self._together = PREPARED

    def take(self, limit: int) -> list[list[Claim]]:
        """Claims what may leave now."""
        with self.runtime.work() as work:
            self._together = FEW if was_hurried(work.session.connection()) else PREPARED
            return self.keeper.take(work, self.runtime.clock.database_now(work.session), limit)

    def ready(self, taken: Sequence[Lot]) -> Iterator[tuple[Lot, Ready | None]]:
        """Each lot with what of it can be asked now: whoever calls has a free sender for each. None where
        that broke off, so that the lot is to be prepared by itself.
        """
        for lots in _some(taken, self._together):
            try:
                told = self._shared.run(partial(self._prepare, lots=lots), lots[0][0].rank)
            except Exception as error:
                _log.warning("%s lots are prepared one by one: %s", len(lots), type(error).__name__)
                yield from ((lot, None) for lot in lots)
            else:
                at = self.runtime.clock.now()
                yield from ((lot, Ready(each, at)) for lot, each in zip(lots, told, strict=True))

    def ask(self, lot: Lot, ready: Ready | None) -> Told:
        """Asks for what is `ready` of the lot, prepared now where it is None; what came of it."""
        if ready is None:
            told = self._shared.gather(self._prepare, lot, lot[0].rank)
        elif self.runtime.clock.now() - ready.at < AT_ONCE:
            told = ready.told
        else:
            told = self._shared.gather(self._renew, ready.told, lot[0].rank)
        outcomes = self.keeper.perform([prepared for _, prepared in told]) if told else []
        return [(held, outcome) for (held, _), outcome in zip(told, outcomes, strict=True)]

    def record(self, told: Told) -> Iterator[tuple[Told, "Future[None]"]]:
        """Has what came of a lot written down; each part with what says when it is, and whether it broke off,
        so that its answers are to be recorded one by one.
        """
        for start in range(0, len(told), RECORDED):
            some = told[start : start + RECORDED]
            yield some, self._shared.gather_later(self._write, some, some[0][0].rank)

    def record_one(self, held: Claim, outcome: Any) -> None:
        """Writes down what came of one. Raises LostClaimError, and SQLAlchemyError of the database."""
        self._shared.gather(self._write, [(held, outcome)], held.rank)

    def _prepare(self, work: UnitOfWork, lots: Sequence[Lot]) -> Sequence[Told]:
        """What of each lot is ready to be asked; what must wait is put off, what is done settled, and all
        handed back by a process that ends.

        A lot may have waited for a free sender: whoever lost it meanwhile must not ask anybody.
        """
        claims = [held for lot in lots for held in lot]
        if self.is_ending():
            hand_back_all(work.session, claims)
            return [[] for _ in lots]
        held = self._still_ours(work, claims)
        prepared = self.keeper.prepare(work, [one.subject_id for one in claims if one in held])
        done: list[Claim] = []
        ready: list[list[tuple[Claim, Any]]] = [[] for _ in lots]
        for of_lot, lot in zip(ready, lots, strict=True):
            for one in lot:
                if one not in held:
                    continue
                match prepared[one.subject_id]:
                    case None:
                        done.append(one)
                    case Later(due_at, problem):
                        put_off(work.session, one, due_at, problem)
                    case value:
                        of_lot.append((one, value))
        settle_all(work.session, done, work.now)
        return ready

    def _renew(self, work: UnitOfWork, lots: Sequence[Told]) -> Sequence[Told]:
        """What of each lot, prepared a while ago, is still ours to ask."""
        held = self._still_ours(work, [one for lot in lots for one, _ in lot])
        return [[each for each in lot if each[0] in held] for lot in lots]

    def _still_ours(self, work: UnitOfWork, claims: Sequence[Claim]) -> set[Claim]:
        held = set(renew_all(work.session, claims, self.runtime.clock.database_now(work.session)))
        if len(held) < len(claims):
            _log.warning("%s of %s were taken over by another worker", len(claims) - len(held), len(claims))
        return held

    def _write(self, work: UnitOfWork, lots: Sequence[Told]) -> list[None]:
        told = [each for lot in lots for each in lot]
        laters = self.keeper.record(work, [(held.subject_id, said, held.attempts) for held, said in told])
        done: list[Claim] = []
        for (held, _), later in zip(told, laters, strict=True):
            if later is None:
                done.append(held)
            else:
                put_off(work.session, held, later.due_at, later.problem)
        settle_all(work.session, done, work.now)
        return [None] * len(lots)


def _some(lots: Sequence[Lot], most: int) -> Iterator[list[Lot]]:
    """The lots in their order, as many at a time as hold at most so many claims."""
    some: list[Lot] = []
    for lot in lots:
        if some and sum(map(len, some)) + len(lot) > most:
            yield some
            some = []
        some.append(lot)
    if some:
        yield some
