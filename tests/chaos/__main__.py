"""`make chaos`: ten minutes of faults on each database, then the verdict. The same seed breaks the same."""

import argparse
import secrets
import sys
from pathlib import Path

from tests.chaos.run import PER_SECOND, Outcome, Plan, chaos


def main() -> int:
    """0 where every promise was kept on each database."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+",
                        default=["sqlite", "postgresql"])  # fmt: skip
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--per-second", type=float, default=PER_SECOND, help="reports of residents")
    parser.add_argument("--log", type=Path, help="where to write what the processes said")
    given = parser.parse_args()
    failed = False
    for database in given.database:
        print(f"{database}, {given.seconds:g} s, seed {given.seed}", flush=True)
        outcome = chaos(Plan(database, given.seconds, given.seed, given.per_second))
        print(report(outcome), flush=True)
        failed = failed or bool(outcome.problems)
        if given.log:
            with given.log.open("a", encoding="utf-8") as log:
                log.write(outcome.said)
    return int(failed)


def report(outcome: Outcome) -> str:
    """The figures and what is wrong, a line each."""
    lines = [f"  {name:24}{count:>8}" for name, count in outcome.figures.items()]
    lines += [f"    {name:22}{count:>8}" for name, count in sorted(outcome.injected.items())]
    lines += [f"  WRONG {problem}" for problem in outcome.problems] or ["  lost 0, doubled 0, nothing wrong"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
