"""Copy the browser scripts, with their licences, from node_modules to where the console serves them.

Which file goes where, and the SHA-256 that it must have, is the table `vendored` in package.json.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


class UnexpectedContentError(Exception):
    """A file in node_modules is not the one whose hash package.json records."""


def vendor(package: Path, modules: Path, target: Path) -> list[Path]:
    """Copy every file of `package`'s table from `modules` into `target`, which is emptied first.

    Returns the files made. Raises UnexpectedContentError, with nothing touched, if a hash differs.
    """
    table = json.loads(package.read_text())["vendored"]
    for entry in table:
        _check(modules / entry["from"], entry["sha256"])
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    return [shutil.copyfile(modules / entry["from"], target / entry["to"]) for entry in table]


def _check(file: Path, expected: str) -> None:
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != expected:
        raise UnexpectedContentError(f"{file} has SHA-256 {found}, package.json says {expected}")


def main() -> None:
    """Called by make after `npm ci`."""
    try:
        vendor(ROOT / "package.json", ROOT / "node_modules", ROOT / "hotline/console/static/vendor")
    except (OSError, UnexpectedContentError) as error:
        sys.exit(f"The browser scripts were not copied: {error}")


if __name__ == "__main__":
    main()
