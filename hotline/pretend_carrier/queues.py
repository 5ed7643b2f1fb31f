"""Calls that wait for somebody: named queues of each number."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from hotline.pretend_carrier.call import Call
from hotline.pretend_carrier.phones import Input, InputKind


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One call's place in the queue `name` of the number `to`."""

    call: Call
    to: str
    name: str


class Queues:
    """First come, first served; a call leaves when it is taken or hangs up."""

    def __init__(self) -> None:
        self._spots: list[Spot] = []
        self._lock = Lock()

    def join(self, call: Call, name: str) -> Spot:
        """Wait at the end of the queue of the number that was called."""
        spot = Spot(call, call.to, name)
        with self._lock:
            self._spots.append(spot)
        return spot

    def leave(self, spot: Spot) -> None:
        """Wait no longer; nothing happens if the call was taken already."""
        with self._lock:
            if spot in self._spots:
                self._spots.remove(spot)

    def next(self, number: str, name: str, agent: Call) -> Call | None:
        """Take the head of a queue for `agent` (any name if `name` is empty), and tell it so."""
        with self._lock:
            for spot in self._spots:
                if spot.to == number and name in {"", spot.name}:
                    self._spots.remove(spot)
                    spot.call.inputs.put(Input(InputKind.DEQUEUED, value=agent))
                    return spot.call
        return None

    def counts(self, number: str) -> dict[str, int]:
        """How many wait in each queue of a number."""
        with self._lock:
            names = [spot.name for spot in self._spots if spot.to == number]
        return {name: names.count(name) for name in dict.fromkeys(names)}
