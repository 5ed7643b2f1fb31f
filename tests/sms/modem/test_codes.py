"""What codes of modems and networks mean: what none of them says for sure stays a doubt."""

import pytest

from hotline.domain.delivery import DeliveryReport
from sms.gateway import NotSent, Outcome, Refused, Unknown, Wait
from sms.modem.codes import NO_CODE, outcome_of, report_of_all

SAYS = "the modem says +CMS ERROR: "


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (1, Refused(f"{SAYS}1")), (21, Refused(f"{SAYS}21", Wait.MONEY)),
        (310, Refused(f"{SAYS}310", Wait.CONFIGURATION)), (38, NotSent(f"{SAYS}38")),
        (332, Unknown(f"{SAYS}332")), (500, Unknown(f"{SAYS}500")),
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
