"""Calls of residents: each becomes a case, a missed call or has a reason; a repetition changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from hotline import words_in_force
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.models import CallEvent as KeptEvent
from hotline.models import Incident, Promise, Recording, Task, TextMessage
from hotline.outbox import Kind
from hotline.rewording import TextName, reword
from ivr.hearing import At
from tests.support.desk import COORDINATOR, RESIDENT
from tests.support.voice import Exchange, Telephone

URL = "https://voice.example/rec/7.mp3"


def test_a_whole_call_is_one_case_with_a_recording_and_a_text(any_exchange: Exchange) -> None:
    phone = any_exchange.dial().press("2").press("3").press("7#").record(URL)
    incident = any_exchange.desk.incident()
    assert (incident.priority, incident.area_code, incident.rt) == ("tinggi", "EJ", 7)
    assert phone.says.startswith("report_kept digit_1")
    phone.hang_up(42, recordingUrl=URL)
    assert len(any_exchange.rows(Recording)) == 1
    call = phone.call
    assert (call.state, call.end, call.cause, call.duration_s) == (
        CallState.OVER, CallEnd.REPORTED, "NORMAL_CLEARING", 42,
    )  # fmt: skip
    assert any_exchange.owed() == []
    assert [text.number for text in any_exchange.rows(TextMessage)] == [RESIDENT]


@pytest.fixture
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed words are looked for at each step."""
    monkeypatch.setattr(words_in_force, "LOOK_EVERY_S", 0.0)


@pytest.mark.usefixtures("looks_always")
def test_who_reported_by_telephone_is_texted_in_the_words_of_the_screen(exchange: Exchange) -> None:
    exchange.dial("+6281200000009").press("1").hang_up()
    words = "Telepon Anda masuk, no. {number}. Nyawa terancam? Telp 112."
    with exchange.desk.work() as work:
        reword(work, TextName("receipt_voice", "id"), words, COORDINATOR, 0)
    exchange.dial().press("2").press("3").press("7#").record(URL).hang_up()
    (number,) = [each.number for each in exchange.desk.incidents() if each.rt == 7]
    told = [text.words for text in exchange.rows(TextMessage) if text.number == RESIDENT]
    assert told == [words.format(number=number)]


@pytest.mark.parametrize(
    ("keys", "end", "priority"),
    [
        ((), CallEnd.MISSED, None),
        (("9",), CallEnd.MISSED, None),
        (("4",), CallEnd.ENQUIRED, None),
        (("1",), CallEnd.REPORTED, "darurat"),
        (("2", "3"), CallEnd.REPORTED, "tinggi"),
        (("3", "3", "7#"), CallEnd.REPORTED, "sedang"),
    ],
)
def test_a_hang_up_is_a_report_a_missed_call_or_an_enquiry(
    exchange: Exchange, keys: tuple[str, ...], end: CallEnd, priority: str | None
) -> None:
    phone = exchange.dial()
    for each in keys:
        phone.press(each)
    phone.hang_up()
    assert phone.call.end is end
    assert [incident.priority for incident in exchange.desk.incidents()] == ([priority] if priority else [])
    assert [task.number for task in exchange.owed()] == ([RESIDENT] if end is CallEnd.MISSED else [])


def test_a_repeated_callback_gets_the_same_answer_and_changes_nothing(any_exchange: Exchange) -> None:
    """Each one of a call, at once and after all the others."""
    phone = any_exchange.dial().press("1").press("3").press("#").record(URL).hang_up()
    answers = [phone.again(which) for which in range(len(phone.sent))]
    assert answers == [phone.again(which) for which in range(len(phone.sent))]
    assert len(any_exchange.desk.incidents()) == len(any_exchange.rows(Recording)) == 1
    assert len(any_exchange.rows(TextMessage)) == 1


def test_the_final_callback_alone_is_a_missed_call(exchange: Exchange) -> None:
    phone = exchange.dial()
    only = {**phone.sent[0][1], "sessionId": "other", "isActive": "0"}
    phone.exchange_answer(phone.sent[0][0], only)
    assert [call.end for call in exchange.calls()] == [None, CallEnd.MISSED]


def test_the_final_callback_brings_the_recording_that_nobody_told_of(exchange: Exchange) -> None:
    phone = exchange.dial().press("0").press("1").hang_up(recordingUrl=URL)
    assert phone.call.end is CallEnd.REPORTED
    assert [recording.url for recording in exchange.rows(Recording)] == [URL]
    assert [task.number for task in exchange.owed()] == [RESIDENT]


def test_a_recording_that_comes_after_the_end_makes_a_missed_call_a_report(exchange: Exchange) -> None:
    phone = exchange.dial().hang_up()
    assert exchange.owed()
    phone.hang_up(recordingUrl=URL)
    assert phone.call.end is CallEnd.REPORTED
    assert exchange.owed() == []
    assert len(exchange.desk.incidents()) == 1


def test_a_key_that_was_overtaken_by_the_end_still_counts(exchange: Exchange) -> None:
    phone = exchange.dial()
    asked = list(phone.actions)
    phone.hang_up()
    phone.actions = asked
    phone.press("1")
    assert phone.tags == []
    assert (phone.call.end, exchange.desk.incident().priority) == (CallEnd.REPORTED, "darurat")


def test_two_finals_are_one_end(exchange: Exchange) -> None:
    phone = exchange.dial().press("1").hang_up(10)
    phone.hang_up(11, hangupCause="ORIGINATOR_CANCEL")
    assert (phone.call.cause, len(exchange.desk.incidents())) == ("NORMAL_CLEARING", 1)


def test_what_was_answered_is_kept_where_the_last_callback_knows_less(exchange: Exchange) -> None:
    """The final callback goes to the last address in force, which may be an early one."""
    phone = exchange.dial().press("1").press("3")
    phone.url = ""
    phone.hang_up()
    incident = exchange.desk.incident()
    assert (incident.priority, incident.area_code) == ("darurat", "EJ")


@pytest.mark.parametrize("number", ["anonymous", "", "+62741306000"])
def test_a_caller_whom_nobody_can_text_is_a_case_all_the_same(exchange: Exchange, number: str) -> None:
    exchange.dial(number).press("1").hang_up()
    (incident,) = exchange.rows(Incident)
    assert incident.number
    assert all(text.state == "WITHHELD" for text in exchange.rows(TextMessage))


def test_a_caller_learns_of_his_own_report_only(exchange: Exchange) -> None:
    exchange.dial().press("1").hang_up()
    number = exchange.desk.incident().number
    mine = exchange.dial().press("4").press(f"{number}#")
    assert "state_received at_oclock number_20" in mine.says
    other = exchange.dial("+6281200000002").press("4").press(f"{number}#")
    assert other.says.startswith("number_unknown")


def test_keyed_digits_keep_their_zeros(exchange: Exchange) -> None:
    phone = exchange.dial().press("1").press("3").press("007#")
    assert phone.call.pressed.startswith("record-1-3-7")
    assert exchange.dial().press("4").press("0013#").says.startswith("number_unknown")


@pytest.mark.parametrize("fields", [{"dialDestinationNumber": RESIDENT}, {"dequeuedToPhoneNumber": RESIDENT}])
def test_word_that_somebody_answered_leaves_the_call_alone(
    exchange: Exchange, fields: dict[str, str]
) -> None:
    phone = exchange.dial().press("1").joined(**fields)
    assert phone.body.endswith(b"<Response />")
    assert phone.is_(CallState.TALKING)
    assert phone.hang_up().call.end is CallEnd.ANSWERED


def test_a_call_without_a_final_callback_is_closed_by_the_clock_and_its_case_stays(
    any_exchange: Exchange,
) -> None:
    told, missed = any_exchange.dial().press("1"), any_exchange.dial("+6281200000002")
    any_exchange.desk.clock.advance(minutes=14)
    any_exchange.settle()
    assert told.is_(CallState.LIVE)
    any_exchange.desk.clock.advance(minutes=2)
    any_exchange.settle()
    assert (told.call.end, told.call.cause) == (CallEnd.REPORTED, "clock")
    assert (missed.call.end, any_exchange.desk.incident().priority) == (CallEnd.MISSED, "darurat")


def test_the_clock_leaves_a_call_alone_that_still_speaks_or_in_which_people_talk(exchange: Exchange) -> None:
    phone = exchange.dial()
    exchange.desk.clock.advance(minutes=10)
    phone.press("1")
    exchange.desk.clock.advance(minutes=10)
    exchange.settle()
    assert phone.is_(CallState.LIVE)
    phone.joined()
    exchange.desk.clock.advance(minutes=29)
    exchange.settle()
    assert phone.is_(CallState.TALKING)
    exchange.desk.clock.advance(minutes=20)
    exchange.settle()
    assert phone.call.end is CallEnd.ANSWERED


def test_a_second_call_that_tells_something_ends_the_task_of_the_first(exchange: Exchange) -> None:
    exchange.dial().hang_up()
    exchange.dial().press("1").hang_up()
    (task,) = exchange.rows(Task)
    assert (task.outcome, task.done_by) == ("settled", None)


def test_a_report_by_a_unit_without_a_pin_is_a_call_like_any_other(exchange: Exchange) -> None:
    phone = exchange.dial("+6281300000001").press("1").hang_up()
    assert (phone.call.errand, phone.call.end) == (Errand.CALLER, CallEnd.REPORTED)


def test_a_step_promises_what_must_follow_and_asks_nobody_itself(exchange: Exchange) -> None:
    exchange.dial().press("1").press("3").press("#").record(URL)
    kinds = {promise.kind for promise in exchange.rows(Promise)}
    assert kinds == {Kind.CLOSE_SILENT_CALL, Kind.SEND_TEXT, Kind.FETCH_RECORDING, Kind.WATCH_CASE}


def test_the_same_first_callback_twice_at_once_is_one_call(any_exchange: Exchange) -> None:
    """A carrier repeats what was not answered in time, to another process, while the first is at it."""
    for turn in range(5):
        form = {"sessionId": f"at-once-{turn}", "callerNumber": RESIDENT, "isActive": "1", "dtmfDigits": "1"}
        at = At("group----0-0")
        phone = Telephone(any_exchange, RESIDENT, form["sessionId"])
        with ThreadPoolExecutor(4, initializer=Barrier(4).wait) as pool:
            answers = [pool.submit(phone.exchange_answer, at, form) for _ in range(4)]
            assert len({answer.result(30) for answer in answers}) == 1
    assert len(any_exchange.calls()) == len(any_exchange.rows(KeptEvent)) == 5
