"""What every text carrier must do, held against each adapter: the real one over HTTP, a SIM in a modem with a
real daemon before it, and the one in memory; plain words also against that daemon's own pretend telephone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.carrier_http import CarrierHttp
from hotline.domain.delivery import DeliveryReport
from sms.africastalking import AfricasTalkingSms
from sms.gateway import Accepted, NotSent, Outcome, Refused, SmsGateway, Unknown
from sms.modem.gateway import ModemSms
from sms.modem.pump import INBOUND, RECEIPT
from tests.support.at_modem import GOES, PLAIN_ERROR
from tests.support.dummy_phone import DummyPhone
from tests.support.fake_gateway import JSON, FakeSmsGateway
from tests.support.modems import Bench
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
    def opt_out(self, number: str) -> tuple[bytes, str] | None: ...
    def knows(self, carrier_id: str | None, wanted: str) -> bool:
        """Whether the carrier speaks of a text by this id: `wanted`, where a test can choose it."""
        ...


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

    def knows(self, carrier_id: str | None, wanted: str) -> bool:
        return carrier_id == wanted


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

    def knows(self, carrier_id: str | None, wanted: str) -> bool:
        return carrier_id == wanted


_FATES: Mapping[type, int | None] = {Accepted: GOES, Refused: 1, Unknown: PLAIN_ERROR, NotSent: 38}
_STATUSES = {
    DeliveryReport.ON_ITS_WAY: 0x30, DeliveryReport.DELIVERED: 0x00, DeliveryReport.EXPIRED: 0x46,
    DeliveryReport.ABSENT: 0x45, DeliveryReport.FAILED: 0x41, DeliveryReport.UNKNOWN: 0x80,
}  # fmt: skip


@dataclass
class OverTheAir:
    """The bodies are what the pump kept of what went over the air."""

    bench: Bench

    @property
    def gateway(self) -> ModemSms:
        return self.bench.gateway

    def will_answer(self, outcomes: Mapping[str, Outcome]) -> None:
        self.bench.at.fates = [_FATES[type(outcome)] for outcome in outcomes.values()]

    def attempts(self) -> list[tuple[str, str]]:
        return [(each.number, each.words) for each in self.bench.at.tried]

    def inbound(self, sender: str, words: str, carrier_id: str) -> tuple[bytes, str]:
        self.bench.at.text(sender, words)
        return self._kept(INBOUND)

    def receipt(self, carrier_id: str, report: DeliveryReport) -> tuple[bytes, str]:
        self.bench.at.report(self.bench.unreported, _STATUSES[report])
        return self._kept(RECEIPT)

    def opt_out(self, number: str) -> None:
        return None

    def knows(self, carrier_id: str | None, wanted: str) -> bool:
        return (carrier_id or "").startswith(f"{self.bench.modem.name}-")

    def _kept(self, kind: str) -> tuple[bytes, str]:
        self.bench.until(lambda: self.bench.shelf.bodies(kind), f"{kind} is kept")
        (entry,) = [entry for (of, _), entry in self.bench.shelf.entries.items() if of == kind]
        return entry.body, entry.content_type


@dataclass
class OverADummy:
    """Plain words only: the pretend telephone takes every text, and tells nothing of it."""

    phone: DummyPhone

    @property
    def gateway(self) -> ModemSms:
        return self.phone.gateway

    def will_answer(self, outcomes: Mapping[str, Outcome]) -> None:
        assert all(isinstance(outcome, Accepted) for outcome in outcomes.values())

    def attempts(self) -> list[tuple[str, str]]:
        return self.phone.sent()

    def inbound(self, sender: str, words: str, carrier_id: str) -> tuple[bytes, str]:
        self.phone.text(sender, words)
        self.phone.until_kept(INBOUND)
        (entry,) = self.phone.shelf.entries.values()
        return entry.body, entry.content_type

    def receipt(self, carrier_id: str, report: DeliveryReport) -> tuple[bytes, str]:
        raise AssertionError("the pretend telephone knows no receipts")

    def opt_out(self, number: str) -> None:
        return None

    def knows(self, carrier_id: str | None, wanted: str) -> bool:
        return (carrier_id or "").startswith(f"{self.phone.modem.name}-")


def _row(number: str, outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Accepted(carrier_id):
            return accepted_row(number, carrier_id or "")
        case Refused():
            return recipient(number, 403, "InvalidPhoneNumber")
        case _:
            return recipient(number, 500, "InternalServerError")


ADAPTERS: Final = ("memory", "africastalking", "modem")
PLAIN: Final = (*ADAPTERS, "dummy")


@pytest.fixture(params=ADAPTERS)
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    if request.param == "memory":
        yield InMemory(FakeSmsGateway())
        return
    if request.param == "modem":
        bench: Bench = request.getfixturevalue("air")
        bench.clear()
        yield OverTheAir(bench)
        return
    if request.param == "dummy":
        phone: DummyPhone = request.getfixturevalue("dummy_phone")
        phone.clear()
        yield OverADummy(phone)
        return
    with closing(CarrierServer()) as server, closing(CarrierHttp(connect_s=1, read_s=5, pool=2)) as http:
        yield OverHttp(AfricasTalkingSms("demo", "key", server.url, "12345", http), server)


def outcome_of(harness: Harness, expected: Outcome) -> Outcome:
    harness.will_answer({ONE: expected})
    return harness.gateway.send([ONE], "Halo")[ONE]


@pytest.mark.parametrize("harness", PLAIN, indirect=True)
def test_an_accepted_text_has_the_carriers_id_and_was_handed_over_once(harness: Harness) -> None:
    outcome = outcome_of(harness, Accepted("c-1"))
    assert isinstance(outcome, Accepted)
    assert harness.knows(outcome.carrier_id, "c-1")
    assert harness.attempts() == [(ONE, "Halo")]


@pytest.mark.parametrize(
    ("expected", "attempts"), [(Refused("no"), 1), (Unknown("?"), 1), (NotSent("no way"), None)]
)
def test_an_outcome_that_is_not_good_is_told_apart_and_the_carrier_asked_once(
    harness: Harness, expected: Outcome, attempts: int | None
) -> None:
    outcome = outcome_of(harness, expected)
    assert type(outcome) is type(expected)
    assert not isinstance(outcome, Accepted)
    assert outcome.reason
    if attempts is not None:  # what was not sent may not have reached the carrier
        assert harness.attempts() == [(ONE, "Halo")] * attempts


def test_every_number_has_exactly_one_outcome_of_its_own(harness: Harness) -> None:
    harness.will_answer({ONE: Accepted("c-1"), TWO: Refused("no")})
    outcomes = harness.gateway.send([ONE, TWO], "Halo")
    assert {number: type(outcome) for number, outcome in outcomes.items()} == {ONE: Accepted, TWO: Refused}


@pytest.mark.parametrize("harness", PLAIN, indirect=True)
@pytest.mark.parametrize("words", ["maling rt 5", "Ä & = + % é", "🔥 api", "dua\nbaris"])
def test_words_arrive_as_they_were_sent(harness: Harness, words: str) -> None:
    told = harness.gateway.read_inbound(*harness.inbound(ONE, words, "in-1"))
    assert (told.sender, told.words) == (ONE, words)
    assert harness.knows(told.carrier_id, "in-1")


@pytest.mark.parametrize("report", DeliveryReport)
def test_each_state_of_delivery_is_told(harness: Harness, report: DeliveryReport) -> None:
    told = harness.gateway.read_receipt(*harness.receipt("c-1", report))
    assert told is not None
    assert told.report is report
    assert harness.knows(told.carrier_id, "c-1")


@pytest.mark.parametrize("body", [b"", b"{}", b"status=Success"])
def test_a_receipt_without_an_id_speaks_of_no_text(harness: Harness, body: bytes) -> None:
    assert harness.gateway.read_receipt(body, FORM) is None


@pytest.mark.parametrize("harness", PLAIN, indirect=True)
def test_an_opt_out_names_its_number(harness: Harness) -> None:
    kept = harness.opt_out(ONE)
    told = harness.gateway.read_opt_out(*(kept or (ONE.encode(), FORM)))
    assert (told.number if told else None) == (ONE if kept else None)


_KINDS: Sequence[str] = (FORM, JSON, "", "text/html")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), content_type=st.sampled_from(_KINDS))
def test_no_bytes_make_reading_raise(harness: Harness, body: bytes, content_type: str) -> None:
    told = harness.gateway.read_inbound(body, content_type)
    told.words.encode()
    assert "\x00" not in told.words
    harness.gateway.read_receipt(body, content_type)
    harness.gateway.read_opt_out(body, content_type)
