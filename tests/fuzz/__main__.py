"""`make fuzz-webhooks`: 100,000 malformed requests to every address of a running hotline, then the verdict.
The same seed sends the same.
"""

import argparse
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.fuzz.run import Seen, fuzz, held_mib, tracebacks, until_out_of_the_spool, until_read
from tests.stories.system import System, prepare_town, start_system
from tests.support.processes import processes
from tests.support.schema import prepare_schema


def main() -> int:
    """0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="fuzz-webhooks", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    given = parser.parse_args()
    print(f"{given.requests} requests, seed {given.seed}", flush=True)
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="hotline-fuzz-")))
        url = f"sqlite:///{folder / 'hotline.sqlite3'}"
        (folder / "hotline.sqlite3").touch()
        prepare_schema(url)
        town = prepare_town(url, folder / "town")
        start = cleanup.enter_context(processes(folder))
        system = start_system(start, folder / "var", url, "", town)
        problems = _watch(system, given.requests, given.seed)
        print(*(f"  WRONG {problem}" for problem in problems[:50]), sep="\n")
        print(f"  wrong in all: {len(problems)}")
        return int(bool(problems))


def _watch(system: System, requests: int, seed: int) -> list[str]:
    """The figures, as they come; and what is wrong in the end."""
    began, seen = time.monotonic(), Seen()
    for seen in fuzz(system, requests, seed):
        print(f"  {sum(seen.statuses.values())} answered, {_memory(system, began)}", flush=True)
    until_out_of_the_spool(system, within_s=600)
    lost = seen.lost(system)
    print(f"  answers: {dict(sorted(seen.statuses.items()))} (0: the server hung up on what was no request)")
    print(f"  texts acknowledged {len(seen.bodies)}, steps of calls {len(seen.steps)}, lost {len(lost)}")
    print(*(f"  WRONG {problem}" for problem in [*seen.faults, *lost][:50]), sep="\n", flush=True)
    until_read(system, within_s=3600)
    print(f"  all of it understood, {_memory(system, began)}")
    broken = tracebacks(system)
    said = [f"{broken} tracebacks, of which the last: {system.said()[-6000:]}"] if broken else []
    dead = ["a process has ended" for each in (*system.servers, *system.workers) if not each.alive]
    return [*seen.faults, *(f"lost: {what}" for what in lost), *said, *dead]


def _memory(system: System, began: float) -> str:
    held = ", ".join(f"{name} {mib:.0f} MiB" for name, mib in held_mib(system).items())
    return f"after {time.monotonic() - began:.0f} s: {held}"


if __name__ == "__main__":
    sys.exit(main())
