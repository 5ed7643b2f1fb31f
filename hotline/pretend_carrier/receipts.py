"""Delivery reports: which ones a text gets, in which order, and posting them after a short while."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from hotline.pretend_carrier.callbacks import Postman
from hotline.pretend_carrier.exchange import Exchange
from hotline.pretend_carrier.texts import Text, TextState
from hotline.pretend_carrier.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Report:
    """One delivery report: its status and, for failures, the reason."""

    status: str
    reason: str = ""


SENT: Final = Report("Sent")
SUBMITTED: Final = Report("Submitted")
SUCCESS: Final = Report("Success")
FAILED: Final = Report("Failed", "DeliveryFailure")
ABSENT: Final = Report("AbsentSubscriber")
# Decided when its turn comes: Success if the telephone is on by then, AbsentSubscriber if not.
ARRIVAL: Final = Report("")
EXPIRED: Final = Report("Expired")

PLANS: Final[dict[str, tuple[Report, ...]]] = {
    "": (SENT, SUBMITTED, ARRIVAL),
    "none": (),
    "early": (SUCCESS,),
    "twice": (SENT, SUBMITTED, SUCCESS, SUCCESS),
    "contradictory": (SENT, SUCCESS, FAILED),
    "backwards": (SUCCESS, SUBMITTED, SENT),
    "buffered": (SENT, SUBMITTED, Report("Buffered"), ARRIVAL),
    "failed": (SENT, FAILED),
    "blacklisted": (SENT, Report("Failed", "UserInBlackList")),
    "rejected": (Report("Rejected", "UserIsInactive"),),
    "expired": (SENT, SUBMITTED, EXPIRED),
    "expired_then_success": (SENT, EXPIRED, SUCCESS),
    "absent": (SENT, SUBMITTED, ABSENT),
    "absent_then_success": (SENT, ABSENT, SUCCESS),
    "unknown_word": (SENT, Report("Undeliverable")),
}

STATES: Final[dict[str, TextState]] = {
    "Success": TextState.DELIVERED,
    "Failed": TextState.FAILED,
    "Rejected": TextState.FAILED,
    "Expired": TextState.FAILED,
    "Undeliverable": TextState.FAILED,
    "AbsentSubscriber": TextState.WAITING,
}


class Receipts:
    """Reports on each accepted text, one after the other, as the plan for its fault says."""

    def __init__(self, exchange: Exchange, postman: Postman, timetable: Timetable, delay: float) -> None:
        self._exchange = exchange
        self._postman = postman
        self._timetable = timetable
        self._delay = delay

    def begin(self, text: Text, fault: str | None) -> None:
        """Start reporting on a text that has just been accepted."""
        plan = PLANS[fault or ""]
        if not plan:
            self._exchange.set_state(text, TextState.DELIVERED)
        elif fault == "early":
            self._report(text, plan)
        else:
            self._later(text, plan)

    def resume(self, text: Text) -> None:
        """The telephone was switched on: the waiting text arrives after all."""
        self._later(text, (SUCCESS,))

    def _later(self, text: Text, plan: tuple[Report, ...]) -> None:
        self._timetable.after(self._delay, partial(self._report, text, plan))

    def _report(self, text: Text, plan: tuple[Report, ...]) -> None:
        report, rest = self._decided(text, plan[0]), plan[1:]
        if report.status in STATES:
            self._exchange.set_state(text, STATES[report.status])
        self._postman.post_receipt(text, report.status, report.reason)
        if rest:
            self._later(text, rest)

    def _decided(self, text: Text, report: Report) -> Report:
        if report is not ARRIVAL:
            return report
        return ABSENT if self._exchange.is_off(text.recipient) else SUCCESS
