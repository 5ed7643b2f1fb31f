"""Which line a text goes by: a decision over plain values, by the playbook's rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sms.line_rules import LineChoice, Preference


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line as it is at this moment, in the order of the settings."""

    name: str
    network: str
    up: bool
    resting: bool
    """It failed so often that others are asked first; where there is no other it is asked all the same."""
    free_at: datetime | None
    """When its pace lets the next text go; None: at once."""
    full_until: datetime | None = None
    """When its limit of the day, or of these very words, ends; None where there is room."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the text: its number's network, the line its number was last heard on, the line that
    just failed with it, and until when its own line is waited for.
    """

    network: str
    heard_on: str | None
    failed_on: str | None
    own_until: datetime


@dataclass(frozen=True, slots=True)
class Go:
    """The text leaves by this line now."""

    line: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """The text waits until then; `reason` is for the desk."""

    until: datetime
    reason: str


Score = Callable[[Candidate, Asked, datetime], bool]
_SCORES: Final[Mapping[Preference, Score]] = {
    Preference.HEARD: lambda line, asked, _: line.name == asked.heard_on,
    Preference.NETWORK: lambda line, asked, _: bool(line.network) and line.network == asked.network,
    Preference.FREE: lambda line, _, now: line.free_at is None or line.free_at <= now,
    Preference.LISTED: lambda *_: False,
}


def choose(
    lines: Sequence[Candidate], asked: Asked, rule: LineChoice, now: datetime, again: datetime
) -> Go | NotYet:
    """The best line that is up; NotYet where it must wait its turn, or (until `again`) where none is up."""
    up = [line for line in lines if line.up and not line.resting] or [line for line in lines if line.up]
    own = next((line for line in lines if line.name == asked.heard_on), None)
    if rule.waits_for_own_line and own is not None and own not in up and now < asked.own_until:
        return NotYet(min(again, asked.own_until), f"waits for its own line {own.name}")
    if not up:
        return NotYet(again, "no line is up")
    with_room = [line for line in up if line.full_until is None or line.full_until <= now]
    if not with_room:
        return NotYet(min(each.full_until or again for each in up), "the limit of every line is reached")
    # Another line than the one that just failed, where there is one: that is what several lines are for.
    fresh = [line for line in with_room if line.name != asked.failed_on] or with_room
    best = max(fresh, key=lambda line: _worth(line, asked, rule, now))
    if best.free_at is not None and best.free_at > now:
        return NotYet(best.free_at, f"waits for its turn on {best.name}")
    return Go(best.name)


def _worth(line: Candidate, asked: Asked, rule: LineChoice, now: datetime) -> tuple[bool, ...]:
    """Comparable: the rule's preferences in their order. Of equals `max` takes the first listed."""
    return tuple(_SCORES[Preference(word)](line, asked, now) for word in rule.prefer)
