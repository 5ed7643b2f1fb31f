"""The carrier's own Python client, pointed here, must not notice that the company is pretended."""

from typing import Any

import pytest
from africastalking.Application import ApplicationService
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService
from africastalking.Voice import VoiceService

from tests.pretend_carrier.stand_in import LINMAS, RAHMAN, SITI, Hands, StandIn
from tests.support.eventually import eventually


def client(service: Any, url: str, path: str = "", key: str = "pretend-key") -> Any:
    """A service of the client that talks to the company."""
    made = service("sandbox", key)
    made._baseUrl = made._contentUrl = url + path
    return made


def test_it_sends_and_reads_the_answer(company: Hands) -> None:
    answer = client(SMSService, company.url, "/version1").send("Halo", [SITI, RAHMAN], "SIGAP", True)
    rows = answer["SMSMessageData"]["Recipients"]
    assert [(row["number"], row["statusCode"]) for row in rows] == [(SITI, 101), (RAHMAN, 101)]


def test_it_sends_premium_texts(company: Hands) -> None:
    answer = client(SMSService, company.url, "/version1").send_premium("Halo", "22384", [SITI])
    assert answer["SMSMessageData"]["Recipients"][0]["statusCode"] == 101


def test_it_fetches_messages_from_a_cursor(company: Hands) -> None:
    sms = client(SMSService, company.url, "/version1")
    company.phone(SITI, "texts", {"text": "maling"}, status=201)
    company.phone(SITI, "texts", {"text": "lari ke timur"}, status=201)
    first, second = sms.fetch_messages()["SMSMessageData"]["Messages"]
    assert sms.fetch_messages(first["id"])["SMSMessageData"]["Messages"] == [second]
    assert sms.fetch_messages(second["id"])["SMSMessageData"]["Messages"] == []


def test_it_calls_and_counts_queues(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Enqueue name="piket"/>')
    voice = client(VoiceService, company.url)
    (entry,) = voice.call("+6281100000110", [LINMAS])["entries"]
    assert (entry["phoneNumber"], entry["status"]) == (LINMAS, "Queued")
    company.look(LINMAS, "ringing")
    company.phone(LINMAS, "answer")
    eventually(lambda: voice.fetch_queued_calls("+6281100000110")["entries"], "the call waits")
    company.phone(LINMAS, "hang-up")
    company.finished(entry["sessionId"])


def test_it_uploads_media_of_this_machine(company: Hands, hotline: StandIn) -> None:
    voice = client(VoiceService, company.url)
    assert "fulfilled" in voice.media_upload("+6281100000110", f"{hotline.url}/sounds/a.wav")
    with pytest.raises(AfricasTalkingException):
        voice.media_upload("+6281100000110", "http://192.0.2.1/a.wav")


def test_it_reads_the_balance(company: Hands) -> None:
    data = client(ApplicationService, company.url, "/version1").fetch_application_data()
    assert data["UserData"]["balance"].startswith("IDR ")


def test_a_wrong_key_is_its_exception_with_the_recorded_words(company: Hands) -> None:
    sms = client(SMSService, company.url, "/version1", key="other")
    with pytest.raises(AfricasTalkingException, match="The supplied authentication is invalid"):
        sms.send("Halo", [SITI])


def test_a_caller_id_that_is_not_ours_is_refused_as_a_whole(company: Hands) -> None:
    answer = client(VoiceService, company.url).call("+6281100000999", [LINMAS])
    assert answer == {"entries": [], "errorMessage": "Invalid callerId: +6281100000999"}
