"""Promises that failed before stand apart: one of them may end the process that keeps it.

Kept together with others it would take them along, again and again. So each is kept alone, and what failed
often in another order each time: each time half of what stood behind the one that is to blame gets past it.
"""

import random
from collections.abc import Sequence

from hotline.outbox import SUSPECT, Claim


def parted(claims: Sequence[Claim], tries: int) -> tuple[list[Claim], list[Claim]]:
    """Those that are tried for the time `tries` at most, which may be kept together; and the others, in the
    order in which each is to be kept alone.
    """
    together = [each for each in claims if each.attempts <= tries]
    alone = [each for each in claims if tries < each.attempts <= SUSPECT]
    often = [each for each in claims if each.attempts > max(tries, SUSPECT)]
    return together, [*alone, *random.sample(often, len(often))]  # no secret  # nosec B311
