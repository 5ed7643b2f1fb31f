"""How far a telephone call is, what it was for and what came of it: the transition tables.

A call ends with a reason. One that told something is a report, one that told nothing is a missed call with a
task to call back; nothing that somebody pressed or said is without either.
"""

from enum import StrEnum
from typing import Final


class Errand(StrEnum):
    """What a call is for."""

    CALLER = "caller"
    """Somebody called us and is in the menu."""
    UNIT = "unit"
    """A unit called us and gives its PIN."""
    CALL_BACK = "call_back"
    """We call somebody whose call we refused, so that it costs him nothing."""
    DISPATCH = "dispatch"
    """We read a task to a unit."""
    DESK = "desk"
    """We ring an operator's telephone for a caller who waits."""
    BRIDGE = "bridge"
    """We ring an operator or a unit, and join him to the reporter."""
    ALARM = "alarm"
    """We ring an officer, since no text can be sent to him."""


OURS: Final = frozenset({Errand.CALL_BACK, Errand.DISPATCH, Errand.DESK, Errand.BRIDGE, Errand.ALARM})
"""Calls that we place."""
TELLING: Final = frozenset({Errand.CALLER, Errand.CALL_BACK})
"""Calls in which somebody may report: they end with a case, a missed call or a reason."""


class CallState(StrEnum):
    """How far a call is."""

    PLANNED = "planned"
    """Promised, not asked for yet."""
    PLACING = "placing"
    """The carrier is being asked."""
    RINGING = "ringing"
    """The carrier rings; nobody has picked up, or nobody has told us."""
    LIVE = "live"
    """In the menu."""
    WAITING = "waiting"
    """Asked for a person; nobody is on the way."""
    TAKEN = "taken"
    """An operator took it; his telephone rings."""
    QUEUED = "queued"
    """In the carrier's queue: the operator's telephone was picked up."""
    TALKING = "talking"
    """Joined to a person."""
    OVER = "over"


CALL_TRANSITIONS: Final[dict[CallState, frozenset[CallState]]] = {
    CallState.PLANNED: frozenset({CallState.PLACING, CallState.OVER}),
    # Callbacks overtake the answer to the request that placed the call.
    CallState.PLACING: frozenset({CallState.PLANNED, CallState.RINGING, CallState.LIVE, CallState.OVER}),
    CallState.RINGING: frozenset({CallState.LIVE, CallState.TALKING, CallState.OVER}),
    CallState.LIVE: frozenset({CallState.WAITING, CallState.TALKING, CallState.OVER}),
    CallState.WAITING: frozenset({CallState.LIVE, CallState.TAKEN, CallState.TALKING, CallState.OVER}),
    CallState.TAKEN: frozenset(
        {CallState.WAITING, CallState.LIVE, CallState.QUEUED, CallState.TALKING, CallState.OVER}
    ),
    CallState.QUEUED: frozenset({CallState.LIVE, CallState.TALKING, CallState.OVER}),
    CallState.TALKING: frozenset({CallState.LIVE, CallState.QUEUED, CallState.OVER}),
    CallState.OVER: frozenset(),
}

IN_QUEUE: Final = frozenset({CallState.WAITING, CallState.TAKEN, CallState.QUEUED})
"""States in which somebody waits for a person."""


class CallEnd(StrEnum):
    """What a call that is over was; never empty then."""

    REPORTED = "reported"
    """Something was told: its case is named."""
    ENQUIRED = "enquired"
    """The caller asked after a report."""
    MISSED = "missed"
    """Nothing was told: somebody must call back."""
    ANSWERED = "answered"
    """A person talked with the caller."""
    REJECTED = "rejected"
    """Refused, to be called back at our cost."""
    FROM_UNIT = "from_unit"
    """A unit's call."""
    DONE = "done"
    """One of ours that did what it was for."""
    UNANSWERED = "unanswered"
    """One of ours that nobody answered, or only a machine or silence."""
    REFUSED = "refused"
    """One of ours that the carrier did not place."""
    WITHHELD = "withheld"
    """One of ours that must not be placed."""


END_MENDED: Final[dict[CallEnd, frozenset[CallEnd]]] = {
    # What comes late, a recording or a key, may show that something was told after all.
    CallEnd.MISSED: frozenset({CallEnd.REPORTED, CallEnd.ANSWERED, CallEnd.ENQUIRED}),
    CallEnd.ENQUIRED: frozenset({CallEnd.REPORTED, CallEnd.ANSWERED}),
    CallEnd.ANSWERED: frozenset({CallEnd.REPORTED}),
    CallEnd.UNANSWERED: frozenset({CallEnd.REPORTED, CallEnd.ANSWERED, CallEnd.DONE}),
    CallEnd.REJECTED: frozenset({CallEnd.REPORTED}),
    CallEnd.FROM_UNIT: frozenset({CallEnd.REPORTED}),
}
"""To what an end may be mended by a word that came late; every other end is final."""


class IllegalCallError(Exception):
    """The call's present state does not lead to the wanted one."""

    def __init__(self, present: CallState, wanted: CallState) -> None:
        super().__init__(f"{present} does not lead to {wanted}")


def advance_call(present: CallState, wanted: CallState) -> bool:
    """Whether moving from `present` to `wanted` changes anything. Raises IllegalCallError off the table."""
    if wanted is present:
        return False
    if wanted not in CALL_TRANSITIONS[present]:
        raise IllegalCallError(present, wanted)
    return True


def mended(present: CallEnd | None, wanted: CallEnd) -> CallEnd:
    """What a call was, now that `wanted` has been learned of it."""
    if present is None or wanted in END_MENDED.get(present, frozenset()):
        return wanted
    return present
