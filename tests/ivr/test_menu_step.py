"""Callers in the real menu: each path, each slip, each way to drop out."""

from datetime import time

import pytest

from hotline.domain.lifecycle import IncidentStatus
from ivr.menu import Menu
from ivr.menu_events import (
    Called,
    Connect,
    Digits,
    Effect,
    End,
    Ending,
    Event,
    Filed,
    FileReport,
    FindOfficer,
    HungUp,
    KeepRecording,
    Leave,
    LookedUp,
    LookUp,
    Nobody,
    Ready,
    Recorded,
    Silence,
    Wait,
    Waiting,
)
from ivr.menu_step import Turn, step
from ivr.progress import Progress
from ivr.speech import Ask, Dial, Enqueue, HangUp, Play, Prompt, Record, Redirect, Step
from tests.ivr.caller import OFFICER, URL, Line, clips_of


@pytest.fixture
def line(menu: Menu) -> Line:
    return Line(menu)


def test_danger_is_spoken_of_before_anything_else(line: Line) -> None:
    assert line.clips[:4] == ("greeting", "pause", "choice_danger", "press_1")


def test_a_whole_report_is_filed_and_its_number_said_twice_digit_by_digit(line: Line) -> None:
    line.press("2", "3", "7").hear(Recorded(URL))
    assert line.done == [KeepRecording(URL), FileReport(group=2, area="3", rt=7)]
    number = ("digit_1", "digit_0", "digit_4", "digit_1")
    assert line.clips == (
        "report_kept", *number, "pause", "number_again", *number, "pause", "number_texted", "pause", "thanks",
    )  # fmt: skip
    assert line.is_over


def test_a_number_that_cannot_be_texted_is_not_promised_by_text(menu: Menu) -> None:
    said = step(menu, Progress(node="filed"), Filed("1041", texted=False)).speech
    assert "number_texted" not in clips_of(said[0])
    assert clips_of(said[0]).count("digit_4") == 2


def test_without_a_number_the_caller_still_hears_that_the_report_is_kept(menu: Menu) -> None:
    said = step(menu, Progress(node="filed"), Filed(None, texted=True)).speech
    assert clips_of(said[0])[0] == "report_saved"
    assert said[-1] == HangUp()


@pytest.mark.parametrize(
    ("keys", "rt"), [("7", 7), ("07", 7), ("007", 7), ("99", 99), ("", None), ("0", None)]
)
def test_an_rt_is_a_number_or_not_known(line: Line, keys: str, rt: int | None) -> None:
    assert line.press("1", "1", keys).turn.progress == Progress(node="record", group=1, area="1", rt=rt)


def test_the_finish_key_alone_may_come_as_silence_and_is_not_asked_about_again(line: Line) -> None:
    assert line.press("1", "1").hear(Silence()).turn.progress == Progress(node="record", group=1, area="1")


@pytest.mark.parametrize("keys", ["100", "1*2", "*", "½", "٣"])
def test_an_rt_that_is_none_is_asked_again(line: Line, keys: str) -> None:
    line.press("1", "1", keys)
    assert (line.node, line.clips[0]) == ("rt", "wrong_rt")
    assert line.press("8").turn.progress.rt == 8


def test_a_wrong_key_is_named_and_the_question_repeated(line: Line) -> None:
    assert line.press("7").clips[:3] == ("wrong_key", "pause", "choice_danger")
    assert line.press("2").node == "area"


def test_silence_repeats_the_question_once_and_then_leads_to_a_person(menu: Menu) -> None:
    line = Line(menu, operators=[Waiting(1)])
    assert line.hear(Silence()).clips[0] == "choice_danger"
    assert line.hear(Silence()).node == "operator"
    assert line.done == [Wait()]


def test_at_every_later_question_silence_leads_to_the_recording(line: Line) -> None:
    line.press("1").hear(Silence()).hear(Silence())
    assert line.node == "record"
    assert isinstance(line.turn.speech[0], Record)


def test_zero_waits_for_a_person_in_rounds_of_their_own_with_the_place_in_the_queue(menu: Menu) -> None:
    line = Line(menu, operators=[Waiting(2), Waiting(2), Waiting(1), Ready("operator")]).press("0")
    assert line.clips == ("wait_operator", "queue_position", "digit_2", "pause", "leave_message")
    addresses = set()
    for place in ("digit_2", "digit_1"):
        (asked,) = line.turn.speech
        assert isinstance(asked, Ask)
        addresses |= {asked.then, asked.silence}
        assert line.hear(Silence()).clips == ("hold", "queue_position", place, "pause", "leave_message")
    assert len(addresses) == 4
    line.hear(Silence())
    assert line.turn.speech == (Enqueue("operator", Prompt(("connecting", *["pause"] * 3))),)


@pytest.mark.parametrize("event", [Digits("5"), Digits("0"), Recorded(None), Silence(), Called()])
def test_whatever_happens_in_a_round_of_waiting_the_caller_waits_on(menu: Menu, event: Event) -> None:
    waiting = Progress(node="operator", tries=3)
    if not isinstance(event, Called):
        assert step(menu, waiting, event) == Turn(waiting, effects=(Wait(),))


def test_a_round_of_waiting_never_runs_out_of_addresses(menu: Menu) -> None:
    last = step(menu, Progress(node="operator", tries=99), Waiting(1)).progress
    assert Progress.from_segment(last.to_segment()).tries == 1


def test_one_leaves_a_message_instead_of_waiting(menu: Menu) -> None:
    line = Line(menu, operators=[Waiting(1)]).press("0", "1")
    assert (line.node, line.done) == ("message", [Wait(), Leave()])
    assert isinstance(line.turn.speech[0], Record)


def test_when_nobody_comes_the_caller_records_and_the_duty_officer_is_rung(line: Line) -> None:
    line.press("0")
    assert line.clips == ("nobody_free", "pause", "describe_operator")
    line.hear(Recorded(URL))
    told = FileReport(None, None, None)
    assert line.done == [Wait(), Leave(), KeepRecording(URL), FindOfficer(told)]
    onward = Step(Progress(node="filed").to_segment(), silent=True)
    assert line.turn.speech == (
        Play(Prompt(("to_officer",))),
        Dial((OFFICER.number,), 1800),
        Redirect(onward),
    )


def test_a_duty_officer_who_does_not_answer_leaves_the_caller_with_his_number(line: Line) -> None:
    line.press("0").hear(Recorded(URL)).hear(Silence())
    assert line.clips[0] == "report_kept"
    assert line.is_over


def test_without_a_duty_officer_the_number_is_said_at_once(menu: Menu) -> None:
    line = Line(menu, officer=Nobody()).press("0").hear(Recorded(URL))
    assert line.clips[0] == "report_kept"


def test_a_talk_that_is_recorded_is_announced_and_an_operator_who_does_not_answer_is_asked_anew(
    menu: Menu,
) -> None:
    line = Line(menu, operators=[Connect("+6281300000009", 900), Waiting(1)]).press("0")
    said, talk, back = line.turn.speech
    assert said == Play(Prompt(("talk_recorded",)))
    assert talk == Dial(("+6281300000009",), 900, record=True)
    assert isinstance(back, Redirect)
    assert Progress.from_segment(back.to.segment) != line.turn.progress
    assert line.hear(Silence()).node == "operator"


def test_keys_and_silence_come_in_at_addresses_of_their_own(line: Line) -> None:
    for keys in ("1", "1", "7"):
        (asked,) = line.turn.speech
        assert isinstance(asked, Ask)
        segment = line.turn.progress.to_segment()
        assert (asked.then, asked.silence) == (Step(segment), Step(segment, silent=True))
        line.press(keys)
    (recorded,) = line.turn.speech
    assert isinstance(recorded, Record)
    assert (recorded.longest_s, recorded.silence.silent) == (90, True)


def test_two_wrong_keys_lead_on_too(menu: Menu) -> None:
    assert Line(menu, operators=[Waiting(1)]).press("7", "8").node == "operator"
    line = Line(menu).press("1", "8", "8")
    assert (line.node, line.clips) == ("record", ("wrong_key", "pause", "describe"))


def test_answers_given_before_falling_silent_are_kept(line: Line) -> None:
    line.press("1").hear(Silence()).hear(Silence()).hear(Recorded(None))
    assert line.done == [FileReport(group=1, area=None, rt=None)]


def test_nine_repeats_without_counting_as_a_slip_but_not_for_ever(line: Line) -> None:
    for _ in range(3):
        assert line.press("9").node == "group"
    assert line.press("9").turn.progress.tries == 1
    assert line.press("9").node == "message"


def test_slips_at_one_question_are_forgiven_at_the_next(line: Line) -> None:
    assert line.press("7", "1").turn.progress == Progress(node="area", group=1)


def test_a_finish_key_without_a_recording_is_still_a_report(line: Line) -> None:
    line.press("3", "2", "", "")
    assert line.done == [FileReport(group=3, area="2", rt=None)]
    assert line.is_over


def test_a_recording_at_the_wrong_question_is_kept(line: Line) -> None:
    line.hear(Recorded(URL))
    assert line.done == [KeepRecording(URL)]
    assert line.node == "group"


@pytest.mark.parametrize("status", IncidentStatus)
def test_a_callers_own_report_is_told_by_its_public_state(menu: Menu, status: IncidentStatus) -> None:
    line = Line(menu, status).press("4", "1041")
    assert line.done == [LookUp("1041")]
    assert line.clips == (
        "report_number", "digit_1", "digit_0", "digit_4", "digit_1", "pause",
        f"state_{status.lower()}", "pause", "thanks",
    )  # fmt: skip
    assert line.is_over


def test_a_callers_report_is_told_with_the_time_of_its_last_step(menu: Menu) -> None:
    event = LookedUp("1041", IncidentStatus.ON_SCENE, time(21, 4))
    assert clips_of(step(menu, Progress(node="check"), event).speech[0])[5:] == (
        "pause", "state_on_scene", "at_oclock", "number_20", "digit_1", "past", "digit_4", "minutes",
        "pause", "thanks",
    )  # fmt: skip


def test_a_number_with_a_slip_is_not_looked_up(line: Line) -> None:
    assert line.press("4", "1042").clips[0] == "number_unknown"
    assert line.done == []
    assert line.press("1041").done == [LookUp("1041")]


def test_a_report_of_somebody_else_is_told_nothing_about(menu: Menu) -> None:
    line = Line(menu, status=None).press("4", "1041")
    assert (line.node, line.clips[0]) == ("check", "number_unknown")
    assert line.press("1041").node == "record"


GONE = [
    (Progress(), HungUp(), [End(Ending.MISSED)]),
    (Progress(node="group"), HungUp(), [End(Ending.MISSED)]),
    (Progress(node="record"), HungUp(), [End(Ending.MISSED)]),
    (Progress(node="check"), HungUp(), [End(Ending.ENQUIRY)]),
    (Progress(node="area", group=1), HungUp(), [FileReport(1, None, None), End(Ending.REPORT)]),
    (Progress(node="rt", group=2, area="3"), HungUp(), [FileReport(2, "3", None), End(Ending.REPORT)]),
    (
        Progress(node="record"),
        HungUp(URL),
        [KeepRecording(URL), FileReport(None, None, None), End(Ending.REPORT)],
    ),
    (Progress(node="filed"), HungUp(), [FileReport(None, None, None), End(Ending.REPORT)]),
    (Progress(node="operator"), HungUp(), [End(Ending.MISSED)]),
    (Progress(node="operator", group=1), HungUp(), [FileReport(1, None, None), End(Ending.REPORT)]),
    (Progress(node="message"), HungUp(), [End(Ending.MISSED)]),
    (Progress(node="officer"), HungUp(), [FileReport(None, None, None), End(Ending.REPORT)]),
    (Progress(node="gone"), HungUp(), [End(Ending.MISSED)]),
]


@pytest.mark.parametrize(("progress", "event", "effects"), GONE)
def test_a_hang_up_is_a_report_an_enquiry_or_a_missed_call(
    menu: Menu, progress: Progress, event: HungUp, effects: list[Effect]
) -> None:
    turn = step(menu, progress, event)
    assert (list(turn.effects), turn.speech) == (effects, ())


@pytest.mark.parametrize("event", [Digits("1"), Silence(), Recorded(URL), Filed("1041", texted=True)])
def test_an_unknown_place_in_the_menu_is_the_start(menu: Menu, event: Event) -> None:
    assert step(menu, Progress(node="of_yesterday"), event) == step(menu, Progress(), Called())
