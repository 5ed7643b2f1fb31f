"""Calls from the hotline: answered, refused, unanswered, and to telephones that cannot ring."""

import requests

from tests.pretend_carrier.stand_in import LINMAS, Hands, Open, StandIn


def ringing(company: Hands, number: str = LINMAS, **more: str) -> str:
    """The hotline calls; the session, once the telephone rings."""
    session = company.call(number, **more)["entries"][0]["sessionId"]
    assert company.look(number, "ringing")["call"]["incoming"] is True
    return str(session)


def test_an_outbound_call_is_queued_answered_and_followed(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Say>Tugas baru</Say>")
    session = ringing(company, clientRequestId="promise-7")
    company.phone(LINMAS, "answer")
    company.finished(session)
    start, end = hotline.voice()
    assert (start["direction"], start["callerNumber"], start["callSessionState"]) == (
        ("Outbound", LINMAS, "Answered")
    )
    assert start["clientRequestId"] == end["clientRequestId"] == "promise-7"
    assert end["status"] == "Success"
    assert company.heard(LINMAS) == [("say", "Tugas baru")]


def test_a_refused_call_has_one_callback_only(company: Hands, hotline: StandIn) -> None:
    session = ringing(company)
    company.phone(LINMAS, "reject")
    assert company.finished(session)["cause"] == "CALL_REJECTED"
    (only,) = hotline.voice()
    assert (only["isActive"], only["callSessionState"], only["status"]) == ("0", "NotAnswered", "NotAnswered")
    assert (only["callStartTime"], only["durationInSeconds"]) == ("None", "0")


def test_hanging_up_a_ringing_telephone_refuses(company: Hands) -> None:
    session = ringing(company)
    company.phone(LINMAS, "hang-up")
    assert company.finished(session)["cause"] == "CALL_REJECTED"


def test_nobody_answers_in_time(open_company: Open, hotline: StandIn) -> None:
    company = open_company(ring_seconds=0.05)
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "NO_ANSWER"
    assert hotline.voice()[0]["hangupCause"] == "NO_ANSWER"


def test_a_switched_off_telephone_is_absent(company: Hands) -> None:
    requests.post(f"{company.url}/phones/api/phones/{LINMAS}", json={"on": False}, timeout=10)
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "SUBSCRIBER_ABSENT"


def test_a_number_nobody_has_is_unallocated(company: Hands) -> None:
    session = company.call("+6281299990009")["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "UNALLOCATED_NUMBER"


def test_a_busy_telephone_is_busy(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Record/>")
    mine = company.phone(LINMAS, "dial", status=201)["session"]
    company.look(LINMAS, "recording")
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "USER_BUSY"
    assert company.look(LINMAS)["call"]["session"] == mine
