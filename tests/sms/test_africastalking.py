"""Africa's Talking: each of its codes, states and faults has one meaning here."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hotline.carrier_http import CarrierHttp
from hotline.domain.delivery import DeliveryReport
from sms.africastalking import BATCH, AfricasTalkingSms
from sms.gateway import Accepted, Balance, NoAnswer, NotSent, Outcome, Refused, Unknown, Wait
from tests.support.sms_carrier import HANG_UP, SILENCE, CarrierServer, accepted_row, answer, http, recipient

NUMBER = "+6281200000001"
FORM = "application/x-www-form-urlencoded"
SAMPLES = Path(__file__).parents[1] / "data" / "africastalking_callbacks.jsonl"


@pytest.fixture
def server() -> Iterator[CarrierServer]:
    with closing(CarrierServer()) as one:
        yield one


@pytest.fixture
def transport() -> Iterator[CarrierHttp]:
    with closing(CarrierHttp(connect_s=1, read_s=2, pool=2)) as one:
        yield one


@pytest.fixture
def gateway(server: CarrierServer, transport: CarrierHttp) -> AfricasTalkingSms:
    return AfricasTalkingSms("demo", "secret-key", server.url, "12345", transport)


def sent(gateway: AfricasTalkingSms, server: CarrierServer, raw: bytes) -> Outcome:
    server.reply(raw)
    return gateway.send([NUMBER], "Halo")[NUMBER]


@pytest.mark.parametrize("code", [100, 101, 102, "101"])
def test_these_codes_accept(gateway: AfricasTalkingSms, server: CarrierServer, code: int) -> None:
    row = {**accepted_row(NUMBER, "ATXid_1", code), "cost": "KES 0.8000", "messageParts": 2}
    assert sent(gateway, server, answer(row)) == Accepted("ATXid_1", "KES 0.8000", 2)


@pytest.mark.parametrize(
    ("code", "wait", "opted_out"),
    [
        (401, Wait.FINAL, False),
        (402, Wait.CONFIGURATION, False),
        (403, Wait.FINAL, False),
        (404, Wait.FINAL, False),
        (405, Wait.MONEY, False),
        (406, Wait.FINAL, True),
        (407, Wait.FINAL, False),
        (409, Wait.LATER, False),
    ],
)
def test_these_codes_refuse(
    gateway: AfricasTalkingSms, server: CarrierServer, code: int, wait: Wait, opted_out: bool
) -> None:
    outcome = sent(gateway, server, answer(recipient(NUMBER, code, "Because")))
    assert outcome == Refused(f"{code} Because", wait, opted_out)


@pytest.mark.parametrize("code", [500, 501, 502, 408, 999, "x", True, None])
def test_every_other_code_is_a_doubt(gateway: AfricasTalkingSms, server: CarrierServer, code: object) -> None:
    assert isinstance(sent(gateway, server, answer(recipient(NUMBER, code, "Because"))), Unknown)


def test_an_old_answer_without_a_code_is_read_by_its_status(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    row = {"number": NUMBER, "status": "Success", "messageId": "ATSid_1", "cost": "0"}
    assert sent(gateway, server, answer(row)) == Accepted("ATSid_1", "0", None)


def test_an_accepted_text_may_have_no_id(gateway: AfricasTalkingSms, server: CarrierServer) -> None:
    assert sent(gateway, server, answer(accepted_row(NUMBER, "None"))) == Accepted(None, "0", None)


@pytest.mark.parametrize(
    ("message", "wait"),
    [("InvalidSenderId", Wait.CONFIGURATION), ("Insufficient balance", Wait.MONEY), ("", Wait.CONFIGURATION)],
)
def test_201_without_recipients_is_a_refusal(
    gateway: AfricasTalkingSms, server: CarrierServer, message: str, wait: Wait
) -> None:
    outcome = sent(gateway, server, answer(message=message))
    assert isinstance(outcome, Refused)
    assert outcome.wait is wait


@pytest.mark.parametrize(
    "raw",
    [
        HANG_UP,
        SILENCE,
        b"HTTP/1.1 201 X\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{",
        b"\x00\x01garbage\r\n\r\n",
        http(200, b"<html>Welcome to the hotel wifi</html>", "text/html"),
        http(201, b"not json"),
        http(201, b"null"),
        http(201, b"[]"),
        http(201, b'{"SMSMessageData": null}'),
        http(201, b'{"SMSMessageData": {"Recipients": {}}}'),
        http(500, b"oops", "text/plain"),
        http(502, b"oops", "text/html"),
        http(503, b"oops", "text/html"),
    ],
)
def test_what_may_have_arrived_is_a_doubt(
    gateway: AfricasTalkingSms, server: CarrierServer, raw: bytes
) -> None:
    assert isinstance(sent(gateway, server, raw), Unknown)
    assert len(server.forms) == 1


@pytest.mark.parametrize(
    ("status", "wait"),
    [
        (400, Wait.FINAL),
        (401, Wait.CONFIGURATION),
        (402, Wait.MONEY),
        (403, Wait.CONFIGURATION),
        (404, Wait.CONFIGURATION),
        (409, Wait.LATER),
        (429, Wait.BUSY),
    ],
)
def test_an_http_refusal_waits_for_what_can_mend_it(
    gateway: AfricasTalkingSms, server: CarrierServer, status: int, wait: Wait
) -> None:
    assert sent(gateway, server, http(status, b"no", "text/plain")) == Refused(f"HTTP {status}", wait)


def test_a_redirect_is_not_followed_so_that_the_key_stays_here(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    raw = http(307, b"", "text/plain", f"Location: {server.url}/elsewhere")
    assert sent(gateway, server, raw) == Refused("HTTP 307", Wait.CONFIGURATION)
    assert len(server.forms) == 1


def test_a_port_that_nobody_listens_on_sent_nothing(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    server.close()
    assert isinstance(gateway.send([NUMBER], "Halo")[NUMBER], NotSent)


def test_json_is_json_whatever_follows_its_content_type(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    raw = answer(accepted_row(NUMBER, "ATXid_1"), content_type="application/json; charset=utf-8")
    assert isinstance(sent(gateway, server, raw), Accepted)


def test_a_number_without_its_plus_is_still_that_number(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    assert isinstance(sent(gateway, server, answer(accepted_row(NUMBER[1:], "ATXid_1"))), Accepted)


def test_a_number_that_the_answer_forgets_is_a_doubt(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    assert isinstance(sent(gateway, server, answer(accepted_row("+6281200000009", "ATXid_1"))), Unknown)


def test_the_request_is_the_carriers_own_form(gateway: AfricasTalkingSms, server: CarrierServer) -> None:
    sent(gateway, server, answer(accepted_row(NUMBER, "ATXid_1")))
    form, head = server.forms[0], server.heads[0]
    assert (form["username"], form["to"], form["message"], form["from"]) == ("demo", NUMBER, "Halo", "12345")
    assert (head["apikey"], head["accept"]) == ("secret-key", "application/json")


def test_many_numbers_go_in_few_requests(gateway: AfricasTalkingSms, server: CarrierServer) -> None:
    numbers = [f"+62812{serial:08d}" for serial in range(BATCH + 1)]
    server.reply(answer(*(accepted_row(number, f"id-{number}") for number in numbers)))
    outcomes = gateway.send(numbers, "Halo")
    assert [len(form["to"].split(",")) for form in server.forms] == [BATCH, 1]
    assert all(isinstance(outcome, Accepted) for outcome in outcomes.values())


@pytest.mark.parametrize(
    ("status", "report"),
    [
        ("Sent", "ON_ITS_WAY"),
        ("Submitted", "ON_ITS_WAY"),
        ("Buffered", "ON_ITS_WAY"),
        ("Success", "DELIVERED"),
        ("Rejected", "FAILED"),
        ("Failed", "FAILED"),
        ("Expired", "EXPIRED"),
        ("AbsentSubscriber", "ABSENT"),
        ("success ", "DELIVERED"),
        ("", "UNKNOWN"),
        ("None", "UNKNOWN"),
        ("Teleported", "UNKNOWN"),
    ],
)
def test_each_delivery_state_has_its_meaning(gateway: AfricasTalkingSms, status: str, report: str) -> None:
    told = gateway.read_receipt(f"id=ATXid_1&status={status}".encode(), FORM)
    assert told is not None
    assert told.report is DeliveryReport(report)


def _samples(kind: str) -> list[dict[str, str]]:
    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    return [row["form"] for row in rows if row["kind"] == kind]


@pytest.mark.parametrize("form", _samples("sms_inbound"))
def test_published_inbound_samples_are_read(gateway: AfricasTalkingSms, form: dict[str, str]) -> None:
    told = gateway.read_inbound(json.dumps(form).encode(), "application/json")
    assert (told.sender, told.words) == (form["from"], form["text"])
    assert told.carrier_id == form.get("id")


@pytest.mark.parametrize("form", _samples("sms_dlr"))
def test_published_delivery_reports_are_read(gateway: AfricasTalkingSms, form: dict[str, str]) -> None:
    told = gateway.read_receipt(json.dumps(form).encode(), "application/json")
    assert (told.carrier_id, told.status) == (form["id"], form["status"]) if told else "id" not in form


@pytest.mark.parametrize("name", ["UserData", "userData"])
def test_the_balance_is_told_in_either_spelling(
    server: CarrierServer, gateway: AfricasTalkingSms, name: str
) -> None:
    server.reply(http(200, json.dumps({name: {"balance": "KES 1785.50"}}).encode()))
    assert gateway.balance() == Balance(1785.50, "KES")


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"UserData": {"balance": "much"}}', b"{"])
def test_an_answer_without_a_balance_is_none(
    server: CarrierServer, gateway: AfricasTalkingSms, body: bytes
) -> None:
    server.reply(http(200, body))
    assert isinstance(gateway.balance(), NoAnswer)
