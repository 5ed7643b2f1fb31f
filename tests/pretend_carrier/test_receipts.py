"""Delivery reports: what the hotline hears about a text it sent."""

import pytest
import requests

from hotline.pretend_carrier.receipts import PLANS
from tests.pretend_carrier.stand_in import SITI, Hands, StandIn
from tests.support.eventually import eventually

REPORTS = "/sms/pretend/receipt"
USUAL = ["Sent", "Submitted", "Success"]


def statuses(hotline: StandIn, count: int) -> list[str]:
    """The statuses reported, once there are as many as expected."""
    eventually(lambda: len(hotline.forms(REPORTS)) >= count, f"{count} reports")
    return [form["status"] for form in hotline.forms(REPORTS)]


def test_a_text_is_sent_submitted_and_then_on_the_handset(company: Hands, hotline: StandIn) -> None:
    (row,) = company.rows(company.send())
    assert statuses(hotline, 3) == USUAL
    assert {form["id"] for form in hotline.forms(REPORTS)} == {row["messageId"]}
    assert hotline.forms(REPORTS)[0] == {
        "id": row["messageId"],
        "status": "Sent",
        "phoneNumber": SITI,
        "networkCode": "51010",
        "retryCount": "0",
    }
    eventually(lambda: company.look(SITI)["messages"][0]["state"] == "delivered", "it is delivered")


@pytest.mark.parametrize(
    ("fault", "expected", "state"),
    [
        ("twice", ["Sent", "Submitted", "Success", "Success"], "delivered"),
        ("contradictory", ["Sent", "Success", "Failed"], "failed"),
        ("backwards", ["Success", "Submitted", "Sent"], "delivered"),
        ("buffered", ["Sent", "Submitted", "Buffered", "Success"], "delivered"),
        ("failed", ["Sent", "Failed"], "failed"),
        ("blacklisted", ["Sent", "Failed"], "failed"),
        ("rejected", ["Rejected"], "failed"),
        ("expired", ["Sent", "Submitted", "Expired"], "failed"),
        ("expired_then_success", ["Sent", "Expired", "Success"], "delivered"),
        ("absent", ["Sent", "Submitted", "AbsentSubscriber"], "waiting"),
        ("absent_then_success", ["Sent", "AbsentSubscriber", "Success"], "delivered"),
        ("unknown_word", ["Sent", "Undeliverable"], "failed"),
    ],
)
def test_every_course_of_reports_can_be_had(
    company: Hands, hotline: StandIn, fault: str, expected: list[str], state: str
) -> None:
    company.arm("receipt", fault)
    company.send()
    assert statuses(hotline, len(expected)) == expected
    eventually(lambda: company.look(SITI)["messages"][0]["state"] == state, f"the text is {state}")


def test_a_report_can_arrive_before_the_send_is_answered(company: Hands, hotline: StandIn) -> None:
    company.arm("receipt", "early")
    company.send()
    assert [form["status"] for form in hotline.forms(REPORTS)] == ["Success"]


def test_reports_can_stay_away_though_the_text_arrives(company: Hands, hotline: StandIn) -> None:
    company.arm("receipt", "none")
    company.send()
    assert company.look(SITI)["messages"][0]["state"] == "delivered"
    company.send()
    assert statuses(hotline, 3) == USUAL


def test_failures_carry_their_reason(company: Hands, hotline: StandIn) -> None:
    company.arm("receipt", "blacklisted")
    company.send()
    statuses(hotline, 2)
    assert hotline.forms(REPORTS)[1]["failureReason"] == "UserInBlackList"


def test_a_switched_off_telephone_is_absent_and_gets_its_text_when_it_is_on(
    company: Hands, hotline: StandIn
) -> None:
    set_on(company, False)
    company.send(SITI, "Sudah sampai?")
    assert statuses(hotline, 3)[-1] == "AbsentSubscriber"
    assert company.look(SITI)["messages"][0]["state"] == "waiting"
    set_on(company, True)
    assert statuses(hotline, 4)[-1] == "Success"


def test_a_report_is_repeated_until_the_hotline_has_heard_it(company: Hands, hotline: StandIn) -> None:
    company.arm("receipt", "rejected")
    hotline.status = 503
    company.send()
    assert statuses(hotline, 2) == ["Rejected", "Rejected"]
    hotline.status = 200
    eventually(lambda: len({str(form) for form in hotline.forms(REPORTS)}) == 1, "the same words")


def test_the_table_of_courses_has_every_fault_of_the_board(company: Hands) -> None:
    catalogue = requests.get(f"{company.url}/faults", timeout=10).json()["catalogue"]
    assert set(catalogue["receipt"]) == set(PLANS) - {""}


def set_on(company: Hands, on: bool) -> None:
    """Switch Bu Siti's telephone."""
    answer = requests.post(f"{company.url}/phones/api/phones/{SITI}", json={"on": on}, timeout=10)
    assert answer.json()["on"] is on
