"""A drain, and somebody outside who is asked by it."""

from collections.abc import Callable, Iterator

import pytest

from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork
from tests.workers.keeping import INSIDE, OUTSIDE, Carrier, note
from workers.drain import Drain
from workers.keepers import Keepers

DrainOf = Callable[..., Drain]


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def drain_of(runtime: Runtime, carrier: Carrier) -> Iterator[DrainOf]:
    made: list[Drain] = []

    def make(inside: Callable[[UnitOfWork, int], None] = note) -> Drain:
        made.append(Drain(runtime, Keepers(inside={INSIDE: inside}, outside={OUTSIDE: carrier})))
        return made[-1]

    yield make
    for drain in made:
        drain.close()
