"""How far a case is that was handed to a partner."""

from enum import StrEnum
from typing import Final


class LegState(StrEnum):
    """A leg is the partner's only once he has accepted it; what he does not accept is ours again."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    ANSWERED = "ANSWERED"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"
    """The deadline passed without an accept."""


LEG_TRANSITIONS: Final[dict[LegState, frozenset[LegState]]] = {
    LegState.OFFERED: frozenset({LegState.ACCEPTED, LegState.REFUSED, LegState.RETURNED, LegState.ANSWERED}),
    LegState.ACCEPTED: frozenset({LegState.ANSWERED}),
    # A late accept is an accept: better two who care than none.
    LegState.RETURNED: frozenset({LegState.ACCEPTED, LegState.REFUSED, LegState.ANSWERED}),
    LegState.REFUSED: frozenset({LegState.ACCEPTED}),
    LegState.ANSWERED: frozenset(),
}

RED: Final = frozenset({LegState.REFUSED, LegState.RETURNED})
"""Legs that are ours again."""


class UnfitLegError(Exception):
    """The leg's present state does not lead to the wanted one."""


def advance_leg(present: LegState, wanted: LegState) -> bool:
    """Whether moving changes anything. Raises UnfitLegError for what the table does not have."""
    if present is wanted:
        return False
    if wanted not in LEG_TRANSITIONS[present]:
        raise UnfitLegError(f"{present} does not lead to {wanted}")
    return True
