"""What the daemon says to its modem and hears from it, read as it goes by; nothing of it is kept.

The daemon passes on signal and counts by itself, but not how full the SIM is, whether it has a network, nor
who rings: it would hang up on him, and stand still where a ring comes between question and answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_STORAGE: Final = re.compile(r'"\+CPMS: (?:"\w+",)?(\d+),(\d+)')
_NETWORK: Final = re.compile(r'"\+CREG: (?:\d,)?(\d)[,"]')
_SIGNAL: Final = re.compile(r'"\+CSQ: (\d+),')
_CALLER: Final = re.compile(r'"\+CLIP: "(\+?\d*)",')
_HOME, _ROAMING = 1, 5
_NO_SIGNAL: Final = 99
_BEST_SIGNAL: Final = 31


@dataclass
class Talk:
    """The last thing that was heard of each; None where nothing was yet. `on_ring` is told the number of
    each ring, empty where it is withheld.
    """

    on_ring: Callable[[str], None]
    storage_used: int | None = None
    storage_size: int | None = None
    registered: bool | None = None
    signal: int | None = None
    """Percent, of the scale of 3GPP TS 27.007 8.5 (0 to 31)."""

    def hear(self, line: str) -> None:
        """Takes in one line of the daemon's output."""
        if found := _STORAGE.search(line):
            self.storage_used, self.storage_size = int(found[1]), int(found[2])
        elif found := _NETWORK.search(line):
            self.registered = int(found[1]) in {_HOME, _ROAMING}
        elif found := _CALLER.search(line):
            self.on_ring(found[1])
        elif found := _SIGNAL.search(line):
            strength = int(found[1])
            self.signal = 0 if strength == _NO_SIGNAL else round(strength * 100 / _BEST_SIGNAL)
