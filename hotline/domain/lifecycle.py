"""How far a unit is, how far an incident is, and why it ended: the transition tables.

A unit's status moves by `UNIT_TRANSITIONS` alone. An incident's status is computed from its verification,
its units and its disposition (`incident_status`), so no one can set it to something that is not so.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class UnitStatus(StrEnum):
    """How far one unit is with one incident (the field's words for an assignment)."""

    ALERTED = "ALERTED"
    ACCEPTED = "ACCEPTED"
    EN_ROUTE = "EN_ROUTE"
    ON_SCENE = "ON_SCENE"
    CLEAR = "CLEAR"
    DECLINED = "DECLINED"
    UNABLE = "UNABLE"
    STOOD_DOWN = "STOOD_DOWN"


class IncidentStatus(StrEnum):
    """How far an incident is; computed by `incident_status`, never set."""

    RECEIVED = "RECEIVED"
    VERIFIED = "VERIFIED"
    DISPATCHED = "DISPATCHED"
    UNDER_WAY = "UNDER_WAY"
    ON_SCENE = "ON_SCENE"
    REPORTED = "REPORTED"
    CLOSED = "CLOSED"


class Disposition(StrEnum):
    """Why an incident ended. State and outcome are kept apart."""

    RESOLVED = "RESOLVED"
    REFERRED = "REFERRED"
    UNFOUNDED = "UNFOUNDED"
    DUPLICATE = "DUPLICATE"
    CANCELLED = "CANCELLED"
    PRANK = "PRANK"
    OUT_OF_AREA = "OUT_OF_AREA"


class StatusCode(StrEnum):
    """What a unit answers, the same by text and by key: the value is the digit, the name what it means."""

    ACCEPT = "1"
    DECLINE = "2"
    EN_ROUTE = "3"
    ON_SCENE = "4"
    NEED_BACKUP = "5"
    CLEAR = "6"
    UNABLE = "7"


class IllegalTransitionError(Exception):
    """The unit's present status does not lead to the wanted one."""

    def __init__(self, present: UnitStatus, wanted: UnitStatus) -> None:
        super().__init__(f"{present} does not lead to {wanted}")
        self.present = present
        self.wanted = wanted


STATUS_OF_CODE: Final[dict[StatusCode, UnitStatus | None]] = {
    StatusCode.ACCEPT: UnitStatus.ACCEPTED,
    StatusCode.DECLINE: UnitStatus.DECLINED,
    StatusCode.EN_ROUTE: UnitStatus.EN_ROUTE,
    StatusCode.ON_SCENE: UnitStatus.ON_SCENE,
    StatusCode.NEED_BACKUP: None,  # a flag beside the status: the unit stays where it is
    StatusCode.CLEAR: UnitStatus.CLEAR,
    StatusCode.UNABLE: UnitStatus.UNABLE,
}

_AHEAD: Final = (
    UnitStatus.ACCEPTED,
    UnitStatus.EN_ROUTE,
    UnitStatus.ON_SCENE,
    UnitStatus.CLEAR,
    UnitStatus.UNABLE,
    UnitStatus.STOOD_DOWN,
)

UNIT_TRANSITIONS: Final[dict[UnitStatus, frozenset[UnitStatus]]] = {
    # A guard on a motorbike skips answers: each later status may be reached from each earlier one.
    UnitStatus.ALERTED: frozenset({*_AHEAD, UnitStatus.DECLINED}),
    UnitStatus.ACCEPTED: frozenset(_AHEAD[1:]),
    UnitStatus.EN_ROUTE: frozenset(_AHEAD[2:]),
    UnitStatus.ON_SCENE: frozenset(_AHEAD[3:]),
    # Somebody who said no may change his mind while the incident is open.
    UnitStatus.DECLINED: frozenset({UnitStatus.ACCEPTED, UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE}),
    UnitStatus.UNABLE: frozenset({UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE, UnitStatus.CLEAR}),
    UnitStatus.CLEAR: frozenset(),
    UnitStatus.STOOD_DOWN: frozenset(),
}

ACTIVE: Final = frozenset({UnitStatus.ALERTED, UnitStatus.ACCEPTED, UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE})
"""Statuses in which the unit still has something to do for the incident."""

COMMITTED: Final = ACTIVE - {UnitStatus.ALERTED}
"""Statuses in which somebody has said that he comes."""


def advance(present: UnitStatus, wanted: UnitStatus) -> bool:
    """Whether moving from `present` to `wanted` changes anything.

    Repeating the present status is no change, since texts come twice; anything else off the table raises
    IllegalTransitionError.
    """
    if wanted == present:
        return False
    if wanted not in UNIT_TRANSITIONS[present]:
        raise IllegalTransitionError(present, wanted)
    return True


def incident_status(
    *, verified: bool, units: Iterable[UnitStatus], disposition: Disposition | None
) -> IncidentStatus:
    """The status that follows from the facts: the furthest unit decides while the incident is open.

    A unit that has finished while another is on its way or at work does not make the incident reported; one
    that never answered its alert does not hold the report up.
    """
    if disposition is not None:
        return IncidentStatus.CLOSED
    present = set(units)
    for status, furthest in _FURTHEST:
        if status in present:
            return furthest
    return IncidentStatus.VERIFIED if verified else IncidentStatus.RECEIVED


_FURTHEST: Final = (
    (UnitStatus.ON_SCENE, IncidentStatus.ON_SCENE),
    (UnitStatus.EN_ROUTE, IncidentStatus.UNDER_WAY),
    (UnitStatus.ACCEPTED, IncidentStatus.UNDER_WAY),
    (UnitStatus.CLEAR, IncidentStatus.REPORTED),
    (UnitStatus.ALERTED, IncidentStatus.DISPATCHED),
)
