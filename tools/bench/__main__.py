"""`python -m tools.bench [data | full | compare OLD NEW] [--only WORDS]`: measures and keeps the figures."""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tools.bench import cluster, disk, wrk
from tools.bench.bench import FULL, NORMAL, Bench, schema
from tools.bench.clients import SHORT_TURN_S
from tools.bench.compare import compare
from tools.bench.desk import desk
from tools.bench.dispatching import dispatching
from tools.bench.footprint import footprint
from tools.bench.handing_over import handing_over
from tools.bench.keep import keep
from tools.bench.month import month
from tools.bench.pace import fixed_work, pace
from tools.bench.peers import peers
from tools.bench.results import Row, table
from tools.bench.sends import sends
from tools.bench.several import several
from tools.bench.time_limit import within
from tools.bench.understanding import understand
from tools.bench.voice import voice
from tools.bench.whole_path import whole_path
from tools.test import Need, install, may_install, missing, shortage

VAR: Final = Path("var")
SCENARIOS: Final[Mapping[str, Callable[[Bench], Iterator[Row]]]] = {
    "keep": keep,
    "understand": understand,
    "path": whole_path,
    "handing-over": handing_over,
    "sends": sends,
    "voice": voice,
    "dispatching": dispatching,
    "desk": desk,
    "month": month,
    "footprint": footprint,
    "several": several,
    "peers": peers,
}
FULL_ONLY: Final = frozenset({"several", "peers"})
"""Measured where it is asked for by name, or all of it is."""
SHARES: Final[Mapping[str, float]] = {
    "keep": 112, "understand": 6, "path": 66, "handing-over": 31, "sends": 39, "voice": 100,
    "dispatching": 29, "desk": 99, "month": 55, "footprint": 57,
}  # fmt: skip
"""Seconds that a scenario takes on a quiet machine of two cores; what one leaves is there for the next."""
A_SHARE: Final = 60.0
"""Of one that is not named there."""
LARGE: Final = frozenset({"keep", "path", "desk", "month"})
"""What is measured over a large past."""
ONLY: Final = "measure these alone, into var/bench-WORDS.json: the whole run's var/bench.json stays as it is"
NEEDS: Final = (Need("the load generator wrk", wrk.PACKAGE, wrk.is_there),)


def main(arguments: list[str]) -> int:
    """0 where everything was measured, whatever it reached; 3 if something is missing."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="normal", choices=("normal", "full", "data", "compare"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--only", nargs="+", choices=tuple(SCENARIOS), default=[], help=ONLY)
    given = parser.parse_args(arguments)
    if given.what == "compare":
        return say_what_moved(given.files)
    if (absent := missing(NEEDS)) and may_install():
        install(absent)
    if absent := missing(NEEDS):
        print(shortage(absent), file=sys.stderr)
        return 3
    if in_memory := disk.in_memory(Path(tempfile.gettempdir()), Path.cwd()):
        print(in_memory, file=sys.stderr)
        return 3
    sys.setswitchinterval(SHORT_TURN_S)
    with ExitStack() as cleanup:
        server = cluster.server_over(VAR / "bench")
        cleanup.callback(server.remove)
        server.start()
        cluster.have_a_log(server)
        cluster.tidy(server, schema())
        cleanup.callback(cluster.tidy, server, schema())
        bench = Bench(FULL if given.what == "full" else NORMAL, VAR / "bench", server)
        if given.what == "data":
            fill_all(bench)
            return 0
        names = given.only or [name for name in SCENARIOS if given.what == "full" or name not in FULL_ONLY]
        write(measured(bench, names), VAR / file_name(given.only))
    return 0


def fill_all(bench: Bench) -> None:
    """Every past that a run wants; those that are there already cost nothing."""
    for kind in bench.kinds():
        for incidents in (NORMAL.few, NORMAL.many, FULL.many):
            bench.filled(kind, incidents)


def say_what_moved(files: Sequence[Path]) -> int:
    """0, or 2 where there are not two runs to compare."""
    if len(files) != 2 or not all(file.is_file() for file in files):
        print("usage: make bench-compare OLD.json NEW.json (two files that exist)", file=sys.stderr)
        return 2
    old, new = (json.loads(file.read_text()) for file in files)
    print(compare(old, new))
    return 0


def file_name(only: Sequence[str]) -> str:
    """A run of some scenarios has a file of its own beside the whole run's."""
    return f"{'-'.join(['bench', *only])}.json"


def measured(bench: Bench, names: list[str]) -> list[Row]:
    """The rows of these scenarios, printed as they come; one that breaks or has no end costs its own only."""
    rows, paces = list[Row](), list[float]()
    until = time.perf_counter() + bench.size.whole_s
    if not LARGE.isdisjoint(names):
        _fill(bench)
    for at, name in enumerate(names):
        began = time.perf_counter()
        paces.append(fixed_work())
        shares = [SHARES.get(each, A_SHARE) for each in names[at:]]
        longest = max((until - began) * shares[0] / sum(shares), 1.0)
        for row in _rows(bench, name, min(longest, bench.size.longest_s)):
            rows.append(row)
            print(table([row]).splitlines()[1], flush=True)
        print(f"  ({name}: {time.perf_counter() - began:.0f} s; a fixed sum {paces[-1]:.0f} ms)", flush=True)
    return [*rows, pace(paces)]


def _fill(bench: Bench) -> None:
    """The large pasts, before anybody's time is counted: one that was broken off would be begun anew by the
    next.
    """
    for kind in bench.kinds():
        began = time.perf_counter()
        bench.filled(kind, bench.size.many)
        print(f"  (a past of {bench.size.many:,}, {kind}: {time.perf_counter() - began:.0f} s)", flush=True)


def _rows(bench: Bench, name: str, longest_s: float) -> Iterator[Row]:
    try:
        with within(longest_s):
            yield from SCENARIOS[name](bench)
    except Exception as error:
        yield Row(name, "", (), problem=f"broke off: {type(error).__name__}: {error}")


def write(rows: list[Row], file: Path) -> None:
    """Prints the whole table and keeps it."""
    print(f"\n{table(rows)}")
    file.parent.mkdir(exist_ok=True)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    found = {"machine": machine, "rows": [row.as_json() for row in rows]}
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
