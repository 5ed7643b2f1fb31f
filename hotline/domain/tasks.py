"""What a person at the desk has to do because the lines can't, or because nobody else may."""

from enum import StrEnum
from typing import Final


class TaskKind(StrEnum):
    """What the task asks for; the screen has a sentence for each."""

    CALL_UNIT = "call_unit"
    """Telephone a unit that the line could not reach."""
    NOBODY_LEFT = "nobody_left"
    """Places are open and the playbook knows nobody else who could go."""
    ASK_ARRIVAL = "ask_arrival"
    """A unit is overdue and did not answer whether it has arrived."""
    UNIT_SAFETY = "unit_safety"
    """A unit on scene says nothing, also when asked whether it is safe."""
    BACKUP = "backup"
    """A unit asks for back-up, or its words sound like distress."""
    CALL_EMERGENCY = "call_emergency"
    """Telephone 110, 112 … beside our own units."""
    UNCLAIMED = "unclaimed"
    """An urgent report that nobody has taken."""
    ESCALATED = "escalated"
    """Nobody has accepted: coordinator or lurah must be told by telephone."""
    HAND_OVER = "hand_over"
    """Telephone a partner and hand the case over."""
    LEG_UNANSWERED = "leg_unanswered"
    """A partner has not accepted what was handed over; the case is ours again."""
    CALL_BACK = "call_back"
    """A caller is waiting to be called back."""
    NOT_SOLVED = "not_solved"
    """A caller says that a closed case is not solved; it is open again, and the coordinator decides."""


LOUD: Final = frozenset(TaskKind) - {TaskKind.CALL_BACK, TaskKind.HAND_OVER}
"""Kinds that ring until somebody has done them."""
