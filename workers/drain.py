"""Claims what is due in batches and keeps it; lives as long as its process (a process per job costs 10-250 ms)."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from hotline.outbox import Claim, Kind, LostClaimError, claim, put_off, settle
from hotline.runtime import Runtime
from workers.keepers import Keepers, Outside

BATCH: Final = 50
SENDERS: Final = 16
LONGEST_BACK_OFF_S: Final = 3600

_log = logging.getLogger(__name__)


class Bell(Protocol):
    """What the loop sleeps on; threading.Event fits."""

    def wait(self, timeout: float) -> bool:
        """Sleeps until rung or `timeout` seconds."""
        ...

    def clear(self) -> None:
        """Makes it silent again."""
        ...


class Drain:
    """Keeps promises in this process."""

    def __init__(self, runtime: Runtime, keepers: Keepers) -> None:
        self.runtime = runtime
        self.keepers = keepers
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="outside")
        self._under_way: set[Future[None]] = set()

    def run(self, stop: threading.Event, bell: Bell, every_s: float = 1.0) -> None:
        """Drains when the bell rings and at least every `every_s` seconds, until `stop`; finishes what is under way."""
        while not stop.is_set():
            bell.clear()
            try:
                while not stop.is_set() and self.step():
                    pass
            except SQLAlchemyError as error:
                _log.error("the database is out of reach: %s", type(error).__name__)
            bell.wait(every_s)
        self.close()

    def until_idle(self) -> int:
        """Keeps everything that is due now and waits for it; returns how many promises were taken up."""
        kept = 0
        while (taken := self.step()) or self._under_way:
            kept += taken
            wait(self._under_way)
            self._forget_finished()
        return kept

    def close(self) -> None:
        """Waits for what is under way."""
        self._pool.shutdown(wait=True)

    def step(self) -> int:
        """Claims one batch and keeps it; what needs somebody outside goes on in the pool."""
        self._forget_finished()
        room = SENDERS * 2 - len(self._under_way)
        kinds = self.keepers.kinds() if room > 0 else tuple(self.keepers.inside)
        claims = self._claim(kinds, min(BATCH, room) if room > 0 else BATCH)
        for held in claims:
            if held.kind in self.keepers.inside:
                self._keep_inside(held)
            else:
                self._under_way.add(self._pool.submit(self._keep_outside, held))
        if room <= 0 and not claims:
            wait(self._under_way, return_when="FIRST_COMPLETED")
        return len(claims)

    def _forget_finished(self) -> None:
        self._under_way = {future for future in self._under_way if not future.done()}

    def _claim(self, kinds: tuple[Kind, ...], limit: int) -> list[Claim]:
        with self.runtime.work() as work:
            now = self.runtime.clock.database_now(work.session)
            return claim(work.session, now, kinds=kinds, limit=limit)

    def _keep_inside(self, held: Claim) -> None:
        def keep() -> None:
            with self.runtime.work() as work:
                self.keepers.inside[held.kind](work, held.subject_id)
                settle(work.session, held, work.now)

        self._guard(held, keep)

    def _keep_outside(self, held: Claim) -> None:
        self._guard(held, lambda: self._ask_outside(held, self.keepers.outside[held.kind]))

    def _ask_outside(self, held: Claim, keeper: Outside) -> None:
        with self.runtime.work() as work:
            prepared = keeper.prepare(work, held.subject_id)
            if prepared is None:
                settle(work.session, held, work.now)
        if prepared is None:
            return
        outcome = keeper.perform(prepared)
        with self.runtime.work() as work:
            later = keeper.record(work, held.subject_id, outcome, held.attempts)
            if later is None:
                settle(work.session, held, work.now)
            else:
                put_off(work.session, held, later.due_at, later.problem)

    def _guard(self, held: Claim, keep: Callable[[], None]) -> None:
        """Runs `keep`; a bug or a fault of the database puts the promise off, with what was in the way."""
        try:
            keep()
        except LostClaimError:
            _log.warning("%s %s was taken over by another worker", held.kind, held.subject_id)
        except Exception as error:  # noqa: BLE001  a promise is never dropped, whatever goes wrong with it
            _log.exception("%s %s: attempt %s failed", held.kind, held.subject_id, held.attempts)
            self._put_off(held, error)

    def _put_off(self, held: Claim, error: Exception) -> None:
        pause = timedelta(seconds=min(2**held.attempts, LONGEST_BACK_OFF_S))
        try:
            with self.runtime.work() as work:
                put_off(work.session, held, work.now + pause, f"{type(error).__name__}: {error}")
        except (SQLAlchemyError, LostClaimError):
            # The lease ends by itself; the promise stands in the database all the while.
            _log.warning("%s %s waits for its lease to end", held.kind, held.subject_id)
