"""What a person at the desk has to do because the lines can't, or because nobody else may."""

from enum import StrEnum
from typing import Final


class TaskKind(StrEnum):
    """What the task asks for; the screen has a sentence for each."""

    CALL_UNIT = "call_unit"
    """Telephone a unit that the line could not reach."""
    NOBODY_LEFT = "nobody_left"
    """Places are open and the playbook knows nobody else who could go."""
    SEND_SOMEBODY = "send_somebody"
    """Verified for longer than it should be, and nobody was sent."""
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
    COVER_SHIFT = "cover_shift"
    """Somebody can't come to his shift: find somebody else."""
    CALL_BACK = "call_back"
    """A caller is waiting to be called back."""
    NOT_SOLVED = "not_solved"
    """A caller says that a closed case is not solved; it is open again, and the coordinator decides."""
    SUBJECT_REQUEST = "subject_request"
    """A person asks something of his own data; the law gives a term."""


LOUD: Final = frozenset(TaskKind) - {
    TaskKind.CALL_BACK,
    TaskKind.HAND_OVER,
    TaskKind.COVER_SHIFT,
    TaskKind.SUBJECT_REQUEST,
}
"""Kinds that ring until somebody has done them."""

LASTING: Final = frozenset({TaskKind.HAND_OVER, TaskKind.LEG_UNANSWERED, TaskKind.CALL_BACK})
"""Kinds that the end of their incident does not settle."""

OF_THE_CASE: Final = frozenset(TaskKind) - LASTING

OF_SILENCE: Final = frozenset({TaskKind.CALL_UNIT, TaskKind.ASK_ARRIVAL, TaskKind.UNIT_SAFETY})
"""Kinds that any word from the unit settles."""

OF_NOBODY: Final = frozenset(
    {TaskKind.UNCLAIMED, TaskKind.SEND_SOMEBODY, TaskKind.NOBODY_LEFT, TaskKind.ESCALATED}
)
"""Kinds that say that nobody has taken the case, or nobody goes: while one is open, the case is heard."""
