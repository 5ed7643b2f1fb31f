"""How many texts may leave now: a bucket of tokens that fills by itself, and what may leave while it is held.

Alerts to units never wait: they take their tokens and may leave the bucket in debt, which the rest pays.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Held(StrEnum):
    """What a queue that the carrier does not take waits for."""

    MONEY = "money"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Texts that may leave at once, counted at a moment; below zero after alerts."""

    tokens: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """What decides, besides its bucket, what may leave over a carrier now."""

    held: bool
    may_try: bool
    """Held, but it is time for one text to try whether the carrier takes them again."""
    only_emergencies: bool
    """What is left on the account is kept for them."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may leave besides alerts: how many, and whether only about emergencies."""

    texts: int
    only_emergencies: bool


def refill(bucket: Bucket, now: datetime, *, per_second: int, burst: int) -> Bucket:
    """The bucket as it stands at `now`. A clock that was put back fills nothing and takes nothing."""
    seconds = max((now - bucket.at) / timedelta(seconds=1), 0.0)
    return Bucket(min(bucket.tokens + seconds * per_second, float(burst)), now)


def spend(bucket: Bucket, texts: int) -> Bucket:
    """The bucket after `texts` have left."""
    return Bucket(bucket.tokens - texts, bucket.at)


def allowance(bucket: Bucket, line: Line) -> Allowance:
    """What may leave besides alerts."""
    if line.held:
        return Allowance(1 if line.may_try else 0, line.only_emergencies)
    return Allowance(max(int(bucket.tokens), 0), line.only_emergencies)
