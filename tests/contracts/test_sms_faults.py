"""Each code, each state of delivery and each fault of a carrier has one meaning, whichever carrier it is.

The tables are the carrier's own (its recipient codes, its delivery states), and what HTTP does on a bad day.
The real adapter meets them as bytes over loopback; the carrier in memory, by which the desk is tested, has to
be able to say the same of each.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final, Protocol
from urllib.parse import urlencode

import pytest

from hotline.carrier_http import CarrierHttp
from hotline.domain.delivery import DeliveryReport
from sms.africastalking import ACCEPTED, REFUSALS, STATES, AfricasTalkingSms
from sms.gateway import (
    Accepted,
    Balance,
    Fetch,
    NoAnswer,
    NotSent,
    Outcome,
    Refused,
    SmsGateway,
    Unknown,
    Wait,
)
from tests.support.fake_gateway import JSON, FakeSmsGateway
from tests.support.sms_carrier import HANG_UP, SILENCE, CarrierServer, accepted_row, answer, http, recipient

ONE, TWO = "+6281200000001", "+6281200000002"
FORM: Final = "application/x-www-form-urlencoded"
REFUSED_PORT: Final = b"nobody listens"

TAKEN: Final = Accepted("c-1")
DOUBT: Final = Unknown("?")
CODES: Final[dict[int, Outcome]] = {
    100: TAKEN,
    101: TAKEN,
    102: TAKEN,
    401: Refused("RiskHold"),
    402: Refused("InvalidSenderId", Wait.CONFIGURATION),
    403: Refused("InvalidPhoneNumber"),
    404: Refused("UnsupportedNumberType"),
    405: Refused("InsufficientBalance", Wait.MONEY),
    406: Refused("UserInBlacklist", opted_out=True),
    407: Refused("CouldNotRoute"),
    409: Refused("DoNotDisturbRejection", Wait.LATER),
    500: DOUBT,
    501: DOUBT,
    502: DOUBT,
    408: DOUBT,
    999: DOUBT,
}
"""What the carrier says of one recipient. 408 and 999 stand for all that its list does not name."""

FAULTS: Final[dict[str, tuple[bytes, Outcome]]] = {
    "nobody listens": (REFUSED_PORT, NotSent("refused")),
    "no answer in time": (SILENCE, DOUBT),
    "cut before the answer": (HANG_UP, DOUBT),
    "cut within the answer": (
        b"HTTP/1.1 201 X\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{", DOUBT,
    ),
    "no HTTP at all": (b"\x00\x01garbage\r\n\r\n", DOUBT),
    "no JSON": (http(201, b"not json"), DOUBT),
    "HTML": (http(200, b"<html>Welcome to the hotel wifi</html>", "text/html"), DOUBT),
    "an empty body": (http(201, b""), DOUBT),
    "null": (http(201, b"null"), DOUBT),
    "a list": (http(201, b"[]"), DOUBT),
    "no data": (http(201, b'{"SMSMessageData": null}'), DOUBT),
    "recipients that are none": (http(201, b'{"SMSMessageData": {"Recipients": {}}}'), DOUBT),
    "201 and nobody, a wrong sender": (
        answer(message="InvalidSenderId"), Refused("InvalidSenderId", Wait.CONFIGURATION),
    ),
    "201 and nobody, no money": (answer(message="Insufficient balance"), Refused("balance", Wait.MONEY)),
    "201 and nobody, no words": (answer(message=""), Refused("nobody", Wait.CONFIGURATION)),
    "a redirect": (http(307, b"", "text/plain", "Location: /elsewhere"), Refused("307", Wait.CONFIGURATION)),
    "400": (http(400, b"no", "text/plain"), Refused("400")),
    "401": (http(401, b"The supplied authentication is invalid", "text/plain; charset=UTF-8"),
            Refused("401", Wait.CONFIGURATION)),
    "402": (http(402, b"no", "text/plain"), Refused("402", Wait.MONEY)),
    "403": (http(403, b"no", "text/plain"), Refused("403", Wait.CONFIGURATION)),
    "404": (http(404, b"<html>", "text/html"), Refused("404", Wait.CONFIGURATION)),
    "405": (http(405, b"no", "text/plain"), Refused("405", Wait.CONFIGURATION)),
    "408": (http(408, b"no", "text/plain"), Refused("408", Wait.LATER)),
    "409": (http(409, b"no", "text/plain"), Refused("409", Wait.LATER)),
    "422": (http(422, b"{}"), Refused("422")),
    "429": (http(429, b"no", "text/plain"), Refused("429", Wait.BUSY)),
    "500": (http(500, b"oops", "text/plain"), DOUBT),
    "502": (http(502, b"oops", "text/html"), DOUBT),
    "503": (http(503, b"", "text/plain"), DOUBT),
    "504": (http(504, b"{}"), DOUBT),
}  # fmt: skip
"""What becomes of a request, and what that says of each number in it."""

DELIVERIES: Final[dict[str, DeliveryReport]] = {
    "Sent": DeliveryReport.ON_ITS_WAY,
    "Submitted": DeliveryReport.ON_ITS_WAY,
    "Buffered": DeliveryReport.ON_ITS_WAY,
    "Success": DeliveryReport.DELIVERED,
    "Rejected": DeliveryReport.FAILED,
    "Failed": DeliveryReport.FAILED,
    "Expired": DeliveryReport.EXPIRED,
    "AbsentSubscriber": DeliveryReport.ABSENT,
    "success ": DeliveryReport.DELIVERED,
    "Delivered": DeliveryReport.UNKNOWN,
    "Undeliverable": DeliveryReport.UNKNOWN,
    "None": DeliveryReport.UNKNOWN,
    "Teleported": DeliveryReport.UNKNOWN,
    "": DeliveryReport.UNKNOWN,
}
"""The documented states, and some that only other people's code knows: these change nothing."""

BROKEN: Final = sorted(set(FAULTS) - {"201 and nobody, a wrong sender", "201 and nobody, no money"})
"""What an answer to another question than a send may look like too."""


class Carrier(Protocol):
    """One adapter, and a carrier that answers it as a test says."""

    @property
    def gateway(self) -> SmsGateway: ...
    def says_of_one(self, code: int) -> None: ...
    def has(self, fault: str) -> None: ...
    def receipt(self, status: str) -> tuple[bytes, str]: ...
    def attempts(self) -> int: ...


class InMemory:
    """The fake: it is told the meaning."""

    def __init__(self) -> None:
        self.gateway = FakeSmsGateway()

    def says_of_one(self, code: int) -> None:
        self.gateway.answers = {ONE: [CODES[code]]}

    def has(self, fault: str) -> None:
        self.gateway.always = FAULTS[fault][1]
        self.gateway.silent, self.gateway.money = True, NoAnswer(fault)

    def receipt(self, status: str) -> tuple[bytes, str]:
        return json.dumps({"id": "c-1", "status": DELIVERIES[status]}).encode(), JSON

    def attempts(self) -> int:
        return len(self.gateway.requests)


class OverHttp:
    """The real adapter: it meets the bytes."""

    def __init__(self, server: CarrierServer, transport: CarrierHttp) -> None:
        self.server = server
        self.gateway = AfricasTalkingSms("demo", "key", server.url, "12345", transport)

    def says_of_one(self, code: int) -> None:
        row = accepted_row(ONE, "c-1", code) if code in ACCEPTED else recipient(ONE, code, "Because")
        self.server.reply(answer(row, accepted_row(TWO, "c-2")))

    def has(self, fault: str) -> None:
        raw = FAULTS[fault][0]
        if raw == REFUSED_PORT:
            self.server.close()
        else:
            self.server.reply(raw)

    def receipt(self, status: str) -> tuple[bytes, str]:
        return urlencode({"id": "c-1", "status": status}).encode(), FORM

    def attempts(self) -> int:
        return len(self.server.forms)


@pytest.fixture(params=["memory", "africastalking"])
def carrier(request: pytest.FixtureRequest) -> Iterator[Carrier]:
    if request.param == "memory":
        yield InMemory()
        return
    transport = CarrierHttp(connect_s=0.3, read_s=0.4, pool=2)
    with closing(CarrierServer()) as server, closing(transport):
        yield OverHttp(server, transport)


def meaning(outcome: Outcome) -> tuple[type[Outcome], Wait | None, bool]:
    """What the desk goes by; the reason is for people."""
    if isinstance(outcome, Refused):
        return Refused, outcome.wait, outcome.opted_out
    return type(outcome), None, False


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_a_recipient_has_its_meaning_and_touches_nobody_else(
    carrier: Carrier, code: int
) -> None:
    carrier.says_of_one(code)
    outcomes = carrier.gateway.send([ONE, TWO], "Halo")
    assert meaning(outcomes[ONE]) == meaning(CODES[code])
    assert isinstance(outcomes[TWO], Accepted)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_meaning_for_every_number_and_is_not_asked_again(
    carrier: Carrier, fault: str
) -> None:
    carrier.has(fault)
    outcomes = carrier.gateway.send([ONE, TWO], "Halo")
    assert {number: meaning(outcome) for number, outcome in outcomes.items()} == dict.fromkeys(
        [ONE, TWO], meaning(FAULTS[fault][1])
    )
    assert carrier.attempts() <= 1


@pytest.mark.parametrize("status", DELIVERIES)
def test_each_state_of_delivery_has_its_meaning(carrier: Carrier, status: str) -> None:
    told = carrier.gateway.read_receipt(*carrier.receipt(status))
    assert told is not None
    assert told.report is DELIVERIES[status]


Question = Callable[[SmsGateway], Fetch | Balance | NoAnswer]
QUESTIONS: Final[dict[str, Question]] = {
    "list": lambda gateway: gateway.fetch("0"),
    "balance": lambda gateway: gateway.balance(),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("fault", BROKEN)
def test_a_question_that_gets_no_answer_says_so_and_never_an_empty_one(
    carrier: Carrier, question: str, fault: str
) -> None:
    """An empty list would be taken for 'nothing was missed', a balance of nothing for 'no money'."""
    carrier.has(fault)
    assert isinstance(QUESTIONS[question](carrier.gateway), NoAnswer)


def test_the_tables_name_all_that_the_adapter_knows() -> None:
    assert {code for code, outcome in CODES.items() if isinstance(outcome, Accepted)} == ACCEPTED
    assert {code for code, outcome in CODES.items() if isinstance(outcome, Refused)} == set(REFUSALS)
    assert set(STATES) <= {status.strip().lower() for status in DELIVERIES}
