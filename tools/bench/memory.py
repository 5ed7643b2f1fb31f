"""What processes hold: proportional set size, so that pages which several share are counted once."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

PROC = Path("/proc")


def pss_mib(leaders: Iterable[int]) -> float:
    """MiB of the process groups with these leaders; 0 where the system does not tell."""
    groups = set(leaders)
    return sum(_pss_kib(process) for process in PROC.glob("[0-9]*") if _group(process) in groups) / 1024


def mb_of_tree(root: int, without: str) -> float:
    """MB (a million bytes) of a process and all below it. Of one that runs the module `without` it is only
    what would be free if it ended that is left out: its part of shared pages stays counted, since the others
    would hold it.
    """
    first = psutil.Process(root)
    return sum(_own_bytes(process, without) for process in [first, *first.children(recursive=True)]) / 1e6


def _own_bytes(process: psutil.Process, without: str) -> float:
    with suppress(psutil.Error):
        held = process.memory_full_info()
        return float(held.pss - held.uss if without in process.cmdline() else held.pss)
    return 0.0


def _group(process: Path) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    return -1


def _pss_kib(process: Path) -> int:
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
