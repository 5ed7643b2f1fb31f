"""A clock that was put back: whatever was written before stands ahead of it, and how long ago that was is
not known any more.
"""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from hotline.domain.escalation import CaseFacts, UnitFacts

Facts = TypeVar("Facts", UnitFacts, CaseFacts)

LONG_AGO: Final = timedelta(days=1)
"""Longer than every pause of a ladder: what waits for a moment ahead of the clock is due now."""
PLANNED: Final = frozenset({"arrives_at", "claimed_until", "beat_at"})
"""What may lie ahead by its nature, or costs only a pause."""


def seen_from(now: datetime, facts: Facts) -> Facts:
    """The facts as they were, with what stands ahead of the clock moved back together, its order kept.

    So an hour that comes twice costs a step that is early, never an hour in which nobody is asked. A time of
    arrival moves with the words that brought it.
    """
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    ahead = {
        name: at
        for name, at in known.items()
        if isinstance(at, datetime) and at > now and name not in PLANNED
    }
    if not ahead:
        return facts
    if "heard_at" in ahead and known["arrives_at"] is not None:
        ahead["arrives_at"] = known["arrives_at"]
    by = max(ahead.values()) - now + LONG_AGO
    moved: dict[str, Any] = {name: at - by for name, at in ahead.items()}
    return replace(facts, **moved)
