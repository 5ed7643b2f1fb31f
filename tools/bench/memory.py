"""What processes hold: proportional set size, so that pages which several share are counted once."""

import os
from collections.abc import Iterable
from contextlib import suppress

import psutil


def pss_mib(leaders: Iterable[int]) -> float:
    """MiB of the process groups with these leaders."""
    groups = set(leaders)
    ours = [process for process in psutil.process_iter() if _group(process) in groups]
    return sum(_bytes(process) for process in ours) / 2**20


def mb_of_tree(root: int, without: str) -> float:
    """MB (a million bytes) of a process and all below it. Of one that runs the module `without` it is only
    what would be free if it ended that is left out: its part of shared pages stays counted, since the others
    would hold it.
    """
    first = psutil.Process(root)
    return sum(_bytes(process, without) for process in [first, *first.children(recursive=True)]) / 1e6


def _bytes(process: psutil.Process, without: str = "") -> float:
    """0 of one that has ended."""
    with suppress(psutil.Error):
        held = process.memory_full_info()
        return float(held.pss - held.uss if without and without in process.cmdline() else held.pss)
    return 0.0


def _group(process: psutil.Process) -> int:
    with suppress(ProcessLookupError):
        return os.getpgid(process.pid)
    return -1
