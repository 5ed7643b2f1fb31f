"""Third telephones in a call: Dial, queues and transfer."""

from typing import Any

import pytest
import requests

from tests.pretend_carrier.stand_in import KEY, LINMAS, RAHMAN, SITI, Hands, StandIn
from tests.support.eventually import eventually


def test_dial_connects_tells_the_middle_and_ends_with_either(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<Dial phoneNumbers="{RAHMAN},{LINMAS}" record="true"/><Say>tidak pernah</Say>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(LINMAS, "ringing")
    hotline.script("")
    company.phone(LINMAS, "answer")
    company.look(LINMAS, "connected")
    company.look(RAHMAN, "over")
    company.phone(SITI, "speech")
    company.phone(LINMAS, "hang-up")
    company.finished(session)
    start, middle, end = hotline.voice()
    assert (middle["isActive"], middle["dialDestinationNumber"]) == ("1", LINMAS)
    assert (end["isActive"], end["dialDestinationNumber"]) == ("0", LINMAS)
    assert end["dialDurationInSeconds"].isdigit()
    assert end["recordingUrl"].endswith(".wav")
    assert ("say", "tidak pernah") not in company.heard()
    assert "dialDestinationNumber" not in start


def test_dial_that_nobody_answers_goes_on_with_the_next_element(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<Dial phoneNumbers="{LINMAS},+6281299990009"/><Say>Tidak ada yang menjawab</Say>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(LINMAS, "ringing")
    company.phone(LINMAS, "reject")
    company.finished(session)
    assert company.heard()[-1] == ("say", "Tidak ada yang menjawab")
    assert len(hotline.voice()) == 2


def test_sequential_dial_rings_one_after_the_other(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<Dial phoneNumbers="{RAHMAN},{LINMAS}" sequential="true"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(RAHMAN, "ringing")
    assert company.look(LINMAS)["call"] is None
    company.phone(RAHMAN, "reject")
    company.look(LINMAS, "ringing")
    company.phone(SITI, "hang-up")
    company.finished(session)
    assert company.look(LINMAS)["call"]["ended"] == "panggilan tak terjawab"


def test_actions_in_the_middle_of_a_talk_cut_it(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<Dial phoneNumbers="{LINMAS}"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(LINMAS, "ringing")
    hotline.script("<Say>salah</Say>")
    company.phone(LINMAS, "answer")
    company.finished(session)
    assert company.heard()[-1] == ("say", "salah")
    assert company.look(LINMAS)["call"]["state"] == "over"


def test_a_caller_waits_in_a_queue_until_somebody_takes_the_call(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Enqueue name="piket"/>')
    waiting = company.phone(SITI, "dial", status=201)["session"]
    eventually(lambda: queue_status(company) == [("piket", 1)], "one caller waits")
    hotline.script('<Dequeue phoneNumber="+6281100000110" name="piket"/>')
    taking = company.phone(LINMAS, "dial", status=201)["session"]
    eventually(lambda: [f for f in hotline.voice() if "dequeuedToSessionId" in f], "the caller was taken")
    assert queue_status(company) == []
    company.phone(LINMAS, "hang-up")
    company.finished(waiting)
    company.finished(taking)
    taken = next(form for form in hotline.voice() if "dequeuedToSessionId" in form)
    assert (taken["sessionId"], taken["dequeuedToSessionId"]) == (waiting, taking)
    assert (taken["isActive"], taken["dequeuedToPhoneNumber"]) == ("1", LINMAS)
    assert [form["isActive"] for form in hotline.voice()].count("0") == 2


def test_an_empty_queue_hangs_up(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Dequeue phoneNumber="+6281100000110"/>')
    company.dial(LINMAS)
    assert company.heard(LINMAS) == [("note", "antrean kosong")]


def test_whoever_hangs_up_leaves_the_queue(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Enqueue name="piket"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    eventually(lambda: queue_status(company), "one caller waits")
    company.phone(SITI, "hang-up")
    company.finished(session)
    assert queue_status(company) == []


@pytest.mark.parametrize(("leg", "released"), [("callee", SITI), ("caller", LINMAS)])
def test_a_transfer_replaces_one_leg(company: Hands, hotline: StandIn, leg: str, released: str) -> None:
    hotline.script(f'<Dial phoneNumbers="{LINMAS}"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(LINMAS, "ringing")
    hotline.script("")
    company.phone(LINMAS, "answer")
    eventually(lambda: len(hotline.voice()) == 2, "the talk is told")
    assert transfer(company, sessionId=session, phoneNumber=RAHMAN, callLeg=leg)["status"] == "Success"
    company.look(RAHMAN, "ringing")
    company.phone(RAHMAN, "answer")
    assert company.look(released, "over")["call"]["ended"] == "dialihkan"
    company.phone(RAHMAN, "hang-up")
    company.finished(session)
    assert {company.look(number)["call"]["state"] for number in (SITI, LINMAS, RAHMAN)} == {"over"}


def test_a_call_with_one_leg_cannot_be_transferred(company: Hands) -> None:
    assert transfer(company, sessionId="ATVId_0", phoneNumber=RAHMAN)["status"] == "Aborted"


def queue_status(company: Hands) -> list[tuple[str, int]]:
    """The hotline's queues."""
    form = {"username": "sandbox", "phoneNumbers": "+6281100000110"}
    answer = requests.post(f"{company.url}/queueStatus", data=form, headers=KEY, timeout=10).json()
    assert (answer["status"], answer["errorMessage"]) == ("Success", "None")
    return [(entry["queueName"], entry["numCalls"]) for entry in answer["entries"]]


def transfer(company: Hands, **fields: str) -> dict[str, Any]:
    """Ask for a transfer."""
    form = {"username": "sandbox"} | fields
    return dict(requests.post(f"{company.url}/callTransfer", data=form, headers=KEY, timeout=10).json())
