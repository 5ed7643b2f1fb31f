"""What every text carrier must do, held against each adapter: the real one over HTTP, and the one in
memory.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.carrier_http import CarrierHttp
from hotline.domain.delivery import DeliveryReport
from sms.africastalking import AfricasTalkingSms
from sms.gateway import Accepted, NotSent, Outcome, Refused, SmsGateway, Unknown
from tests.support.fake_gateway import JSON, FakeSmsGateway
from tests.support.sms_carrier import CarrierServer, accepted_row, answer, recipient

ONE, TWO = "+6281200000001", "+6281200000002"
FORM = "application/x-www-form-urlencoded"


class Harness(Protocol):
    """One adapter, and how to make its carrier behave."""

    @property
    def gateway(self) -> SmsGateway: ...
    def will_answer(self, outcomes: Mapping[str, Outcome]) -> None: ...
    def attempts(self) -> list[tuple[str, str]]: ...
    def inbound(self, sender: str, words: str, carrier_id: str) -> tuple[bytes, str]: ...
    def receipt(self, carrier_id: str, report: DeliveryReport) -> tuple[bytes, str]: ...
    def opt_out(self, number: str) -> tuple[bytes, str]: ...


@dataclass
class InMemory:
    gateway: FakeSmsGateway

    def will_answer(self, outcomes: Mapping[str, Outcome]) -> None:
        self.gateway.answers = {number: [outcome] for number, outcome in outcomes.items()}

    def attempts(self) -> list[tuple[str, str]]:
        return self.gateway.sent

    def inbound(self, sender: str, words: str, carrier_id: str) -> tuple[bytes, str]:
        return json.dumps({"from": sender, "text": words, "id": carrier_id}).encode(), JSON

    def receipt(self, carrier_id: str, report: DeliveryReport) -> tuple[bytes, str]:
        return json.dumps({"id": carrier_id, "status": report}).encode(), JSON

    def opt_out(self, number: str) -> tuple[bytes, str]:
        return json.dumps({"number": number}).encode(), JSON


_STATUS = {
    DeliveryReport.ON_ITS_WAY: "Submitted",
    DeliveryReport.DELIVERED: "Success",
    DeliveryReport.EXPIRED: "Expired",
    DeliveryReport.ABSENT: "AbsentSubscriber",
    DeliveryReport.FAILED: "Failed",
    DeliveryReport.UNKNOWN: "Weather",
}


@dataclass
class OverHttp:
    gateway: AfricasTalkingSms
    server: CarrierServer

    def will_answer(self, outcomes: Mapping[str, Outcome]) -> None:
        if any(isinstance(outcome, NotSent) for outcome in outcomes.values()):
            self.server.close()
        else:
            self.server.reply(answer(*(_row(number, outcome) for number, outcome in outcomes.items())))

    def attempts(self) -> list[tuple[str, str]]:
        return [(to, form["message"]) for form in self.server.forms for to in form["to"].split(",")]

    def inbound(self, sender: str, words: str, carrier_id: str) -> tuple[bytes, str]:
        return urlencode({"from": sender, "text": words, "id": carrier_id}).encode(), FORM

    def receipt(self, carrier_id: str, report: DeliveryReport) -> tuple[bytes, str]:
        return urlencode({"id": carrier_id, "status": _STATUS[report]}).encode(), FORM

    def opt_out(self, number: str) -> tuple[bytes, str]:
        return urlencode({"phoneNumber": number, "senderId": "12345"}).encode(), FORM


def _row(number: str, outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Accepted(carrier_id):
            return accepted_row(number, carrier_id or "")
        case Refused():
            return recipient(number, 403, "InvalidPhoneNumber")
        case _:
            return recipient(number, 500, "InternalServerError")


@pytest.fixture(params=["memory", "africastalking"])
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    if request.param == "memory":
        yield InMemory(FakeSmsGateway())
        return
    with closing(CarrierServer()) as server, closing(CarrierHttp(connect_s=1, read_s=5, pool=2)) as http:
        yield OverHttp(AfricasTalkingSms("demo", "key", server.url, "12345", http), server)


def outcome_of(harness: Harness, expected: Outcome) -> Outcome:
    harness.will_answer({ONE: expected})
    return harness.gateway.send([ONE], "Halo")[ONE]


def test_an_accepted_text_has_the_carriers_id(harness: Harness) -> None:
    outcome = outcome_of(harness, Accepted("c-1"))
    assert isinstance(outcome, Accepted)
    assert outcome.carrier_id == "c-1"


@pytest.mark.parametrize("expected", [Refused("no"), Unknown("?"), NotSent("no way")])
def test_an_outcome_that_is_not_good_is_told_apart(harness: Harness, expected: Outcome) -> None:
    outcome = outcome_of(harness, expected)
    assert type(outcome) is type(expected)
    assert not isinstance(outcome, Accepted)
    assert outcome.reason


def test_every_number_has_exactly_one_outcome_of_its_own(harness: Harness) -> None:
    harness.will_answer({ONE: Accepted("c-1"), TWO: Refused("no")})
    outcomes = harness.gateway.send([ONE, TWO], "Halo")
    assert {number: type(outcome) for number, outcome in outcomes.items()} == {ONE: Accepted, TWO: Refused}


@pytest.mark.parametrize("expected", [Accepted("c-1"), Refused("no"), Unknown("?")])
def test_the_carrier_is_asked_once_whatever_it_answers(harness: Harness, expected: Outcome) -> None:
    outcome_of(harness, expected)
    assert harness.attempts() == [(ONE, "Halo")]


@pytest.mark.parametrize("words", ["maling rt 5", "Ä & = + % é", "🔥 api", "dua\nbaris"])
def test_words_arrive_as_they_were_sent(harness: Harness, words: str) -> None:
    told = harness.gateway.read_inbound(*harness.inbound(ONE, words, "in-1"))
    assert (told.sender, told.words, told.carrier_id) == (ONE, words, "in-1")


@pytest.mark.parametrize("report", DeliveryReport)
def test_each_state_of_delivery_is_told(harness: Harness, report: DeliveryReport) -> None:
    told = harness.gateway.read_receipt(*harness.receipt("c-1", report))
    assert told is not None
    assert (told.carrier_id, told.report) == ("c-1", report)


@pytest.mark.parametrize("body", [b"", b"{}", b"status=Success"])
def test_a_receipt_without_an_id_speaks_of_no_text(harness: Harness, body: bytes) -> None:
    assert harness.gateway.read_receipt(body, FORM) is None


def test_an_opt_out_names_its_number(harness: Harness) -> None:
    told = harness.gateway.read_opt_out(*harness.opt_out(ONE))
    assert told is not None
    assert told.number == ONE


_KINDS: Sequence[str] = (FORM, JSON, "", "text/html")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), content_type=st.sampled_from(_KINDS))
def test_no_bytes_make_reading_raise(harness: Harness, body: bytes, content_type: str) -> None:
    told = harness.gateway.read_inbound(body, content_type)
    told.words.encode()
    assert "\x00" not in told.words
    harness.gateway.read_receipt(body, content_type)
    harness.gateway.read_opt_out(body, content_type)
