"""Who rings: the modem is asked to name callers, and each ring is written down at once."""

import logging
import os
import termios
import time
import tty
from collections.abc import Callable
from pathlib import Path
from select import select
from typing import Final

NAME_CALLERS: Final = b"AT+CLIP=1\r"
"""3GPP TS 27.007 7.6. The modem remembers it until it is switched off."""
ANSWER_S: Final = 1.0

_log = logging.getLogger(__name__)


def ask_who_rings(device: str) -> bool:
    """Before the daemon opens the modem: whether the modem will name callers. A modem that can't, or is not
    there, is no reason not to start: texts come first.
    """
    try:
        line = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return _asked(line)
    except (OSError, termios.error) as error:
        _log.warning("%s will not say who rings: %s", device, error)
        return False
    finally:
        os.close(line)


def _asked(line: int) -> bool:
    tty.setraw(line)
    os.write(line, NAME_CALLERS)
    heard, until = b"", time.monotonic() + ANSWER_S
    while b"OK\r" not in heard and time.monotonic() < until:
        if select([line], [], [], 0.05)[0]:
            heard += os.read(line, 4096)
    return b"OK\r" in heard


def written_down(folder: Path) -> Callable[[str], None]:
    """Leaves a file for each ring in `folder`, where the pump takes it: a daemon's words are heard once."""

    def note(caller: str) -> None:
        fresh = folder / f"{time.time_ns()}.part"
        fresh.write_text(caller, encoding="utf-8")
        fresh.rename(fresh.with_suffix(".call"))

    return note
