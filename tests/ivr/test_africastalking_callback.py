"""What the carrier was seen to send, read without ever refusing it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.phone import Sender, SenderKind
from ivr.africastalking_callback import read_callback, repaired
from ivr.gateway import Bridge, CallEvent, Direction

SAMPLES = Path(__file__).parents[1] / "data" / "africastalking_callbacks.jsonl"
VOICE = [
    sample
    for line in SAMPLES.read_text().splitlines()
    if (sample := json.loads(line))["kind"].startswith("voice_")
]
CALLER = "+6281200000001"


def read(**fields: str) -> CallEvent:
    return read_callback("africastalking", {"callerNumber": CALLER, **fields}, "ID")


def of_kind(kind: str) -> list[dict[str, str]]:
    return [sample["form"] for sample in VOICE if sample["kind"] == kind]


@pytest.mark.parametrize("nothing", ["", "None", " null ", "\x00"])
def test_a_word_for_nothing_is_nobodys_number(nothing: str) -> None:
    event = read(callerNumber=nothing)
    assert (event.caller_raw, event.caller.kind) == ("", SenderKind.INVALID)


@pytest.mark.parametrize("sample", VOICE, ids=[sample["kind"] for sample in VOICE])
def test_every_published_callback_is_read(sample: Mapping[str, Any]) -> None:
    form = sample["form"]
    event = read_callback("africastalking", form, "ID")
    assert event.session == form.get("sessionId", "")
    assert event.active == (sample["kind"] != "voice_end")
    assert event.caller_raw == form.get("callerNumber", "")
    assert event.raw == form


def test_a_captured_start_is_read_whole() -> None:
    event = read_callback("africastalking", of_kind("voice_start")[0], "ID")
    assert event.session == "ATVId_8727006c461fa5d03e10c621887746ec"
    assert event.caller == Sender("+254716000571", SenderKind.MOBILE, "KE")
    assert (event.called, event.direction, event.active) == ("+254711000564", Direction.INBOUND, True)
    assert event.started_at == datetime(2025, 2, 13, 8, 35, 15, tzinfo=UTC)
    assert (event.status, event.digits, event.recording_url, event.bridge) == ("Ringing", None, None, None)


def test_a_final_callback_with_two_formats_of_time_is_read_whole() -> None:
    event = read_callback("africastalking", of_kind("voice_end")[0], "ID")
    assert (event.active, event.digits, event.duration_s, event.cost) == (False, "123", 420, "KES 100")
    assert event.recording_url == "https://example.com/somerandomtexthere.mp3"
    assert event.hangup_cause == "NO_USER_RESPONSE"
    assert event.started_at == datetime(2022, 3, 1, 16, 13, 56, tzinfo=UTC)
    answered = datetime(2023, 2, 23, 11, 52, 12, tzinfo=UTC)
    assert event.bridge == Bridge("+254711000000", None, answered, 69, None)


def test_an_empty_recording_is_none() -> None:
    assert read_callback("africastalking", of_kind("voice_end")[2], "ID").recording_url is None


@pytest.mark.parametrize(
    ("word", "active"),
    [
        ("1", True),
        ("0", False),
        ("true", True),
        ("false", False),
        ("False", False),
        (" 0 ", False),
        ("", True),
    ],
)
def test_is_active_alone_ends_a_call(word: str, active: bool) -> None:
    assert read(isActive=word, callSessionState="Completed", hangupCause="USER_BUSY").active == active
    assert read(callSessionState="Completed", durationInSeconds="3").active


@pytest.mark.parametrize(
    ("keys", "digits"),
    [
        ("1", "1"),
        ("0013#", "0013"),
        ("007", "007"),
        ("#", ""),
        ("", ""),
        (" 5 ", "5"),
        ("None", None),
        ("1*2", "1*2"),
    ],
)
def test_keys_keep_their_zeros_and_lose_the_finish_key(keys: str, digits: str | None) -> None:
    assert read(dtmfDigits=keys).digits == digits


def test_no_keys_are_told_from_the_finish_key_alone() -> None:
    assert read().digits is None


@pytest.mark.parametrize(
    "name", ["recordingUrl", "hangupCause", "clientRequestId", "status", "callStartTime", "amount"]
)
@pytest.mark.parametrize("word", ["None", "none", "null", "", "  ", "\x00"])
def test_nothing_is_none_however_it_is_written(name: str, word: str) -> None:
    event = read(**{name: word})
    field = {
        "recordingUrl": event.recording_url,
        "hangupCause": event.hangup_cause,
        "clientRequestId": event.client_request_id,
        "status": event.status,
        "callStartTime": event.started_at,
        "amount": event.cost,
    }[name]
    assert field is None


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("+6281200000001", "+6281200000001"),
        (" 6281200000001", "+6281200000001"),
        ("6281200000001", "+6281200000001"),
        ("006281200000001", "+6281200000001"),
        ("081200000001", "+6281200000001"),
        ("00254716000571", "+254716000571"),
        (" 254716000571", "+254716000571"),
    ],
)
def test_a_lost_plus_is_repaired(raw: str, number: str) -> None:
    event = read(callerNumber=raw)
    assert (event.caller.address, event.caller.kind) == (number, SenderKind.MOBILE)
    assert event.caller_raw == raw


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("Call.centre", SenderKind.NAME),
        ("", SenderKind.INVALID),
        ("anonymous", SenderKind.NAME),
        ("112", SenderKind.SHORT),
    ],
)
def test_a_caller_without_a_number_is_kept_as_he_came(raw: str, kind: SenderKind) -> None:
    assert (read(callerNumber=raw).caller.address, read(callerNumber=raw).caller.kind) == (raw, kind)


def test_our_own_number_is_repaired_too() -> None:
    assert repaired(" 6274100000001") == "+6274100000001"
    assert read(destinationNumber="agent.africastalking.com").called == "agent.africastalking.com"


@pytest.mark.parametrize("direction", ["Outbound", "OUTBOUND", "outgoing"])
def test_calls_that_we_placed_are_told_apart(direction: str) -> None:
    assert read(direction=direction).direction is Direction.OUTBOUND


@pytest.mark.parametrize("direction", ["Inbound", "incoming", "sideways", "None"])
def test_any_other_direction_is_inward(direction: str) -> None:
    assert read(direction=direction).direction is Direction.INBOUND


@pytest.mark.parametrize(
    "word",
    ["yesterday", "2025-13-40 99:00:00", "0", "2025-02-13 08:35", "0001-01-01T00:00:00+07:00", "9" * 400],
)
def test_an_odd_time_or_figure_refuses_nothing(word: str) -> None:
    event = read(callStartTime=word, durationInSeconds=word, dialDurationInSeconds=word)
    assert event.caller.address == CALLER


@pytest.mark.parametrize(
    ("word", "hour"),
    [
        ("2026-01-31 15:00:00", 15),
        ("2026-01-31+15:00:00", 15),
        ("2026-01-31T15:00:00Z", 15),
        ("2026-01-31T15:00:00.250Z", 15),
        ("2026-01-31T15:00:00+07:00", 8),
    ],
)
def test_each_format_of_time_is_read_as_utc(word: str, hour: int) -> None:
    started = read(callStartTime=word).started_at
    assert started is not None
    assert (started.tzinfo, started.day, started.hour) == (UTC, 31, hour)


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("42", 42),
        ("42.7", 42),
        ("-1", 0),
        ("inf", None),
        ("nan", None),
        ("86400", 86400),
        ("99999999999999999999", None),
        ("1e300", None),
    ],
)
def test_a_duration_is_whole_seconds(word: str, seconds: int | None) -> None:
    assert read(durationInSeconds=word).duration_s == seconds


def test_word_that_the_other_party_answered_is_no_end_of_the_call() -> None:
    assert read(isActive="1", dequeuedToPhoneNumber="+6281200000009").says_bridged
    assert read(isActive="1", dialDestinationNumber="+6281200000009").says_bridged
    assert not read(isActive="0", dialDestinationNumber="+6281200000009").says_bridged
    assert not read(isActive="1", dialDestinationNumber="None").says_bridged


def test_a_call_of_ours_brings_its_mark_back() -> None:
    assert read(clientRequestId="call-17").client_request_id == "call-17"


names = st.sampled_from(
    [
        "callerNumber", "callSessionState", "amount", "callStartTime", "clientRequestId", "currencyCode",
        "destinationNumber", "dialDurationInSeconds", "dialStartTime", "direction", "dtmfDigits",
        "durationInSeconds", "isActive", "recordingUrl", "sessionId", "queueDurationInSeconds", "something",
    ]
)  # fmt: skip
values = st.text() | st.sampled_from(
    ["None", "1", "0", " 62812", "1e999", "+" * 30, "0" * 30, "2026-01-31+15:00:00"]
)


@given(st.dictionaries(names, values))
def test_no_form_is_refused(form: dict[str, str]) -> None:
    event = read_callback("africastalking", form, "ID")
    assert "\x00" not in event.session + event.caller_raw + (event.digits or "") + (event.recording_url or "")
