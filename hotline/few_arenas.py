"""How many places the C library takes memory from.

By itself it makes eight for each core, so that threads never wait for each other; the worker's two hundred
hold Python's lock in turn anyway, and what becomes free in one place is used by none of the others: the
process holds more the longer it runs (docs/security.md has what it held).
"""

import ctypes
from contextlib import suppress
from typing import Final

MOST: Final = 2
_M_ARENA_MAX: Final = -8
"""glibc's own number for it (malloc.h); other C libraries have no such thing."""


def keep_few_arenas() -> None:
    """To be called before the first thread is started."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, MOST)
