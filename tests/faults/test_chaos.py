"""A minute of chaos, half of it on each database: whatever dies, nothing acknowledged is lost and nothing is
doubled. `make chaos` does it for ten minutes on each.
"""

import secrets

import pytest

from tests.chaos.run import Plan, chaos

SECONDS = 30.0
SURELY = {"sqlite": ("fill_disk", "kill_all"), "postgresql": ("freeze", "end_all")}
"""Shown by nothing else, so never left to the seed; a disk is filled where a small one may be mounted."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_whatever_dies_no_acknowledged_word_is_lost_and_no_send_is_doubled(database: str) -> None:
    plan = Plan(database, SECONDS, seed=secrets.randbelow(1_000_000), first=SURELY[database])
    outcome = chaos(plan)
    assert outcome.problems == [], f"seed {plan.seed}: {outcome.problems}\n{outcome.said[-20_000:]}"
    assert outcome.figures["words acknowledged"] > SECONDS
    assert sum(outcome.injected.values()) > 3, "hardly anything was broken"
    assert {*SURELY[database]} - {*outcome.injected} <= {"fill_disk"}
