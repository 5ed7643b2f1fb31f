"""Texts on their way to the hotline, and how stubborn the company is."""

import json
from urllib.parse import parse_qs

import pytest
import requests

from hotline.pretend_carrier.callbacks import NotLoopbackError
from tests.pretend_carrier.stand_in import KEY, SITI, Hands, Open, StandIn
from tests.support.eventually import eventually

INBOUND = "/sms/pretend/inbound"


def texted(
    company: Hands, hotline: StandIn, count: int = 1, words: str = "maling rt 5"
) -> list[dict[str, str]]:
    """Bu Siti texts; the forms the hotline got."""
    company.phone(SITI, "texts", {"text": words}, status=201)
    eventually(lambda: len(hotline.forms(INBOUND)) >= count, f"{count} callbacks")
    return hotline.forms(INBOUND)


def state(company: Hands) -> str:
    """What Bu Siti's telephone says about her last text."""
    return str(company.look(SITI)["messages"][-1]["state"])


def body(hotline: StandIn) -> bytes:
    """The bytes of the first callback."""
    return hotline.heard[0][2]


def test_a_text_arrives_with_the_fields_of_the_contract(company: Hands, hotline: StandIn) -> None:
    (form,) = texted(company, hotline)
    assert set(form) == {"from", "to", "text", "date", "id", "linkId", "networkCode"}
    assert (form["from"], form["to"], form["text"]) == (SITI, "+6281100000110", "maling rt 5")
    eventually(lambda: state(company) == "taken", "the telephone knows that it was taken")


@pytest.mark.parametrize("words", ["", "😱 tolong", "a" * 1000, "a&b=c+d%", "baris\nbaru", "nul\0"])
def test_any_words_travel_unchanged_in_one_callback(company: Hands, hotline: StandIn, words: str) -> None:
    assert texted(company, hotline, words=words)[0]["text"] == words


def test_a_text_is_resent_with_the_same_bytes_until_2xx(open_company: Open, hotline: StandIn) -> None:
    company = open_company(retry_delays=(0.02,) * 50)
    hotline.status = 500
    texted(company, hotline, count=2)
    assert state(company) == "retrying"
    hotline.status = 200
    eventually(lambda: state(company) == "taken", "it is taken")
    assert len({raw for path, _, raw in hotline.heard if path == INBOUND}) == 1


def test_resending_ends_and_the_text_is_still_in_the_list(company: Hands, hotline: StandIn) -> None:
    hotline.status = 404
    assert len(texted(company, hotline, count=3)) == 3
    eventually(lambda: state(company) == "given_up", "it is given up")
    assert polled(company) == ["maling rt 5"]


def test_a_hotline_that_is_down_is_survived(open_company: Open) -> None:
    company = open_company(hooks_url="http://127.0.0.1:9", hotline_url="http://127.0.0.1:9")
    company.phone(SITI, "texts", {"text": "tolong"}, status=201)
    eventually(lambda: state(company) == "given_up", "it is given up")
    assert polled(company) == ["tolong"]


def test_a_lost_callback_is_only_in_the_list(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "lost")
    company.phone(SITI, "texts", {"text": "hilang"}, status=201)
    assert [form["text"] for form in texted(company, hotline, words="ada")] == ["ada"]
    assert polled(company) == ["hilang", "ada"]


def test_a_text_can_arrive_twice_with_one_id(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "twice")
    forms = texted(company, hotline, count=2)
    assert forms[0] == forms[1]
    assert polled(company) == ["maling rt 5"]


def test_a_text_can_come_without_id(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "without_id")
    assert "id" not in texted(company, hotline)[0]


def test_a_number_can_lose_its_plus(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "lost_plus")
    assert texted(company, hotline)[0]["from"] == " 6281200000011"
    assert b"from=+62812" in body(hotline)


def test_a_number_can_be_written_with_two_zeros(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "double_zero")
    assert texted(company, hotline)[0]["from"] == "006281200000011"


def test_a_date_can_be_strange(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "unknown_date")
    assert texted(company, hotline)[0]["date"].endswith("WIB")


def test_a_text_can_come_as_json(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "json")
    texted(company, hotline)
    assert json.loads(body(hotline))["text"] == "maling rt 5"


def test_a_text_can_hold_bytes_that_are_no_utf8(company: Hands, hotline: StandIn) -> None:
    company.arm("inbound", "bad_bytes")
    texted(company, hotline)
    with pytest.raises(UnicodeDecodeError):
        parse_qs(body(hotline).decode(), errors="strict", strict_parsing=False)


def test_any_sender_with_any_fields_can_be_made_up(company: Hands, hotline: StandIn) -> None:
    row = {"from": "BANK", "text": "Promo", "id": None, "extra": "x"}
    assert requests.post(f"{company.url}/phones/api/inbound", json=row, timeout=10).status_code == 202
    form = eventually(lambda: hotline.forms(INBOUND), "the callback")[0]
    assert form == {"from": "BANK", "text": "Promo", "to": "+6281100000110", "extra": "x"}


def test_a_telephone_without_credit_sends_nothing(company: Hands, hotline: StandIn) -> None:
    requests.post(f"{company.url}/phones/api/phones/{SITI}", json={"credit": False}, timeout=10)
    company.phone(SITI, "texts", {"text": "tolong"}, status=201)
    assert state(company) == "no_credit"
    assert polled(company) == []
    assert company.phone(SITI, "dial", status=409)["error"] == "no_credit"


def test_a_switched_off_telephone_sends_nothing(company: Hands) -> None:
    requests.post(f"{company.url}/phones/api/phones/{SITI}", json={"on": False}, timeout=10)
    assert company.phone(SITI, "texts", {"text": "tolong"}, status=409)["error"] == "off"


def test_no_other_machine_is_ever_called(company: Hands) -> None:
    with pytest.raises(NotLoopbackError):
        company.carrier.postman.post_voice(
            "http://192.0.2.1/ivr", {"callSessionState": "Ringing", "callerNumber": SITI}
        )


def test_the_traffic_panel_tells_outcomes_and_no_secret(company: Hands, hotline: StandIn) -> None:
    texted(company, hotline)
    eventually(lambda: state(company) == "taken", "it is taken")
    answer = requests.get(f"{company.url}/phones/api/traffic", timeout=10)
    assert answer.json()["callbacks"][0] == {"kind": "inbound", "about": SITI, "outcome": "200"}
    assert "/pretend/" not in answer.text


def polled(company: Hands) -> list[str]:
    """The words in the list that the hotline may fetch."""
    answer = requests.get(f"{company.url}/version1/messaging?username=sandbox", headers=KEY, timeout=10)
    return [row["text"] for row in answer.json()["SMSMessageData"]["Messages"]]
