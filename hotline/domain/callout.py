"""What a playbook decides about calling people out: ladders, routes, shifts, partners."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.domain.priority import Priority


@dataclass(frozen=True, slots=True)
class Ladder:
    """What follows an unanswered step for one priority, and after how many seconds."""

    code: Priority
    unsent_seconds: int
    """An alert that could not even be handed over is telephoned."""
    receipt_seconds: int
    """Handed over, and no delivery report: telephone."""
    silent_seconds: int
    """Delivered, and no answer: telephone."""
    call_seconds: int
    """Telephoned, and no answer: the next person."""
    wave_seconds: int
    """Places still open: the next ring is called out too."""
    per_place: int
    """How many people are asked for each open place at a time."""
    off_duty: bool
    """Whether people off duty are called out once nobody on duty is left."""
    claim_seconds: int
    """A report that nobody at the desk takes goes to the duty officer; 0: only where the desk is empty."""
    desk_down: bool
    """Whether it goes to the duty officer when no page of the desk is open."""
    climb_seconds: int
    """Until the next officer is asked."""
    bundle_seconds: int
    """Between two texts to one officer about such cases: he hears of the first at once, then of all that have
    come since in one text; 0: of each at once.
    """
    coordinator_seconds: int
    """Nobody has accepted: the coordinator is told."""
    head_seconds: int
    """And after him the lurah."""
    arrival_seconds: int
    """Asked whether it has arrived, and no answer: the desk is told."""
    on_scene_seconds: int
    """On scene without a word: asked whether all is well."""
    safety_seconds: int
    """And no answer: alarm."""
    handoff_seconds: int
    """A partner has this long to accept what is handed over."""
    parallel: bool
    """Whether the desk is reminded to telephone the emergency numbers beside our own units."""


@dataclass(frozen=True, slots=True)
class DeskRules:
    """Who stands in for the desk, and when: agencies in the order in which they are asked."""

    silent_seconds: int
    officers: tuple[str, ...]
    coordinator: str
    head: str
    vouched: tuple[str, ...]
    """Agencies whose people near a place may be asked whether it is true."""
    untrue: str
    """The reason for rejecting that a duty officer's `T` means."""


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of place to fill: "2 guards + 1 police"."""

    code: str
    name: str
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Who goes, for these types, places, priorities and hours; an empty list means all of them."""

    name: str
    reason: str
    types: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = ()
    signs: tuple[str, ...] = ()
    """Signs of which one must have been read."""
    from_hour: int = 0
    to_hour: int = 24
    leads: tuple[str, ...] = ()
    """Instead of what the type says; empty: as the type says."""
    supports: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    """Whom to telephone first."""
    needs: Mapping[str, int] = field(default_factory=dict)
    """Role to how many people."""
    by_hand: bool = False
    """Nobody is proposed and nobody called out by itself: a person chooses each."""


@dataclass(frozen=True, slots=True)
class ShiftTemplate:
    """A shift as people call it; minutes from midnight, `ends` past 1440 where it runs over it."""

    code: str
    name: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Cover:
    """How many people of a role must be on duty in each of these kelurahan, at these hours."""

    role: str
    least: int
    areas: tuple[str, ...] = ()
    from_hour: int = 0
    to_hour: int = 24


@dataclass(frozen=True, slots=True)
class RosterRules:
    """When people are reminded of tomorrow, and how far ahead gaps are looked for."""

    remind_hour: int
    days_ahead: int


@dataclass(frozen=True, slots=True)
class Partner:
    """An agency with a desk of its own, to which a case can be handed over."""

    code: str
    name: str
    telephone: str
    """Shown to the desk; may be a short number."""
    agency: str = ""
    """The agency whose unit on duty is texted; empty: the desk telephones."""
    outside: str = ""
    """`city` or `beyond`: takes what lies outside the district."""
