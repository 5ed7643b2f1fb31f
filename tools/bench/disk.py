"""Whether a folder lies on a disk: in memory an fsync costs nothing, and no durable figure is true."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil

IN_MEMORY: Final = frozenset({"tmpfs", "ramfs", "devtmpfs"})
Mount = tuple[str, str]
"""Where a file system is mounted, and of what type it is."""


def in_memory(*folders: Path) -> str:
    """A sentence about the first of these folders that lies in memory; empty where none does."""
    mounts = [(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]
    for folder in folders:
        if (kind := file_system(folder.resolve(), mounts)) in IN_MEMORY:
            return (
                f"{folder} lies in memory ({kind}), where an fsync costs nothing: what is durable can't be "
                "measured there. Set TMPDIR to a folder on a disk."
            )
    return ""


def file_system(folder: Path, mounts: Sequence[Mount]) -> str:
    """The type of the file system that holds `folder`: the innermost mount, and the last one made there."""
    holding = [
        (len(Path(at).parts), turn, kind)
        for turn, (at, kind) in enumerate(mounts)
        if folder.is_relative_to(at)
    ]
    return max(holding)[2] if holding else ""
