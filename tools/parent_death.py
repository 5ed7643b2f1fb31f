"""A child process that does not outlive its parent, however the parent ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>


def die_with_parent(with_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: Linux sends the child `with_signal` when its parent ends, even by SIGKILL.

    SIGTERM is the default because a child told so still finishes what is in flight. Elsewhere than
    on Linux it does nothing. What counts as the parent is the starting *thread*: start from the main one.
    """
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def arrange() -> None:
        if sys.platform != "linux":
            return
        libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))
        if os.getppid() != parent:  # it ended before we had asked
            os._exit(1)

    return arrange
