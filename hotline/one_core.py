"""Keeps threads that pass work to each other on one core of the machine: those of the door, and a worker's.

Only one of them can run Python at a time, and each callback passes from one to another several times. On
several cores each passing wakes another core, which finds Python's lock taken and sleeps again: that
costs more than all that is done for a callback. On one core a callback costs half, and a worker hands
over a fifth more texts a second: 194 us become 102, and 541 to 579 texts 659 to 690
(docs/performance.md). Whoever leaves the door for a page may run anywhere again, a worker's threads all
stay; what a database server does is as free as the system makes it.

Each process takes a core that none of the machine has, of this installation or another; where all are taken,
or the system knows no such thing, its threads run where they like, as they did.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

FEWEST_CORES: Final = 2

_log = logging.getLogger(__name__)


class _Here(threading.local):
    stays = False


class Cores:
    """Which core the calling thread may use."""

    def stay(self) -> None:
        """The calling thread, and those that it starts, stay on the process's core."""

    def leave(self) -> None:
        """It may run anywhere again."""

    def give_back(self) -> None:
        """Lets another process have the core; who stays goes on there."""


class OneCore(Cores):
    """A core of this process's own, taken with the first thread that stays. Processes with the same `name`
    share the machine's cores out among them.
    """

    def __init__(self, name: str = "hotline") -> None:
        self.name = name
        self._here = _Here()
        self._taking = threading.Lock()
        self._taken = False
        self._everywhere: set[int] = set()
        self._mine: set[int] = set()
        self._claim: socket.socket | None = None

    def stay(self) -> None:
        if not self._here.stays:
            self._here.stays = True
            with self._taking:
                if not self._taken:
                    self._take()
            self._run_on(self._mine)

    def leave(self) -> None:
        if self._here.stays:
            self._here.stays = False
            self._run_on(self._everywhere)

    def give_back(self) -> None:
        with self._taking:
            claim, self._claim = self._claim, None
        if claim is not None:
            claim.close()

    def _take(self) -> None:
        self._taken = True
        try:
            self._everywhere = set(os.sched_getaffinity(0))
            self._mine = set(self._free_ones() if len(self._everywhere) >= FEWEST_CORES else ())
        except (AttributeError, OSError) as error:
            _log.info("this process has no core of its own: %s", error)

    def _free_ones(self) -> Iterator[int]:
        """One, or none. The first core serves most of what interrupts the machine, so it comes last."""
        for core in sorted(self._everywhere, reverse=True):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                # A name that is no file, which the system gives to one and frees with him.
                claim.bind(f"\0{self.name}-core-{core}")
            except OSError:
                claim.close()
            else:
                self._claim = claim
                yield core
                return

    def _run_on(self, cores: set[int]) -> None:
        if self._mine:
            with suppress(OSError):  # it was taken from this process meanwhile
                os.sched_setaffinity(0, cores)
