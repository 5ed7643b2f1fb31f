"""A promise that ends the process again and again keeps no other from being kept."""

from collections.abc import Sequence

import pytest
from sqlalchemy.exc import SQLAlchemyError

from hotline.outbox import SUSPECT, Claim
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.support.callbacks import promised
from tests.support.still_clock import StillClock
from tests.workers.keeping import INSIDE, ON_SQLITE, note, noted, promise
from workers.drain import Drain
from workers.keepers import Keepers
from workers.suspects import parted

DEADLY = 3


class EndedError(BaseException):
    """The process is gone: nothing that it had in hand comes to an end."""


class Mortal:
    """Keeps promises in a process that one of them ends, whoever else is kept in the same transaction."""

    def __init__(self) -> None:
        self.dead = False

    def keep(self, work: UnitOfWork, subject_id: int) -> None:
        self.dead = self.dead or subject_id == DEADLY
        if self.dead:
            raise EndedError
        note(work, subject_id)

    def keep_many(self, work: UnitOfWork, subject_ids: Sequence[int]) -> int:
        for subject_id in subject_ids:
            self.keep(work, subject_id)
        return len(subject_ids)


def claim(serial: int, attempts: int) -> Claim:
    return Claim(serial, INSIDE, serial, attempts)


@ON_SQLITE
@pytest.mark.parametrize("together", [True, False], ids=["many in one go", "one after the other"])
def test_all_but_the_deadly_one_are_kept_in_the_end(
    runtime: Runtime, clock: StillClock, together: bool
) -> None:
    promise(runtime, INSIDE, *range(8))
    lives = 0
    while noted(runtime) < 7 and lives < 200:
        process = Mortal()
        many = {INSIDE: process.keep_many} if together else {}
        drain = Drain(runtime, Keepers(inside={INSIDE: process.keep}, outside={}, many=many))
        try:
            drain.step()
        except (EndedError, SQLAlchemyError):
            lives += 1
        drain.close()
        clock.move(seconds=3601)
    assert noted(runtime) == 7
    assert [each.subject_id for each in promised(runtime.engine) if each.settled_at is None] == [DEADLY]


def test_what_failed_is_kept_alone_and_what_failed_often_in_any_order() -> None:
    fresh, again = [claim(1, 1), claim(2, 1)], [claim(3, 2), claim(4, SUSPECT)]
    often = [claim(serial, SUSPECT + 1) for serial in range(5, 25)]
    together, alone = parted([*fresh, *again, *often], 1)
    assert together == fresh
    assert alone[:2] == again
    assert sorted(each.id for each in alone[2:]) == [each.id for each in often]
    assert alone[2:] != often
    assert parted([*fresh, *again, *often], SUSPECT)[0] == [*fresh, *again]
