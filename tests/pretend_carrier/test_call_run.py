"""Calls, action by action, as the hotline's XML says and the contract describes."""

import pytest
import requests

from hotline.pretend_carrier.tone import tone
from tests.pretend_carrier.stand_in import SITI, Hands, Open, StandIn
from tests.support.eventually import eventually

CALL = "/ivr/pretend/call"


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
    assert company.heard() == [("say", "Selamat datang"), ("say", "Sampai jumpa")]


def test_speech_marks_inside_say_are_read_as_words(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Say><speak>Nomor <say-as interpret-as="digits">1041</say-as></speak></Say>')
    company.dial(SITI)
    assert company.heard() == [("say", "Nomor 1041")]


def test_a_sound_is_fetched_and_served_to_the_page(company: Hands, hotline: StandIn) -> None:
    hotline.sounds["/sounds/welcome.wav"] = tone(0.1)
    hotline.script(f'<Play url="{hotline.url}/sounds/welcome.wav"/>')
    company.dial(SITI)
    (entry,) = company.look(SITI)["call"]["heard"]
    assert entry["text"] == "welcome.wav"
    sound = requests.get(company.url + entry["audio"], timeout=10)
    assert (sound.headers["Content-Type"], sound.content) == ("audio/wav", tone(0.1))


def test_a_sound_with_a_description_is_shown_by_it(company: Hands, hotline: StandIn) -> None:
    hotline.sounds["/sounds/welcome.wav"] = tone(0.1)
    hotline.described = "Selamat%20datang, tekan satu."
    hotline.script(f'<Play url="{hotline.url}/sounds/welcome.wav"/>')
    company.dial(SITI)
    (entry,) = company.look(SITI)["call"]["heard"]
    assert entry["text"] == "Selamat datang, tekan satu."


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
    assert company.heard() == [("note", note), ("say", "Lanjut")]


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
    assert company.heard() == [("say", "Terima kasih")]


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
    assert company.heard() == [("say", "Tidak ada masukan")]


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
    assert ("note", "tidak dikenal, dilewati: GetDigits callBackUrl") in company.heard()


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
    assert company.heard()[-1] == ("say", "Laporan diterima")


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


def test_a_terminal_recording_runs_until_hang_up_and_nothing_follows(
    company: Hands, hotline: StandIn
) -> None:
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
    assert ("say", "tidak pernah") not in company.heard()


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
    assert company.heard()[-1] == ("say", "Masih di sini")


def test_actions_that_do_not_exist_are_passed_over(company: Hands, hotline: StandIn) -> None:
    hotline.script('<Pause length="1"/><Say>Halo</Say><Hangup/>')
    company.dial(SITI)
    assert company.heard() == [
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
    assert company.heard() == [("note", "tidak tersambung: hotline tidak menjawab dengan benar")]


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
