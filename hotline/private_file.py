"""Small files that only their owner may read (the demo's secrets), written whole or not at all."""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path


def kept_words(path: Path, make: Callable[[dict[str, str]], dict[str, str]]) -> dict[str, str]:
    """The words kept in `path`; `make` completes what is there. Processes that start together agree on them.

    Raises OSError where the folder can't be used, ValueError where the file is damaged.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        there: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        wanted = make(there)
        if wanted != there:
            write_private(path, json.dumps(wanted, indent=1))
        return wanted


def write_private(path: Path, words: str) -> None:
    """Puts `words` in the place of the file, readable by its owner alone."""
    fresh = path.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(words)
    fresh.replace(path)
