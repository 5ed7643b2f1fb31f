"""What a modem's and a network's codes mean to us.

Codes of a modem: 3GPP TS 27.005 3.2.5 and TS 24.011 annex E-2. What none of them says for sure, a text being
on its way or not, counts as unknown.
"""

from typing import Final

from hotline.domain.delivery import DeliveryReport
from sms.gateway import NotSent, Outcome, Refused, Unknown, Wait

_FINAL: Final = frozenset({1, 28, 30, 96})
"""The number does not exist, or can't get texts."""
_MONEY: Final = frozenset({8, 10, 21, 29, 50})
"""Barred, rejected or not subscribed: how networks say that the credit or the package is at its end."""
_SIM: Final = frozenset({304, 305, 310, 311, 312, 315, 316, 317, 318, 330})
"""The SIM is missing, locked or wants its PIN; the service centre's number is wrong."""
_LATER: Final = frozenset({17, 22, 27, 38, 41, 42, 47, 302, 313, 314, 320, 322, 331})
"""The network or the SIM had no room or no time: certainly not sent."""
NO_CODE: Final = -1


def outcome_of(code: int) -> Outcome:
    """What a `+CMS ERROR: code` means for the text; NO_CODE where the modem said nothing of use."""
    reason = f"the modem says +CMS ERROR: {code}"
    if code in _FINAL:
        return Refused(reason)
    if code in _MONEY:
        return Refused(reason, Wait.MONEY)
    if code in _SIM:
        return Refused(reason, Wait.CONFIGURATION)
    if code in _LATER:
        return NotSent(reason)
    return Unknown(reason if code != NO_CODE else "the modem did not say whether it went out")


_EXPIRED: Final = 0x46
_ABSENT: Final = frozenset({0x45, 0x65})


def report_of(status: int) -> DeliveryReport:
    """What the status of a network's report (TS 23.040 9.2.3.15) says of one part."""
    if status in range(3):
        return DeliveryReport.DELIVERED
    if status == _EXPIRED:
        return DeliveryReport.EXPIRED
    if status in _ABSENT:
        return DeliveryReport.ABSENT
    if status in range(0x20, 0x40):
        return DeliveryReport.ON_ITS_WAY
    return DeliveryReport.FAILED if status in range(0x40, 0x80) else DeliveryReport.UNKNOWN


_WORST_FIRST: Final = (
    DeliveryReport.FAILED, DeliveryReport.EXPIRED, DeliveryReport.ABSENT, DeliveryReport.UNKNOWN,
    DeliveryReport.ON_ITS_WAY,
)  # fmt: skip


def report_of_all(statuses: list[int]) -> DeliveryReport:
    """What the reports of all parts say of the text: arrived where every part did, else the worst of them.

    A part that nobody has reported yet (NO_CODE) is on its way.
    """
    reports = {DeliveryReport.ON_ITS_WAY if each == NO_CODE else report_of(each) for each in statuses}
    return next((report for report in _WORST_FIRST if report in reports), DeliveryReport.DELIVERED)
