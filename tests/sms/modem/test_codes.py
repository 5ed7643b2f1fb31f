"""What codes of modems and networks mean: what none of them says for sure stays a doubt."""

import pytest

from hotline.domain.delivery import DeliveryReport
from sms.gateway import NotSent, Outcome, Refused, Unknown, Wait
from sms.modem.codes import NO_CODE, outcome_of, report_of_all

SAYS = "the modem says +CMS ERROR: "


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        *((code, Refused(f"{SAYS}{code}")) for code in (1, 28, 30, 96)),
        *((code, Refused(f"{SAYS}{code}", Wait.MONEY)) for code in (8, 10, 21, 29, 50)),
        *((code, Refused(f"{SAYS}{code}", Wait.CONFIGURATION)) for code in (305, 310, 316, 330)),
        *((code, NotSent(f"{SAYS}{code}")) for code in (17, 27, 38, 42, 47, 302, 313, 320, 322, 331)),
        *((code, Unknown(f"{SAYS}{code}")) for code in (300, 332, 500, 512, 999)),
        (NO_CODE, Unknown("the modem did not say whether it went out")),
    ],
)  # fmt: skip
def test_each_code_has_its_outcome(code: int, outcome: Outcome) -> None:
    assert outcome_of(code) == outcome


@pytest.mark.parametrize(
    ("statuses", "report"),
    [
        ([0x00], "DELIVERED"), ([0x30], "ON_ITS_WAY"), ([0x46], "EXPIRED"), ([0x45], "ABSENT"),
        ([0x41], "FAILED"), ([0x80], "UNKNOWN"), ([0x00, NO_CODE], "ON_ITS_WAY"), ([0x00, 0x00], "DELIVERED"),
        ([0x00, 0x46], "EXPIRED"), ([0x46, 0x41], "FAILED"),
    ],
)  # fmt: skip
def test_a_text_arrived_where_every_part_did_and_else_fared_as_the_worst(
    statuses: list[int], report: str
) -> None:
    assert report_of_all(statuses) is DeliveryReport(report)
