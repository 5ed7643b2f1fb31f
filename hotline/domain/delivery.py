"""How far a text is, and which report about it may move it.

Reports come in any order, twice, and contradict each other. The first final one wins, except that a later
success overrides an expiry or an absent subscriber, since the telephone has then shown the text after all.
"""

from enum import StrEnum
from typing import Final


class TextState(StrEnum):
    """How far an outgoing text is; RECEIVED is the one state of an incoming text."""

    RECEIVED = "RECEIVED"
    QUEUED = "QUEUED"
    SENDING = "SENDING"
    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    EXPIRED = "EXPIRED"
    ABSENT = "ABSENT"
    FAILED = "FAILED"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"
    NOT_SENT = "NOT_SENT"
    WITHHELD = "WITHHELD"


class DeliveryReport(StrEnum):
    """What a carrier said about a text, in one vocabulary for all carriers."""

    ON_ITS_WAY = "ON_ITS_WAY"
    DELIVERED = "DELIVERED"
    EXPIRED = "EXPIRED"
    ABSENT = "ABSENT"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


_FINAL: Final[dict[DeliveryReport, TextState]] = {
    DeliveryReport.DELIVERED: TextState.DELIVERED,
    DeliveryReport.EXPIRED: TextState.EXPIRED,
    DeliveryReport.ABSENT: TextState.ABSENT,
    DeliveryReport.FAILED: TextState.FAILED,
}
_OPEN: Final = frozenset({TextState.SENDING, TextState.ACCEPTED, TextState.UNKNOWN})
_OVERRIDDEN_BY_SUCCESS: Final = frozenset({TextState.EXPIRED, TextState.ABSENT})


def after_report(present: TextState, report: DeliveryReport) -> TextState:
    """The state of a text after a delivery report; the present one where the report may not move it."""
    wanted = _FINAL.get(report)
    if wanted is None:
        # Word that it is on its way settles a doubt, and nothing else.
        doubt = present is TextState.UNKNOWN and report is DeliveryReport.ON_ITS_WAY
        return TextState.ACCEPTED if doubt else present
    if present in _OPEN:
        return wanted
    if present in _OVERRIDDEN_BY_SUCCESS and wanted is TextState.DELIVERED:
        return wanted
    return present
