"""What is known against the pinned packages: `make audit`.

pip-audit asks one source of advisories after the other, strictly: a package that a source does not know is a
fault, not a pass. A run that no source answered has audited nothing, and says so: exit code 2. Code 1 where
something is known, 0 where nothing is.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("pypi", "osv")
PINNED: Final = ("requirements.txt", "requirements-dev.txt")
LONGEST_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Said:
    """What one source answered: advisories, a line each; or, as `silent`, why it did not."""

    packages: int = 0
    known: tuple[str, ...] = ()
    silent: str = ""


Asking = Callable[[str], Said]


def ask(source: str) -> Said:
    """pip-audit over everything pinned, as one source sees it. Nothing is resolved or installed."""
    files = [f"--requirement={ROOT / name}" for name in PINNED]
    options = ("--strict", "--disable-pip", "--no-deps", "--format=json", "--progress-spinner=off")
    command = [sys.executable, "-m", "pip_audit", *options, f"--vulnerability-service={source}", *files]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return Said(silent=f"no answer in {LONGEST_S:g} s")
    return read(done.stdout, done.stderr)


def read(out: str, complaints: str) -> Said:
    """pip-audit writes its JSON only where the source has answered for every package."""
    try:
        found = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        return Said(silent=(complaints.strip().splitlines() or ["it said nothing"])[-1])
    skipped = [each["name"] for each in found if "skip_reason" in each]
    if skipped or not found:
        return Said(silent=f"it left out {', '.join(skipped) or 'everything'}")
    return Said(len(found), tuple(_line(each, hit) for each in found for hit in each["vulns"]))


def _line(package: dict[str, Any], hit: dict[str, Any]) -> str:
    mended = ", ".join(hit["fix_versions"]) or "nothing yet"
    return f"{package['name']} {package['version']}: {hit['id']}, mended in {mended}"


def main(sources: Sequence[str] = SOURCES, asking: Asking = ask) -> int:
    """The exit code, after saying what was found."""
    for source in sources:
        said = asking(source)
        if said.silent:
            print(f"{source}: no answer ({said.silent})", file=sys.stderr)
            continue
        print(*said.known, sep="\n", end="\n" if said.known else "")
        print(f"{source}: {said.packages} packages looked up, {len(said.known)} advisories against them")
        return 1 if said.known else 0
    print("NOT AUDITED: no source of advisories answered. Run it where one can be reached.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
