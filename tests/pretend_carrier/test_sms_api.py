"""Sending, polling and the balance, as the real company answers them."""

from typing import Any

import pytest
import requests

from hotline.pretend_carrier.faults import RECIPIENT_CODES
from tests.pretend_carrier.stand_in import KEY, LINMAS, RAHMAN, SITI, Hands, Open, StandIn
from tests.support.eventually import eventually


def test_a_send_is_answered_as_recorded_and_lands_on_the_telephone(company: Hands) -> None:
    answer = company.send(SITI, "Laporan Ibu kami terima.")
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/json")
    data = answer.json()["SMSMessageData"]
    assert data["Message"] == "Sent to 1/1 Total Cost: IDR 350.0000 Message parts: 1"
    (row,) = data["Recipients"]
    assert row["messageId"].startswith("ATXid_")
    assert (row["statusCode"], row["status"], row["number"], row["cost"], row["messageParts"]) == (
        (101, "Success", SITI, "IDR 350.0000", 1)
    )
    assert company.look(SITI)["messages"][0]["text"] == "Laporan Ibu kami terima."


def test_a_comma_list_is_sent_to_each(company: Hands) -> None:
    rows = company.rows(company.send(f"{SITI},{RAHMAN}"))
    assert [row["number"] for row in rows] == [SITI, RAHMAN]
    assert rows[0]["messageId"] != rows[1]["messageId"]


def test_the_json_sister_sends_too(company: Hands) -> None:
    body = {"username": "sandbox", "phoneNumbers": [SITI], "message": "Halo", "senderId": "SIGAP"}
    answer = requests.post(f"{company.url}/version1/messaging/bulk", json=body, headers=KEY, timeout=10)
    assert company.rows(answer)[0]["statusCode"] == 101


@pytest.mark.parametrize("code", RECIPIENT_CODES)
def test_every_recipient_code_can_be_had(company: Hands, code: int) -> None:
    company.arm("send", f"code_{code}")
    answer = company.send()
    (row,) = company.rows(answer)
    accepted = code in {100, 101, 102}
    assert (answer.status_code, row["statusCode"], row["status"]) == (201, code, RECIPIENT_CODES[code])
    assert (row["messageId"] != "None") is accepted
    assert (row["cost"] != "0") is accepted
    assert bool(company.look(SITI)["messages"]) is accepted
    assert company.rows(company.send())[0]["statusCode"] == 101


def test_a_code_can_be_kept_for_one_number(company: Hands) -> None:
    company.arm("send", "code_403", number=RAHMAN)
    assert [row["statusCode"] for row in company.rows(company.send(f"{SITI},{RAHMAN}"))] == [101, 403]


@pytest.mark.parametrize(
    ("number", "code"), [("081200000011", 403), ("+62", 403), ("BANK", 403), ("+62741000111", 404)]
)
def test_numbers_that_cannot_be_texted_are_refused(company: Hands, number: str, code: int) -> None:
    assert company.rows(company.send(number))[0]["statusCode"] == code


@pytest.mark.parametrize(
    ("fault", "status", "is_sent"),
    [
        ("http_401", 401, False),
        ("http_429", 429, False),
        ("http_500", 500, False),
        ("http_500_done", 500, True),
        ("http_503", 503, False),
        ("html", 200, True),
        ("garbage", 201, True),
        ("late", 201, True),
        ("late_lost", 503, False),
        ("no_sender", 201, False),
    ],
)
def test_every_http_fault_can_be_had(company: Hands, fault: str, status: int, is_sent: bool) -> None:
    company.arm("send", fault)
    assert company.send().status_code == status
    assert bool(company.look(SITI)["messages"]) is is_sent
    assert company.send().status_code == 201


@pytest.mark.parametrize(("fault", "is_sent"), [("cut", True), ("cut_lost", False)])
def test_a_connection_can_be_cut_after_reading(company: Hands, fault: str, is_sent: bool) -> None:
    company.arm("send", fault)
    with pytest.raises(requests.ConnectionError):
        company.send()
    assert bool(company.look(SITI)["messages"]) is is_sent


def test_a_late_answer_outlasts_a_shorter_patience(company: Hands) -> None:
    company.arm("send", "late")
    form = {"username": "sandbox", "to": SITI, "message": "Halo"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{company.url}/version1/messaging", data=form, headers=KEY, timeout=0.1)
    assert company.look(SITI)["messages"]


def test_garbage_is_not_json(company: Hands) -> None:
    company.arm("send", "garbage")
    with pytest.raises(ValueError):
        company.send().json()


def test_a_redirect_shows_whether_the_key_was_given_away(company: Hands) -> None:
    company.arm("send", "redirect", times=2)
    form = {"username": "sandbox", "to": SITI, "message": "Halo"}
    kept = requests.post(
        f"{company.url}/version1/messaging", data=form, headers=KEY, allow_redirects=False, timeout=10
    )
    assert kept.status_code == 307
    company.send()
    kinds = [event.kind for event in company.carrier.exchange.events.since(0) or ()]
    assert kinds.count("redirect_followed_with_key") == 1


@pytest.mark.parametrize(("username", "key"), [("sandbox", "other"), ("other", "pretend-key"), ("", "")])
def test_a_wrong_key_is_refused_in_the_recorded_words(company: Hands, username: str, key: str) -> None:
    answer = requests.post(
        f"{company.url}/version1/messaging",
        data={"username": username, "to": SITI, "message": "Halo"},
        headers={"apiKey": key},
        timeout=10,
    )
    assert (answer.status_code, answer.text) == (401, "The supplied authentication is invalid")
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="api"'


def test_a_strange_sender_id_is_refused_with_201_and_nobody(open_company: Open) -> None:
    company = open_company(username="sigap", sender_ids=("SIGAP",))
    answers = [
        company.send(username="sigap", **{"from": name}).json()["SMSMessageData"]
        for name in ("SIGAP", "BANK")
    ]
    assert [len(answer["Recipients"]) for answer in answers] == [1, 0]
    assert answers[1]["Message"] == "InvalidSenderId"


def test_a_long_text_is_paid_for_by_part(company: Hands) -> None:
    assert company.rows(company.send(message="a" * 161))[0]["cost"] == "IDR 700.0000"


def test_an_empty_account_refuses_and_a_filled_one_sends_again(company: Hands) -> None:
    requests.post(f"{company.url}/faults", json={"balance": 349}, timeout=10)
    assert company.rows(company.send())[0]["statusCode"] == 405
    requests.post(f"{company.url}/faults", json={"balance": 350}, timeout=10)
    assert company.rows(company.send())[0]["statusCode"] == 101
    answer = requests.get(f"{company.url}/version1/user?username=sandbox", headers=KEY, timeout=10)
    assert answer.json() == {"UserData": {"balance": "IDR 0.00"}}


def test_whoever_opted_out_is_on_the_black_list(company: Hands, hotline: StandIn) -> None:
    company.phone(SITI, "opt-out")
    form = eventually(lambda: hotline.forms("/sms/pretend/opt-out"), "the opt-out is told")[0]
    assert form == {"senderId": company.carrier.settings.number, "phoneNumber": SITI}
    assert company.rows(company.send())[0]["statusCode"] == 406
    company.phone(SITI, "opt-out")
    assert company.rows(company.send())[0]["statusCode"] == 101


def test_polling_pages_through_all_texts_by_growing_integers(company: Hands) -> None:
    for place in range(103):
        company.phone(LINMAS, "texts", {"text": f"kata {place}"}, status=201)
    pages, last = [], 0
    while rows := _poll(company, last):
        pages.append(len(rows))
        assert all(isinstance(row["id"], int) and row["id"] > last for row in rows)
        last = rows[-1]["id"]
    assert pages == [100, 3]


def test_polled_ids_are_not_those_of_the_callback(company: Hands, hotline: StandIn) -> None:
    company.phone(SITI, "texts", {"text": "maling"}, status=201)
    form = eventually(lambda: hotline.forms("/sms/pretend/inbound"), "the callback")[0]
    (row,) = _poll(company, 0)
    assert (row["text"], row["from"], row["to"]) == (form["text"], form["from"], form["to"])
    assert str(row["id"]) != form["id"]


def test_texts_to_other_numbers_wait_for_a_telephone(company: Hands) -> None:
    company.send("+6281299990001", "Untuk nomor lain")
    row = {"name": "Baru", "number": "+6281299990001", "role": "unit"}
    assert requests.post(f"{company.url}/phones/api/phones", json=row, timeout=10).status_code == 201
    assert company.look("+6281299990001")["messages"][0]["text"] == "Untuk nomor lain"


def _poll(company: Hands, after: int) -> list[dict[str, Any]]:
    params: dict[str, str | int] = {"username": "sandbox", "lastReceivedId": after}
    answer = requests.get(f"{company.url}/version1/messaging", params=params, headers=KEY, timeout=10)
    return list(answer.json()["SMSMessageData"]["Messages"])
