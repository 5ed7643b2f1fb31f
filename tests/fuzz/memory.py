"""What the processes hold as time goes on, and whether it grows."""

import time
from dataclasses import dataclass, field
from typing import Final

from tests.fuzz.run import held_mib
from tests.stories.system import System

WARM: Final = 0.5
"""The share of a run in which caches become full, and each thread is needed once."""
END: Final = 0.25
"""The share of a run that is its end: what is held in all of it is held for good."""
ROOM: Final = 0.1
ROOM_MIB: Final = 16.0
"""What a process may hold more at its end than when it was warm: its share of that, or so much where that is
less. A leak of one callback's bytes, 300 of them, is 24 MiB in 80,000 callbacks.
"""


@dataclass
class Memory:
    """MiB of each process, from look to look."""

    system: System
    began: float = field(default_factory=time.monotonic)
    held: list[dict[str, float]] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Looks, and says so."""
        self.held.append(held_mib(self.system))
        shown = ", ".join(f"{name} {mib:.0f} MiB" for name, mib in self.held[-1].items())
        print(f"  {what}, after {time.monotonic() - self.began:.0f} s: {shown}", flush=True)

    def growth(self) -> list[str]:
        """Which process holds more at its end than it did when it was warm, in words."""
        early, late = (max(round(len(self.held) * share), 1) for share in (WARM, END))
        grown = []
        for name in self.held[-1]:
            warm = max(held[name] for held in self.held[:early])
            end = min(held[name] for held in self.held[-late:])
            if end > warm + max(warm * ROOM, ROOM_MIB):
                grown.append(f"{name} grew from {warm:.0f} to {end:.0f} MiB")
        return grown
