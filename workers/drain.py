"""Claims what is due in batches and keeps it, in a process that lives on (one per job costs 10-250 ms).

Three lanes, so that none waits for another: what needs the database only is kept by the thread that claims,
what needs somebody outside goes to a pool of threads, and alerts to units to a pool of their own.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from hotline.outbox import (
    ALL,
    SUSPECT,
    Claim,
    Kind,
    LostClaimError,
    Rank,
    claim,
    due_kinds,
    hand_back,
    hand_back_all,
    put_off,
    renew,
    settle,
    settle_all,
)
from hotline.runtime import Runtime
from hotline.timers import LOOKS, hurry, look_now
from hotline.unit_of_work import UnitOfWork
from workers.keepers import Keepers, Outside
from workers.lots import Lots, Ready, Told
from workers.senders import LOOK_S, Senders
from workers.shared_commits import Act, SharedCommits
from workers.suspects import parted

BATCH: Final = 16
"""Few enough to be kept within the shortest lease even where each takes a second."""
MANY: Final = 128
"""Promises of one kind that are claimed to be kept in one transaction."""
OF_THE_LAST: Final = 4
"""Of those that stand behind others, taken along where there is more than a batch: nobody waits for ever."""
SENDERS: Final = 160
"""At most, where each waits for an answer most of its time: where that takes 200 ms, 96 of them send 265 a
second and 160 send 350.
"""
FEW_SENDERS: Final = 8
"""As many as carry what a worker can do where answers come at once."""
URGENT_SENDERS: Final = 4
"""Kept free for alerts, however long everybody else waits for an answer."""
WRITTEN_AFTER_S: Final = 0.1
"""An answer that others will follow waits so long to be written down with them."""
PACE_S: Final = 0.04
"""From one round to the next, where that took less: a round costs as much as eight texts whatever is in it.
At 100 texts a second a worker takes half of a core, and took three quarters.
"""
LONGEST_BACK_OFF_S: Final = 3600
GAP: Final = timedelta(seconds=60)
"""A pause between two rounds that says this machine slept, stood still or was alone."""
ALONE: Final = frozenset(
    {Kind.TELL_OFFICER, Kind.REMIND_SHIFTS, Kind.BEGIN_MONTH, Kind.MAKE_REPORT, Kind.MAIL_REPORT, Kind.FORGET,
     Kind.FETCH_RECORDING, Kind.FETCH_MESSAGES}
)  # fmt: skip
"""What may take long in the database has transactions of its own: no alert waits behind it."""
RECORD_AGAIN_S: Final = (0.2, 1.0, 3.0)
"""Pauses before an answer from outside is written down again: lost, it would become a doubt for a person."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Bell(Protocol):
    """What the loop sleeps on; threading.Event fits."""

    def wait(self, timeout: float) -> bool:
        """Sleeps until rung or `timeout` seconds."""
        ...

    def clear(self) -> None:
        """Makes it silent again."""
        ...

    def set(self) -> None:
        """Rings it."""
        ...


class Drain:
    """Keeps promises in this process. `bell` is rung from within when senders have room again; `catch_up` is
    called before the first round, and after a time in which nothing could be done.
    """

    def __init__(
        self,
        runtime: Runtime,
        keepers: Keepers,
        bell: Bell | None = None,
        catch_up: Callable[[], None] | None = None,
    ) -> None:
        self.runtime = runtime
        self.keepers = keepers
        self.catch_up = catch_up
        self.bell = bell or threading.Event()
        self._closing = threading.Event()
        self._shared = SharedCommits(runtime)
        self._senders = Senders("outside", SENDERS, FEW_SENDERS, self.bell.set, self._shared.press)
        self._urgent = Senders("urgent", URGENT_SENDERS, URGENT_SENDERS, self.bell.set, self._shared.press)
        self._lots = {
            kind: Lots(runtime, self._shared, each, self._is_ending)
            for kind, each in keepers.together.items()
        }

    def run(self, stop: threading.Event, every_s: float = 1.0) -> None:
        """Drains when the bell rings and at least every `every_s` seconds, until `stop`; then `close`.

        From `stop` on nothing is prepared to be asked outside, however long this very round still takes.
        """
        self._closing = stop
        last_round: datetime | None = None
        while not stop.is_set():
            self.bell.clear()
            try:
                last_round = self._catch_up(last_round)
                while not stop.is_set() and self._paced_step(stop):
                    pass
            except SQLAlchemyError as error:
                last_round = None
                _log.error("the database is out of reach: %s", type(error).__name__)
            except Exception:
                _log.exception("a round of work failed; the next one follows")
            self.bell.wait(LOOK_S if self._look() else every_s)
        self.close()

    def _paced_step(self, stop: threading.Event) -> int:
        """A step, and a rest after one that was done sooner than `PACE_S`: more is due then."""
        began = time.monotonic()
        taken = self.step()
        if taken and (rest := began + PACE_S - time.monotonic()) > 0:
            stop.wait(rest)
        return taken

    def _catch_up(self, last_round: datetime | None) -> datetime:
        now = self.runtime.clock.now()
        if last_round is None or now < last_round:  # new here, or the clock was put back
            with self.runtime.work() as work:
                database_now = self.runtime.clock.database_now(work.session)
                look_now(work.session, database_now)
                if last_round is not None:
                    hurry(work.session, Kind.SEND_TEXT, database_now)
        if self.catch_up is not None and (last_round is None or now - last_round > GAP):
            self.catch_up()
        return now

    def until_idle(self) -> int:
        """Keeps everything that is due now and waits for it; returns how many promises were taken up."""
        kept = 0
        while (taken := self.step()) or self._under_way():
            kept += taken
            self._wait_for_all()
        return kept

    def close(self) -> None:
        """Waits for what somebody outside was asked already; what was not begun is handed back."""
        self._closing.set()
        self._hand_back_what_was_not_begun()
        self._wait_for_all()
        self._urgent.close()
        self._senders.close()
        self._shared.close()

    def _wait_for_all(self) -> None:
        """Until nothing is under way; an answer is written down meanwhile, whoever else gets none."""
        while not (self._urgent.wait(LOOK_S) and self._senders.wait(LOOK_S)):
            self._look()

    def _is_ending(self) -> bool:
        return self._closing.is_set()

    def _hand_back_what_was_not_begun(self) -> None:
        """In one transaction: two hundred, one by one, take a busy machine longer than an end may."""
        waiting = [*self._urgent.withdraw(), *self._senders.withdraw()]
        try:
            with self.runtime.work() as work:
                hand_back_all(work.session, waiting)
        except SQLAlchemyError as error:
            _log.warning("%s claims wait for their leases to end: %s", len(waiting), type(error).__name__)

    def step(self) -> int:
        """Claims a batch for each lane and keeps it; returns how many promises were taken up."""
        self._look()
        due = self._due()
        taken = sum(self._keep_lots(lots) for kind, lots in self._lots.items() if kind in due)
        taken += self._keep_outside_ones(tuple(due.intersection(self.keepers.outside)))
        inside = due.intersection(self.keepers.inside) - set(self.keepers.many)
        # Looks go first, and never alone: a thousand open cases are looked at without end.
        taken += self._keep_inside_ones(tuple(inside.intersection(LOOKS)))
        taken += self._keep_inside_ones(tuple(inside.difference(LOOKS)))
        return taken + sum(self._keep_many(kind) for kind in self.keepers.many if kind in due)

    def _due(self) -> set[Kind]:
        """What there is to do: who finds nothing has not asked for a turn to write."""
        with self.runtime.reading() as session:
            return due_kinds(session, self.runtime.clock.database_now(session), self.keepers.kinds())

    def _keep_lots(self, lots: Lots) -> int:
        """Alerts go at once, each prepared by who sends it. Of the rest no more is claimed than senders have
        room for, so that what is prepared, which only a person may repeat, is asked at this moment.
        """
        taken = lots.take(self._senders.room())
        for alert in filter(_is_alert, taken):
            self._urgent.put(partial(self._ask, self._urgent, alert, lots), alert)
        for lot, ready in lots.ready([lot for lot in taken if not _is_alert(lot)]):
            if ready is None or ready.told:
                ask = partial(self._ask, self._senders, lot, lots, ready)
                self._senders.put(ask, lot if ready is None else ())
        return sum(map(len, taken))

    def _keep_outside_ones(self, kinds: Sequence[Kind]) -> int:
        room = SENDERS * 2 - self._under_way()
        if room <= 0:
            self._senders.want()
        claims = self._claim(kinds, room)
        for held in claims:
            senders = self._urgent if _is_alert([held]) else self._senders
            senders.put(partial(self._guard, held, self._keep_outside), [held])
        return len(claims)

    def _keep_inside_ones(self, kinds: Sequence[Kind]) -> int:
        claims = self._claim(kinds, BATCH)
        together, alone = parted(claims, SUSPECT)
        brought = [self._bring(held) for held in together]
        for held, settled in zip(together, brought, strict=True):
            self._guard(held, settled)
        self._keep_each(alone)
        return len(claims)

    def _keep_each(self, claims: Sequence[Claim]) -> None:
        for held in claims:
            self._guard(held, self._bring(held))

    def _keep_many(self, kind: Kind) -> int:
        """Claims promises of a kind and keeps as many in a transaction as may be; the others each alone."""
        claims = self._claim((kind,), MANY)
        if len(claims) == MANY:
            claims += self._claim((kind,), OF_THE_LAST, ranks=(Rank.LATER, Rank.LATER))
        left, alone = parted(claims, 1)
        if kind in self.keepers.ahead and len(left) > 1:
            self._look_ahead(kind, left)
        while len(left) > 1:
            try:
                left = left[self._shared.run(partial(self._keep_all, left), left[0].rank) :]
            except Exception as error:
                _log.warning("%s %s are kept one by one: %s", len(left), kind, type(error).__name__)
                break
        self._keep_each([*left, *alone])
        return len(claims)

    def _look_ahead(self, kind: Kind, claims: Sequence[Claim]) -> None:
        """Whatever is in the way of it is met again by who keeps them."""
        try:
            with self.runtime.reading() as session:
                self.keepers.ahead[kind](session, [held.subject_id for held in claims])
        except Exception as error:
            _log.warning("%s %s are not read ahead: %s", len(claims), kind, type(error).__name__)

    def _keep_all(self, claims: Sequence[Claim], work: UnitOfWork) -> int:
        kept = self.keepers.many[claims[0].kind](work, [held.subject_id for held in claims])
        settle_all(work.session, claims[:kept], work.now)
        return kept

    def _under_way(self) -> int:
        return self._senders.under_way() + self._urgent.under_way()

    def _look(self) -> bool:
        """Has as many senders awake as are needed, and answers written down that waited for others; whether
        something waits for a sender.
        """
        self._shared.press(WRITTEN_AFTER_S)
        return any([self._senders.look(), self._urgent.look()])

    def _claim(self, kinds: Sequence[Kind], limit: int, ranks: tuple[int, int] = ALL) -> list[Claim]:
        if not kinds or limit <= 0:
            return []
        with self.runtime.work() as work:
            now = self.runtime.clock.database_now(work.session)
            return claim(work.session, now, kinds=kinds, limit=limit, ranks=ranks)

    def _bring(self, held: Claim) -> Callable[[Claim], None]:
        """Has the promise kept together with others; what is returned waits for it."""

        def keep(work: UnitOfWork) -> None:
            self.keepers.inside[held.kind](work, held.subject_id)
            settle(work.session, held, work.now)

        if held.kind in ALONE:
            return lambda _: self._alone(keep)
        brought = self._shared.bring(keep, held.rank)
        return lambda _: self._shared.result(keep, brought)

    def _alone(self, act: Act[T]) -> T:
        with self.runtime.work() as work:
            return act(work)

    def _commit(self, held: Claim, act: Act[T]) -> T:
        return self._alone(act) if held.kind in ALONE else self._shared.run(act, held.rank)

    def _keep_outside(self, held: Claim) -> None:
        keeper = self.keepers.outside[held.kind]
        prepared = self._prepare(held, keeper)
        if prepared is not None:
            outcome = keeper.perform(prepared)
            self._record(held, lambda held: self._write_down(held, keeper, outcome))

    def _prepare(self, held: Claim, keeper: Outside) -> Any | None:
        def prepare(work: UnitOfWork) -> Any | None:
            if self._is_ending():
                hand_back(work.session, held)
                return None
            # The promise may have waited for a free sender: whoever lost it meanwhile must not ask anybody.
            renew(work.session, held, self.runtime.clock.database_now(work.session))
            prepared = keeper.prepare(work, held.subject_id)
            if prepared is None:
                settle(work.session, held, work.now)
            return prepared

        return self._commit(held, prepare)

    @staticmethod
    def _record(held: Claim, record: Callable[[Claim], None]) -> None:
        """Writes an answer down, again where the database is out of reach: lost, it would become a doubt."""
        for pause in RECORD_AGAIN_S:
            try:
                record(held)
            except SQLAlchemyError as error:
                _log.warning("an answer waits for the database: %s", type(error).__name__)
                time.sleep(pause)
            else:
                return
        record(held)

    def _write_down(self, held: Claim, keeper: Outside, outcome: Any) -> None:
        def write(work: UnitOfWork) -> None:
            later = keeper.record(work, held.subject_id, outcome, held.attempts)
            if later is None:
                settle(work.session, held, work.now)
            else:
                put_off(work.session, held, later.due_at, later.problem)

        self._commit(held, write)

    def _ask(self, senders: Senders, lot: Sequence[Claim], lots: Lots, ready: Ready | None = None) -> None:
        """Asks for a lot, and has others write down what came of it while this thread asks for the next.
        Where the asking breaks off, each is asked for alone, so that one that is unfit holds up no other.
        """
        try:
            told = lots.ask(lot, ready)
        except Exception as error:
            _log.exception("%s: a lot of %s failed", lot[0].kind, len(lot))
            if len(lot) == 1:
                self._put_off(lot[0], error)
                return
            for held in lot:
                self._ask(senders, [held], lots)
        else:
            for some, written in lots.record(told):
                senders.follow(written, partial(self._record_singly, some, lots))

    def _record_singly(self, told: Told, lots: Lots) -> None:
        _log.warning("%s answers are recorded one by one", len(told))
        for held, outcome in told:
            self._guard(held, partial(self._record, record=partial(lots.record_one, outcome=outcome)))

    def _guard(self, held: Claim, keep: Callable[[Claim], None]) -> None:
        """Runs `keep`; a bug or a fault of the database puts the promise off, with what was in the way."""
        try:
            keep(held)
        except LostClaimError:
            _log.warning("%s %s was taken over by another worker", held.kind, held.subject_id)
        except Exception as error:
            _log.exception("%s %s: attempt %s failed", held.kind, held.subject_id, held.attempts)
            self._put_off(held, error)

    def _put_off(self, held: Claim, error: Exception) -> None:
        pause = timedelta(seconds=min(2 ** min(held.attempts, 12), LONGEST_BACK_OFF_S))
        try:
            with self.runtime.work() as work:
                put_off(work.session, held, work.now + pause, f"{type(error).__name__}: {error}")
        except (SQLAlchemyError, LostClaimError):
            # The lease ends by itself; the promise stands in the database all the while.
            _log.warning("%s %s waits for its lease to end", held.kind, held.subject_id)


def _is_alert(lot: Sequence[Claim]) -> bool:
    return lot[0].rank <= Rank.DISPATCH
