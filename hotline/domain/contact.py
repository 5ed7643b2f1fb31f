"""Whom we may text or call now: one decision, in front of everything that goes out.

Quiet mode beats everything that is said to a number as a caller's, and every ring, since whoever is feared
may hold the telephone. What is said to it as a unit's, about its duty, goes on: an alert that is swallowed in
silence leaves somebody else without help (docs/decisions/0008).
STOP refuses announcements only: receipts and progress of an own report are service, not advertising.
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
    CHECK = "check"
    """To our own number, to see whether it comes back."""


class Refusal(StrEnum):
    """Why a text must not go out. The values stand in the text's row and on the screen."""

    QUIET = "quiet"
    NOT_A_MOBILE = "not_a_mobile"
    COUNTRY = "country"
    OPTED_OUT = "opted_out"
    BUDGET = "budget"
    NOT_A_TELEPHONE = "not_a_telephone"
    BUDGET_IN_ALL = "budget_in_all"
    MUTED = "muted"
    """The number misused the line lately."""
    MACHINE = "machine"
    """The same words come again and again."""
    SETTLED = "settled"
    """What it was about was settled before it could be handed over."""


BUDGETED: Final = frozenset({Purpose.REPLY})
"""Purposes that count against the replies an hour; what is told about an own case never does."""
AUTOMATIC: Final = BUDGETED | {Purpose.QUESTION}
"""Purposes that a machine at the other end could go on answering for ever."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a number at this moment, and how much was said already."""

    sender: Sender
    is_unit: bool
    """Whether it is said to the number as a unit's, about its duty; a unit that reports is a caller."""
    quiet: bool
    opted_out: bool
    muted: bool = False
    repeats_itself: bool = False
    replies_in_the_hour: int = 0
    replies_in_all: int = 0
    calls_in_the_hour: int = 0
    """How often we placed a call of the same errand to it."""
    calls_in_all: int = 0
    """How often we called anybody back."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a programme allows."""

    countries: tuple[str, ...]
    replies_per_hour: int
    unit_replies_per_hour: int
    replies_in_all: int


def refusal(purpose: Purpose, facts: Facts, bounds: Bounds) -> Refusal | None:
    """Why a text of this purpose must not be promised to this number now; None where it may."""
    never = lasting_refusal(purpose, facts, bounds.countries)
    if never is not None or purpose not in AUTOMATIC:
        return never
    if facts.muted and not facts.is_unit:
        return Refusal.MUTED
    if facts.repeats_itself and not facts.is_unit:
        return Refusal.MACHINE
    if purpose not in BUDGETED:
        return None
    most = bounds.unit_replies_per_hour if facts.is_unit else bounds.replies_per_hour
    if facts.replies_in_the_hour >= most:
        return Refusal.BUDGET
    if facts.replies_in_all >= bounds.replies_in_all and not facts.is_unit:
        return Refusal.BUDGET_IN_ALL
    return None


def lasting_refusal(purpose: Purpose, facts: Facts, countries: tuple[str, ...]) -> Refusal | None:
    """Why a text must not leave, however long ago it was promised: asked again at the moment of sending."""
    if not facts.sender.can_be_texted:
        return Refusal.NOT_A_MOBILE
    if facts.quiet and not facts.is_unit:
        return Refusal.QUIET
    if facts.sender.region not in countries:
        return Refusal.COUNTRY
    if facts.opted_out and purpose is Purpose.ANNOUNCEMENT:
        return Refusal.OPTED_OUT
    return None


def call_refusal(
    errand: Errand, facts: Facts, *, countries: tuple[str, ...], calls_per_hour: int, calls_in_all: int
) -> Refusal | None:
    """Why this number must not be rung now; None where it may.

    Nobody in quiet mode is rung, and a number that only called us is rung a few times an hour at most, since
    whoever makes us ring abroad or without end earns by it. All of them together are rung so often at most:
    the number that a call shows is only a claim, and whoever shows another one each time makes us ring
    strangers. Units and operators (`is_unit`) are our own.
    """
    if facts.sender.kind not in (SenderKind.MOBILE, SenderKind.LANDLINE):
        return Refusal.NOT_A_TELEPHONE
    if facts.sender.region not in countries:
        return Refusal.COUNTRY
    if facts.quiet:
        return Refusal.QUIET
    if facts.is_unit or errand is not Errand.CALL_BACK:
        return None
    if facts.sender.kind is not SenderKind.MOBILE:
        return Refusal.NOT_A_MOBILE
    if facts.calls_in_the_hour >= calls_per_hour:
        return Refusal.BUDGET
    return Refusal.BUDGET_IN_ALL if facts.calls_in_all >= calls_in_all else None
