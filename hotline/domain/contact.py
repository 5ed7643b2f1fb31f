"""Whom we may text or call now: one decision, in front of everything that goes out.

Quiet mode beats everything, since the attacker may read the telephone. STOP refuses announcements only:
receipts and progress of an own report are service, not advertising.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.domain.calls import Errand
from hotline.domain.phone import Sender, SenderKind


class Purpose(StrEnum):
    """Why a text goes out, which decides its rank and which limits hold for it."""

    DISPATCH = "dispatch"
    RECEIPT = "receipt"
    PROGRESS = "progress"
    QUESTION = "question"
    REPLY = "reply"
    OPERATOR = "operator"
    ANNOUNCEMENT = "announcement"


class Refusal(StrEnum):
    """Why a text must not go out. The values stand in the text's row and on the screen."""

    QUIET = "quiet"
    NOT_A_MOBILE = "not_a_mobile"
    COUNTRY = "country"
    OPTED_OUT = "opted_out"
    BUDGET = "budget"
    NOT_A_TELEPHONE = "not_a_telephone"


BUDGETED: Final = frozenset({Purpose.REPLY})
"""Purposes that count against the replies an hour; what is told about an own case never does."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a number at this moment."""

    sender: Sender
    is_unit: bool
    quiet: bool
    opted_out: bool
    replies_in_the_hour: int
    calls_in_the_hour: int = 0
    """How often we placed a call of the same errand to it."""


def refusal(
    purpose: Purpose, facts: Facts, *, countries: tuple[str, ...], replies_per_hour: int
) -> Refusal | None:
    """Why a text of this purpose must not go to this number now; None where it may."""
    if not facts.sender.can_be_texted:
        return Refusal.NOT_A_MOBILE
    if facts.sender.region not in countries:
        return Refusal.COUNTRY
    if facts.quiet and not facts.is_unit:
        return Refusal.QUIET
    if facts.opted_out and purpose is Purpose.ANNOUNCEMENT:
        return Refusal.OPTED_OUT
    if purpose in BUDGETED and not facts.is_unit and facts.replies_in_the_hour >= replies_per_hour:
        return Refusal.BUDGET
    return None


def call_refusal(
    errand: Errand, facts: Facts, *, countries: tuple[str, ...], calls_per_hour: int
) -> Refusal | None:
    """Why this number must not be rung now; None where it may.

    Nobody in quiet mode is rung, and a number that only called us is rung a few times an hour at most, since
    whoever makes us ring abroad or without end earns by it. Units and operators (`is_unit`) are our own.
    """
    if facts.sender.kind not in (SenderKind.MOBILE, SenderKind.LANDLINE):
        return Refusal.NOT_A_TELEPHONE
    if facts.sender.region not in countries:
        return Refusal.COUNTRY
    if facts.is_unit:
        return None
    if facts.quiet:
        return Refusal.QUIET
    if errand is not Errand.CALL_BACK:
        return None
    if facts.sender.kind is not SenderKind.MOBILE:
        return Refusal.NOT_A_MOBILE
    return Refusal.BUDGET if facts.calls_in_the_hour >= calls_per_hour else None
