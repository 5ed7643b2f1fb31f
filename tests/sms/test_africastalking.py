"""Africa's Talking: each of its codes, states and faults has one meaning here."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from hotline.carrier_http import CarrierHttp
from sms.africastalking import BATCH, AfricasTalkingSms
from sms.gateway import Accepted, Balance, NoAnswer, Outcome, Unknown
from tests.support.sms_carrier import CarrierServer, accepted_row, answer, http, recipient

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


def test_what_an_accepted_text_costs_and_how_many_parts_it_took_is_kept(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    row = {**accepted_row(NUMBER, "ATXid_1"), "cost": "KES 0.8000", "messageParts": 2}
    assert sent(gateway, server, answer(row)) == Accepted("ATXid_1", "KES 0.8000", 2)


@pytest.mark.parametrize("code", ["x", True, None])
def test_a_code_that_is_none_is_a_doubt(
    gateway: AfricasTalkingSms, server: CarrierServer, code: object
) -> None:
    assert isinstance(sent(gateway, server, answer(recipient(NUMBER, code, "Because"))), Unknown)


def test_an_old_answer_without_a_code_is_read_by_its_status(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    row = {"number": NUMBER, "status": "Success", "messageId": "ATSid_1", "cost": "0"}
    assert sent(gateway, server, answer(row)) == Accepted("ATSid_1", "0", None)


def test_an_accepted_text_may_have_no_id(gateway: AfricasTalkingSms, server: CarrierServer) -> None:
    assert sent(gateway, server, answer(accepted_row(NUMBER, "None"))) == Accepted(None, "0", None)


def test_an_id_is_kept_in_the_words_in_which_reports_name_it(
    gateway: AfricasTalkingSms, server: CarrierServer
) -> None:
    raw = answer(accepted_row(NUMBER, "ATX\x00id_\ud8001"))
    assert sent(gateway, server, raw) == Accepted("ATXid_?1", "0", None)


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


@pytest.mark.parametrize("body", [b"{}", b'{"UserData": {"balance": "much"}}'])
def test_an_answer_without_an_amount_is_no_balance(
    server: CarrierServer, gateway: AfricasTalkingSms, body: bytes
) -> None:
    server.reply(http(200, body))
    assert isinstance(gateway.balance(), NoAnswer)


@pytest.mark.parametrize(
    ("called", "flag"),
    [("12345", ""), ("+12345", ""), ("", ""), ("None", ""), ("54321", "to_another"), ("nobody", "")],
)
def test_a_text_to_a_number_that_is_not_ours_is_kept_and_marked(
    gateway: AfricasTalkingSms, called: str, flag: str
) -> None:
    told = gateway.read_inbound(urlencode({"from": NUMBER, "text": "tolong", "to": called}).encode(), "")
    assert (told.flag, told.words) == (flag, "tolong")
