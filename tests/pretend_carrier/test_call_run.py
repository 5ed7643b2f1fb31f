"""Calls, action by action, as the hotline's XML says and the contract describes."""

from typing import Any

import pytest
import requests

from hotline.pretend_carrier.tone import tone
from tests.pretend_carrier.stand_in import KEY, LINMAS, RAHMAN, SITI, Hands, Open, StandIn
from tests.support.eventually import eventually

CALL = "/ivr/pretend/call"


def heard(company: Hands, number: str = SITI) -> list[tuple[str, str]]:
    """What the person heard, as (kind, words)."""
    return [(entry["kind"], entry["text"]) for entry in company.look(number)["call"]["heard"]]


def digits(url: str, rest: str = "") -> str:
    """A question for one key."""
    return f'<GetDigits numDigits="1" timeout="5" callbackUrl="{url}"/>{rest}'


def test_a_call_rings_speaks_and_ends_when_the_list_ends(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Say>Selamat datang</Say><Say>Sampai jumpa</Say>")
    call = company.dial(SITI)
    start, end = hotline.voice()
    assert start["callSessionState"] == "Ringing"
    assert (start["isActive"], end["isActive"], start["direction"]) == ("1", "0", "Inbound")
    assert (start["callerNumber"], start["destinationNumber"]) == (SITI, "+6281100000110")
    assert start["sessionId"] == end["sessionId"] == call["session"]
    assert (end["callSessionState"], end["status"], end["currencyCode"]) == ("Completed", "Success", "IDR")
    assert end["hangupCause"] == "NORMAL_CLEARING"
    assert int(end["durationInSeconds"]) >= 0
    assert heard(company) == [("say", "Selamat datang"), ("say", "Sampai jumpa")]


def test_speech_marks_inside_say_are_read_as_words(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Say><speak>Nomor <say-as interpret-as="digits">1041</say-as></speak></Say>')
    company.dial(SITI)
    assert heard(company) == [("say", "Nomor 1041")]


def test_a_sound_is_fetched_and_served_to_the_page(company: Hands, hotline: StandIn) -> None:
    hotline.sounds["/sounds/welcome.wav"] = tone(0.1)
    hotline.script(f'<Play url="{hotline.url}/sounds/welcome.wav"/>')
    company.dial(SITI)
    (entry,) = company.look(SITI)["call"]["heard"]
    assert entry["text"] == "welcome.wav"
    sound = requests.get(company.url + entry["audio"], timeout=10)
    assert (sound.headers["Content-Type"], sound.content) == ("audio/wav", tone(0.1))


@pytest.mark.parametrize(
    ("url", "note"),
    [
        ("{hotline}/sounds/none.wav", "suara tidak ada (404): none.wav"),
        ("http://127.0.0.1:9/x.wav", "suara di luar alamat hotline: x.wav"),
        ("http://192.0.2.1/x.wav", "suara di luar alamat hotline: x.wav"),
        ("sounds/relative.wav", "suara di luar alamat hotline: relative.wav"),
    ],
)
def test_a_sound_that_cannot_be_had_is_said_and_passed_over(
    company: Hands, hotline: StandIn, url: str, note: str
) -> None:
    hotline.script(f'<Play url="{url.format(hotline=hotline.url)}"/><Say>Lanjut</Say>')
    company.dial(SITI)
    assert heard(company) == [("note", note), ("say", "Lanjut")]


def test_keys_are_posted_and_the_rest_of_the_list_is_dropped(company: Hands, hotline: StandIn) -> None:
    hotline.script(digits(f"{hotline.url}/ivr/pretend/kind", "<Say>tidak terdengar</Say>"))
    hotline.script("<Say>Terima kasih</Say>", "/ivr/pretend/kind")
    session = company.phone(SITI, "dial", status=201)["session"]
    assert company.look(SITI, "keys")["call"]["asking"]["num_digits"] == 1
    company.phone(SITI, "keys", {"keys": "3"})
    company.finished(session)
    assert [(form["path"], form.get("dtmfDigits"), form["callSessionState"]) for form in hotline.voice()] == [
        (CALL, None, "Ringing"),
        ("/ivr/pretend/kind", "3", "Active"),
        ("/ivr/pretend/kind", None, "Completed"),
    ]
    assert heard(company) == [("say", "Terima kasih")]


@pytest.mark.parametrize(
    ("attributes", "pressed", "posted"),
    [
        ('numDigits="3"', "012", "012"),
        ('finishOnKey="#"', "05#", "05"),
        ('numDigits="4" finishOnKey="#"', "12#", "12"),
        ('numDigits="2" finishOnKey="#"', "12", "12"),
        ("", "7", "7"),
    ],
)
def test_digits_end_by_number_by_key_or_with_the_first(
    company: Hands, hotline: StandIn, attributes: str, pressed: str, posted: str
) -> None:
    step = f"{hotline.url}/ivr/pretend/step"
    hotline.script(f'<GetDigits timeout="5" {attributes} callbackUrl="{step}"><Say>Tekan</Say></GetDigits>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.phone(SITI, "keys", {"keys": pressed})
    company.finished(session)
    assert hotline.forms("/ivr/pretend/step")[0]["dtmfDigits"] == posted


def test_silence_posts_nothing_and_falls_through(company: Hands, hotline: StandIn) -> None:
    again = f"<Redirect>{hotline.url}/ivr/pretend/silent</Redirect>"
    hotline.script(digits(f"{hotline.url}/ivr/pretend/kind", again))
    hotline.script("<Say>Kami tidak mendengar Anda</Say>", "/ivr/pretend/silent")
    session = company.phone(SITI, "dial", status=201)["session"]
    company.phone(SITI, "silence")
    company.finished(session)
    assert [form["path"] for form in hotline.voice()] == [CALL, "/ivr/pretend/silent", "/ivr/pretend/silent"]
    assert all("dtmfDigits" not in form for form in hotline.voice())


def test_silence_after_some_keys_posts_those(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<GetDigits numDigits="3" timeout="0.05" callbackUrl="{hotline.url}/ivr/pretend/n"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.phone(SITI, "keys", {"keys": "12"})
    company.finished(session)
    assert hotline.forms("/ivr/pretend/n")[0]["dtmfDigits"] == "12"


def test_real_patience_ends_by_itself(company: Hands, hotline: StandIn) -> None:
    hotline.script('<GetDigits numDigits="1" timeout="0.05"/><Say>Tidak ada masukan</Say>')
    company.dial(SITI)
    assert heard(company) == [("say", "Tidak ada masukan")]


def test_two_questions_in_a_row_ask_again(company: Hands, hotline: StandIn) -> None:
    hotline.script('<GetDigits numDigits="1" timeout="0.05"/>' + digits(f"{hotline.url}/ivr/pretend/second"))
    session = company.phone(SITI, "dial", status=201)["session"]
    company.phone(SITI, "silence")
    company.phone(SITI, "keys", {"keys": "2"})
    company.finished(session)
    assert hotline.forms("/ivr/pretend/second")[0]["dtmfDigits"] == "2"


def test_a_misspelt_callback_address_is_ignored_so_the_caller_loops(company: Hands, hotline: StandIn) -> None:
    hotline.script('<GetDigits numDigits="1" callBackUrl="http://127.0.0.1:9/"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    for _ in range(2):
        company.phone(SITI, "keys", {"keys": "1"})
    eventually(lambda: len(hotline.forms(CALL)) >= 3, "it comes back to the number's address")
    company.phone(SITI, "hang-up")
    company.finished(session)
    assert ("note", "tidak dikenal, dilewati: GetDigits callBackUrl") in heard(company)


def test_a_partial_recording_is_posted_and_the_call_goes_on(company: Hands, hotline: StandIn) -> None:
    hotline.script(
        f'<Record finishOnKey="#" maxLength="60" callbackUrl="{hotline.url}/ivr/pretend/words">'
        "<Say>Ceritakan</Say></Record>"
    )
    hotline.script("<Say>Laporan diterima</Say>", "/ivr/pretend/words")
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(SITI, "recording")
    company.phone(SITI, "speech", {"seconds": 0.5})
    company.phone(SITI, "speech", {"seconds": 0.5})
    company.phone(SITI, "keys", {"keys": "#"})
    company.finished(session)
    step, final = hotline.forms("/ivr/pretend/words")
    assert step["isActive"] == "1"
    assert requests.get(step["recordingUrl"], timeout=10).content[:4] == b"RIFF"
    assert len(requests.get(step["recordingUrl"], timeout=10).content) == len(tone(1))
    assert "recordingUrl" not in final
    assert heard(company)[-1] == ("say", "Laporan diterima")


def test_hanging_up_while_recording_sends_the_url_with_the_final_callback(
    company: Hands, hotline: StandIn
) -> None:
    hotline.script(f'<Record finishOnKey="#" callbackUrl="{hotline.url}/ivr/pretend/words"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(SITI, "recording")
    company.phone(SITI, "speech")
    company.phone(SITI, "hang-up")
    company.finished(session)
    (final,) = hotline.forms("/ivr/pretend/words")
    assert (final["isActive"], final["callSessionState"]) == ("0", "Completed")
    assert requests.get(final["recordingUrl"], timeout=10).status_code == 200


@pytest.mark.parametrize(("end", "url"), [("keys", "/ivr/pretend/words"), ("silence", "/ivr/pretend/words")])
def test_nothing_said_is_an_empty_recording_url(company: Hands, hotline: StandIn, end: str, url: str) -> None:
    hotline.script(f'<Record finishOnKey="#" callbackUrl="{hotline.url}{url}"/>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(SITI, "recording")
    company.phone(SITI, end, {"keys": "#"})
    company.finished(session)
    assert hotline.forms(url)[0]["recordingUrl"] == ""


def test_a_recording_ends_at_its_longest(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<Record maxLength="0.05" callbackUrl="{hotline.url}/ivr/pretend/words"/>')
    company.dial(SITI)
    assert hotline.forms("/ivr/pretend/words")[0]["isActive"] == "1"


def test_a_terminal_recording_runs_until_hang_up_and_nothing_follows(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Record/><Say>tidak pernah</Say>")
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(SITI, "recording")
    company.phone(SITI, "speech")
    company.phone(SITI, "keys", {"keys": "#"})
    company.phone(SITI, "hang-up")
    company.finished(session)
    start, final = hotline.voice()
    assert "recordingUrl" not in start
    assert final["recordingUrl"].endswith(".wav")
    assert ("say", "tidak pernah") not in heard(company)


def test_own_sound_is_recorded_byte_for_byte_and_other_files_are_refused(
    company: Hands, hotline: StandIn
) -> None:
    hotline.script("<Record/>")
    session = company.phone(SITI, "dial", status=201)["session"]
    url, sound = f"{company.url}/phones/api/phones/{SITI}/speech", tone(0.2, pitch=300)
    assert requests.post(url, data=b"OggS....", timeout=10).status_code == 415
    assert requests.post(url, data=sound, timeout=10).status_code == 200
    company.phone(SITI, "hang-up")
    kept = company.finished(session)["recording_url"]
    assert requests.get(kept, timeout=10).content == sound


def test_a_redirect_becomes_the_default_address_of_the_call(company: Hands, hotline: StandIn) -> None:
    hotline.script(f"<Redirect>{hotline.url}/ivr/pretend/menu</Redirect>")
    hotline.script('<GetDigits numDigits="1" timeout="5"/>', "/ivr/pretend/menu")
    session = company.phone(SITI, "dial", status=201)["session"]
    company.phone(SITI, "keys", {"keys": "4"})
    company.phone(SITI, "hang-up")
    company.finished(session)
    assert [form.get("dtmfDigits") for form in hotline.forms("/ivr/pretend/menu")] == [None, "4", None]


def test_a_rejected_call_was_never_answered(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Reject/>")
    assert company.dial(SITI)["cause"] == "CALL_REJECTED"
    final = hotline.voice()[-1]
    assert (final["isActive"], final["durationInSeconds"], final["amount"]) == ("0", "0", "0.000")
    assert company.look(SITI)["call"]["ended"] == "panggilan ditolak"


def test_reject_after_speaking_is_too_late(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Say>Halo</Say><Reject/><Say>Masih di sini</Say>")
    company.dial(SITI)
    assert heard(company)[-1] == ("say", "Masih di sini")


def test_actions_that_do_not_exist_are_passed_over(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Pause length="1"/><Say>Halo</Say><Hangup/>')
    company.dial(SITI)
    assert heard(company) == [
        ("note", "tidak dikenal, dilewati: <Pause>"),
        ("say", "Halo"),
        ("note", "tidak dikenal, dilewati: <Hangup>"),
    ]


@pytest.mark.parametrize(
    "body",
    ["not xml", "<Answer/>", "<Response><Say>", "<Response><Play/></Response>", "<!DOCTYPE x><Response/>"],
)
def test_an_unusable_answer_is_asked_for_again_and_then_ends_the_call(
    company: Hands, hotline: StandIn, body: str
) -> None:
    hotline.scripts[CALL] = body
    assert company.dial(SITI)["cause"] == "NORMAL_TEMPORARY_FAILURE"
    assert [form["isActive"] for form in hotline.voice()] == ["1", "1", "0"]
    assert company.look(SITI)["call"]["ended"] == "tidak tersambung"


def test_an_error_of_the_hotline_ends_the_call(company: Hands, hotline: StandIn) -> None:
    hotline.status = 500
    assert company.dial(SITI)["cause"] == "NORMAL_TEMPORARY_FAILURE"


def test_a_call_to_a_hotline_that_is_down_ends_in_words(open_company: Open) -> None:
    company = open_company(hooks_url="http://127.0.0.1:9", hotline_url="http://127.0.0.1:9")
    assert company.dial(SITI)["cause"] == "NORMAL_TEMPORARY_FAILURE"
    assert heard(company) == [("note", "tidak tersambung: hotline tidak menjawab dengan benar")]


def test_step_addresses_outside_this_machine_are_not_called(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Redirect>http://192.0.2.1/ivr</Redirect>")
    assert company.dial(SITI)["cause"] == "NORMAL_TEMPORARY_FAILURE"


def test_hanging_up_in_a_question_tells_the_address_in_force(company: Hands, hotline: StandIn) -> None:
    hotline.script(digits(f"{hotline.url}/ivr/pretend/kind"))
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(SITI, "keys")
    company.phone(SITI, "hang-up")
    company.finished(session)
    (final,) = hotline.forms("/ivr/pretend/kind")
    assert final["isActive"] == "0"


def test_a_withheld_number_is_a_word(company: Hands, hotline: StandIn) -> None:
    session = company.phone(SITI, "dial", {"withheld": True}, status=201)["session"]
    company.finished(session)
    assert {form["callerNumber"] for form in hotline.voice()} == {"anonymous"}


@pytest.mark.parametrize(
    ("fault", "activity"),
    [("step_twice", ["1", "1", "0"]), ("final_twice", ["1", "0", "0"]), ("final_never", ["1"])],
)
def test_voice_callbacks_can_repeat_or_stay_away(
    company: Hands, hotline: StandIn, fault: str, activity: list[str]
) -> None:
    company.arm("voice", fault)
    company.dial(SITI)
    assert [form["isActive"] for form in hotline.voice()] == activity


def test_a_telephone_in_a_call_cannot_dial_again(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Record/>")
    session = company.phone(SITI, "dial", status=201)["session"]
    assert company.phone(SITI, "dial", status=409)["error"] == "busy"
    company.phone(SITI, "hang-up")
    company.finished(session)
    assert company.phone(SITI, "keys", {"keys": "1"}, status=409)["error"] == "no_call"


# -- calls from the hotline


def ringing(company: Hands, number: str = LINMAS, **more: str) -> str:
    """The hotline calls; the session, once the telephone rings."""
    session = company.call(number, **more)["entries"][0]["sessionId"]
    assert company.look(number, "ringing")["call"]["incoming"] is True
    return str(session)


def test_an_outbound_call_is_queued_answered_and_followed(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Say>Tugas baru</Say>")
    session = ringing(company, clientRequestId="promise-7")
    company.phone(LINMAS, "answer")
    company.finished(session)
    start, end = hotline.voice()
    assert (start["direction"], start["callerNumber"], start["callSessionState"]) == (
        ("Outbound", LINMAS, "Answered")
    )
    assert start["clientRequestId"] == end["clientRequestId"] == "promise-7"
    assert end["status"] == "Success"
    assert heard(company, LINMAS) == [("say", "Tugas baru")]


def test_a_refused_call_has_one_callback_only(company: Hands, hotline: StandIn) -> None:
    session = ringing(company)
    company.phone(LINMAS, "reject")
    assert company.finished(session)["cause"] == "CALL_REJECTED"
    (only,) = hotline.voice()
    assert (only["isActive"], only["callSessionState"], only["status"]) == ("0", "NotAnswered", "NotAnswered")
    assert (only["callStartTime"], only["durationInSeconds"]) == ("None", "0")


def test_hanging_up_a_ringing_telephone_refuses(company: Hands) -> None:
    session = ringing(company)
    company.phone(LINMAS, "hang-up")
    assert company.finished(session)["cause"] == "CALL_REJECTED"


def test_nobody_answers_in_time(open_company: Open, hotline: StandIn) -> None:
    company = open_company(ring_seconds=0.05)
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "NO_ANSWER"
    assert hotline.voice()[0]["hangupCause"] == "NO_ANSWER"


def test_a_switched_off_telephone_is_absent(company: Hands) -> None:
    requests.post(f"{company.url}/phones/api/phones/{LINMAS}", json={"on": False}, timeout=10)
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "SUBSCRIBER_ABSENT"


def test_a_number_nobody_has_is_unallocated(company: Hands) -> None:
    session = company.call("+6281299990009")["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "UNALLOCATED_NUMBER"


def test_a_busy_telephone_is_busy(company: Hands, hotline: StandIn) -> None:
    hotline.script("<Record/>")
    mine = company.phone(LINMAS, "dial", status=201)["session"]
    company.look(LINMAS, "recording")
    session = company.call(LINMAS)["entries"][0]["sessionId"]
    assert company.finished(session)["cause"] == "USER_BUSY"
    assert company.look(LINMAS)["call"]["session"] == mine


# -- third telephones


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
    assert ("say", "tidak pernah") not in heard(company)
    assert "dialDestinationNumber" not in start


def test_dial_that_nobody_answers_goes_on_with_the_next_element(company: Hands, hotline: StandIn) -> None:
    hotline.script(f'<Dial phoneNumbers="{LINMAS},+6281299990009"/><Say>Tidak ada yang menjawab</Say>')
    session = company.phone(SITI, "dial", status=201)["session"]
    company.look(LINMAS, "ringing")
    company.phone(LINMAS, "reject")
    company.finished(session)
    assert heard(company)[-1] == ("say", "Tidak ada yang menjawab")
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
    assert heard(company)[-1] == ("say", "salah")
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
    assert heard(company, LINMAS) == [("note", "antrean kosong")]


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
