"""Placing calls and fetching recordings, and how both can fail."""

import pytest
import requests

from hotline.pretend_carrier.tone import tone
from tests.pretend_carrier.stand_in import KEY, LINMAS, Hands


def place(company: Hands, **more: str) -> requests.Response:
    """POST /call as the hotline does."""
    form = {"username": "sandbox", "from": "+6281100000110", "to": LINMAS} | more
    return requests.post(f"{company.url}/call", data=form, headers=KEY, timeout=10)


def test_an_accepted_call_is_answered_as_recorded(company: Hands) -> None:
    answer = place(company, to=f"{LINMAS},12")
    assert (answer.status_code, answer.headers["X-Current-Queue-Size"].isdigit()) == (200, True)
    first, second = answer.json()["entries"]
    assert (first["status"], first["sessionId"][:6]) == ("Queued", "ATVId_")
    assert (second["status"], second["sessionId"]) == ("InvalidPhoneNumber", "None")
    assert answer.json()["errorMessage"] == "None"


def test_json_is_understood_too(company: Hands) -> None:
    body = {"username": "sandbox", "from": "+6281100000110", "to": LINMAS}
    answer = requests.post(f"{company.url}/call", json=body, headers=KEY, timeout=10)
    assert answer.json()["entries"][0]["status"] == "Queued"


@pytest.mark.parametrize(
    ("fault", "status"), [("http_401", 401), ("http_429", 429), ("http_500", 500), ("http_503", 503)]
)
def test_a_call_can_be_refused_by_http(company: Hands, fault: str, status: int) -> None:
    company.arm("call", fault)
    assert place(company).status_code == status
    assert company.look(LINMAS)["call"] is None


def test_a_whole_request_can_be_refused_in_words(company: Hands) -> None:
    company.arm("call", "refused")
    assert place(company).json() == {"entries": [], "errorMessage": "Insufficient credit"}


@pytest.mark.parametrize("path", ["/call", "/queueStatus", "/mediaUpload", "/callTransfer"])
def test_every_voice_address_wants_the_key(company: Hands, path: str) -> None:
    answer = requests.post(company.url + path, data={"username": "sandbox"}, timeout=10)
    assert (answer.status_code, answer.text) == (401, "The supplied authentication is invalid")


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [("missing", 404, "text/plain"), ("http_500", 500, "text/plain"), ("not_audio", 200, "audio/wav")],
)
def test_a_recording_can_fail_once_and_be_there_again(
    company: Hands, fault: str, status: int, kind: str
) -> None:
    url = company.carrier.recordings.keep(tone(0.1))
    company.arm("recording", fault)
    answer = requests.get(url, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, kind)
    assert b"RIFF" not in answer.content
    assert requests.get(url, timeout=10).content == tone(0.1)


def test_a_late_recording_comes_whole(company: Hands) -> None:
    url = company.carrier.recordings.keep(tone(0.1))
    company.arm("recording", "late", times=2)
    with pytest.raises(requests.ReadTimeout):
        requests.get(url, timeout=0.1)
    assert requests.get(url, timeout=10).content == tone(0.1)


def test_a_huge_recording_outgrows_any_limit_without_saying_its_length(company: Hands) -> None:
    url = company.carrier.recordings.keep(tone(0.1))
    company.arm("recording", "huge")
    with requests.get(url, timeout=10, stream=True) as answer:
        assert "Content-Length" not in answer.headers
        got = sum(len(piece) for piece, _ in zip(answer.iter_content(65_536), range(400), strict=False))
    assert got > 20_000_000


def test_a_name_that_was_never_given_is_not_found(company: Hands) -> None:
    assert requests.get(f"{company.url}/recordings/{'0' * 32}.wav", timeout=10).status_code == 404
