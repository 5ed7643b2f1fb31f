"""`make fuzz-webhooks`: 100,000 malformed requests to every address of a running hotline; what was kept of
them is understood to its end; then the verdict. The same seed sends the same.
"""

import argparse
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.fuzz.memory import Memory
from tests.fuzz.run import (
    PARTS,
    Seen,
    fuzz,
    let_time_pass,
    tracebacks,
    unsettled,
    until_out_of_the_spool,
)
from tests.stories.system import System, prepare_town, start_system
from tests.support.processes import processes
from tests.support.schema import prepare_schema

STANDSTILL_S: Final = 600.0
"""A worker that has understood nothing for so long has stopped."""


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
    memory, seen = Memory(system), Seen()
    for seen in fuzz(system, requests, seed):
        memory.note(f"{sum(seen.statuses.values())} answered, {unsettled(system)[0]} to be understood")
    until_out_of_the_spool(system, within_s=600)
    lost = seen.lost(system)
    print(f"  answers: {dict(sorted(seen.statuses.items()))} (0: the server hung up on what was no request)")
    print(f"  texts acknowledged {len(seen.bodies)}, steps of calls {len(seen.steps)}, lost {len(lost)}")
    print(*(f"  WRONG {problem}" for problem in [*seen.faults, *lost][:50]), sep="\n", flush=True)
    _read_on(system, memory)
    print("  half an hour is let pass: what belongs to no text of ours is looked at once more", flush=True)
    let_time_pass(system)
    _read_on(system, memory)
    _, left = unsettled(system)
    print(f"  {left} left to be understood", flush=True)
    broken = tracebacks(system)
    said = [f"{broken} tracebacks, of which the last: {system.said()[-6000:]}"] if broken else []
    dead = [] if _all_live(system) else ["a process has ended"]
    unread = [f"{left} were never understood"] if left else []
    grown = memory.growth()
    return [*seen.faults, *(f"lost: {what}" for what in lost), *unread, *said, *dead, *grown]


def _all_live(system: System) -> bool:
    return all(each.alive for each in (*system.servers, *system.workers))


def _read_on(system: System, memory: Memory) -> None:
    """Until nothing is due; says what is held after each tenth, and gives up where nothing moves any more or
    nobody is there to move it.
    """
    began = left = unsettled(system)[0]
    told, moved_at = PARTS, time.monotonic()
    while left and _all_live(system) and time.monotonic() - moved_at < STANDSTILL_S:
        time.sleep(1)
        now, _ = unsettled(system)
        moved_at = moved_at if now == left else time.monotonic()
        left = now
        if left * PARTS <= began * (told - 1):
            told = -(-left * PARTS // began)
            memory.note(f"{left} to be understood")


if __name__ == "__main__":
    sys.exit(main())
