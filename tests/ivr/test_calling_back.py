"""Missed calls: the list, the mode in which nobody pays for one, and joining two telephones by ours."""

import pytest

from hotline import bridging, calling_back
from hotline.conversation import keep_quiet
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.incidents import ConflictError
from hotline.models import Caller
from hotline.notify import MayNotCallError
from hotline.outbox import Kind
from ivr.dialling import Dialling
from ivr.switched_off import SwitchedOff
from tests.support.desk import GUARD, NEIGHBOUR, OPERATOR, RESIDENT
from tests.support.voice import DESK_PHONE, OURS, Exchange
from workers.keepers import Keepers


def test_each_number_stands_once_the_longest_waiting_first(any_exchange: Exchange) -> None:
    any_exchange.dial().hang_up()
    any_exchange.dial(NEIGHBOUR).hang_up()
    any_exchange.dial().hang_up()
    any_exchange.dial("anonymous").hang_up()
    any_exchange.dial("anonymous").hang_up()
    with any_exchange.desk.runtime.reading() as session:
        owed = calling_back.owed(session)
    assert [(each.last.number, len(each.calls)) for each in owed] == [
        (RESIDENT, 2), (NEIGHBOUR, 1), ("anonymous", 1), ("anonymous", 1),
    ]  # fmt: skip


def test_done_settles_every_call_of_that_number(exchange: Exchange) -> None:
    first, second = exchange.dial().hang_up(), exchange.dial().hang_up()
    with exchange.desk.work() as work:
        calling_back.done(work, second.call.id, OPERATOR)
    assert exchange.owed() == []
    with exchange.desk.work() as work, pytest.raises(ConflictError):
        calling_back.done(work, first.call.id, OPERATOR)


def test_an_operator_calls_back_by_his_own_telephone_and_neither_sees_the_others_number(
    any_exchange: Exchange,
) -> None:
    any_exchange.at_the_desk()
    missed = any_exchange.dial().hang_up()
    with any_exchange.desk.work() as work:
        calling_back.call_back(work, missed.call.id, OPERATOR)
    operator = any_exchange.answered(DESK_PHONE)
    dial = operator.actions[1].attrib
    assert (dial["phoneNumbers"], dial["callerId"]) == (RESIDENT, OURS)
    assert any_exchange.owed()
    operator.joined(dialDestinationNumber=RESIDENT)
    assert any_exchange.owed() == []
    assert operator.hang_up(40).call.end is CallEnd.DONE


def test_a_call_back_that_nobody_answers_leaves_the_task(exchange: Exchange) -> None:
    exchange.at_the_desk()
    missed = exchange.dial().hang_up()
    with exchange.desk.work() as work:
        calling_back.call_back(work, missed.call.id, OPERATOR)
    operator = exchange.answered(DESK_PHONE)
    assert operator.hang_up(9).call.end is CallEnd.UNANSWERED
    assert exchange.owed()


def test_nobody_in_quiet_mode_is_rung_also_where_that_began_after_the_click(exchange: Exchange) -> None:
    exchange.at_the_desk()
    phone = exchange.dial().press("1").hang_up()
    incident_id = phone.call.incident_id or 0
    with exchange.desk.work() as work:
        bridging.join_operator(work, incident_id, OPERATOR)
    with exchange.desk.work() as work:
        keep_quiet(work, incident_id, OPERATOR, quiet=True)
    exchange.settle()
    assert exchange.gateway.placed == []
    assert exchange.calls()[-1].end is CallEnd.WITHHELD
    with exchange.desk.work() as work, pytest.raises(MayNotCallError, match="quiet"):
        bridging.join_operator(work, incident_id, OPERATOR)


@pytest.mark.parametrize("number", ["+447911123456", "anonymous", "110", "+628091234567"])
def test_numbers_that_must_not_be_rung_are_not_called_back(exchange: Exchange, number: str) -> None:
    exchange.at_the_desk()
    missed = exchange.dial(number).hang_up()
    with exchange.desk.work() as work, pytest.raises(MayNotCallError):
        calling_back.call_back(work, missed.call.id, OPERATOR)
    exchange.settle()
    assert exchange.gateway.placed == []


def test_a_unit_on_the_case_is_joined_to_its_reporter_and_that_is_in_the_log(exchange: Exchange) -> None:
    phone = exchange.dial().press("1").hang_up()
    assignment = exchange.desk.send(phone.call.incident_id or 0, exchange.unit().id)
    with exchange.desk.work() as work:
        bridging.join_unit(work, assignment, OPERATOR)
    unit = exchange.answered(GUARD)
    assert unit.actions[1].attrib["phoneNumbers"] == RESIDENT
    unit.joined(dialDestinationNumber=RESIDENT)
    kinds = [line.kind for line in exchange.desk.log()]
    assert kinds[-2:] == ["call_bridge", "call_joined"]
    assert all(RESIDENT not in line.words for line in exchange.desk.log())


def test_in_missed_call_mode_a_mobile_is_refused_and_called_back_within_ten_seconds(
    any_exchange: Exchange,
) -> None:
    any_exchange.with_voice(missed_call_mode=True)
    refused = any_exchange.dial()
    assert refused.tags == ["Reject"]
    assert refused.again() == refused.body
    assert refused.call.end is CallEnd.REJECTED
    any_exchange.settle()
    assert any_exchange.gateway.placed == []
    any_exchange.desk.clock.advance(seconds=3)
    phone = any_exchange.answered(RESIDENT)
    assert phone.says.startswith("greeting")
    assert any_exchange.owed() == []
    phone.press("1").press("3").press("7#").record().hang_up(50)
    assert (phone.call.errand, phone.call.end) == (Errand.CALL_BACK, CallEnd.REPORTED)
    assert any_exchange.desk.incident().rt == 7


def test_who_does_not_answer_the_call_back_is_on_the_list(exchange: Exchange) -> None:
    exchange.with_voice(missed_call_mode=True)
    exchange.dial()
    exchange.desk.clock.advance(seconds=3)
    exchange.settle()
    request_id = exchange.gateway.placed[-1][1]
    form = {"sessionId": "x", "callerNumber": RESIDENT, "direction": "Outbound", "isActive": "0",
            "status": "NotAnswered", "clientRequestId": request_id}  # fmt: skip
    phone = exchange.dial(NEIGHBOUR)
    phone.exchange_answer(phone.sent[0][0], form)
    assert next(task.number for task in exchange.owed()) == RESIDENT
    assert (
        next(call.end for call in exchange.calls() if call.errand is Errand.CALL_BACK) is CallEnd.UNANSWERED
    )


@pytest.mark.parametrize("number", ["+62741306000", "anonymous", "+447911123456", GUARD])
def test_in_missed_call_mode_everybody_else_is_answered(exchange: Exchange, number: str) -> None:
    exchange.with_voice(missed_call_mode=True)
    assert exchange.dial(number).says.startswith("greeting")


def test_a_caller_in_quiet_mode_is_never_refused_nor_called(exchange: Exchange) -> None:
    with exchange.desk.work() as work:
        work.session.add(Caller(number=RESIDENT, first_seen_at=work.now, quiet_since=work.now))
    exchange.with_voice(missed_call_mode=True)
    assert exchange.dial().says.startswith("greeting")


def test_a_number_that_rings_for_ever_is_called_back_three_times_an_hour(exchange: Exchange) -> None:
    exchange.with_voice(missed_call_mode=True)
    tags = []
    for _ in range(4):
        tags.append(exchange.dial().tags)
        exchange.desk.clock.advance(seconds=3)
        exchange.answered(RESIDENT).hang_up()
    assert tags == [["Reject"]] * 3 + [["GetDigits", "Redirect"]]


def test_whoever_shows_another_number_each_time_does_not_make_us_ring_strangers_without_end(
    any_exchange: Exchange,
) -> None:
    any_exchange.with_voice(missed_call_mode=True, call_backs_per_hour_in_all=2)
    forged = [f"+62812000001{number:02d}" for number in range(4)]
    assert [any_exchange.dial(number).tags[0] for number in forged] == ["Reject"] * 2 + ["GetDigits"] * 2
    any_exchange.desk.clock.advance(hours=1, seconds=1)
    assert any_exchange.dial(forged[3]).tags == ["Reject"]


def test_who_rings_again_before_we_have_rung_him_is_called_back_once(any_exchange: Exchange) -> None:
    any_exchange.with_voice(missed_call_mode=True)
    assert [any_exchange.dial().tags for _ in range(3)] == [["Reject"]] * 3
    any_exchange.desk.clock.advance(seconds=3)
    any_exchange.settle()
    assert [number for number, _ in any_exchange.gateway.placed] == [RESIDENT]
    assert len(any_exchange.owed()) == 3
    phone = any_exchange.answered(RESIDENT)
    assert any_exchange.owed() == []
    phone.hang_up()
    assert [task.call_id for task in any_exchange.owed()] == [phone.call.id], "he picked up and told nothing"


def test_an_unanswered_call_of_ours_ends_with_a_reason_by_the_clock(exchange: Exchange) -> None:
    exchange.with_voice(missed_call_mode=True)
    exchange.dial()
    exchange.desk.clock.advance(seconds=3)
    exchange.settle()
    exchange.desk.clock.advance(minutes=16)
    exchange.settle()
    call = exchange.calls()[-1]
    assert (call.errand, call.state, call.end) == (Errand.CALL_BACK, CallState.OVER, CallEnd.UNANSWERED)


def test_without_a_voice_line_nobody_is_rung_and_the_desk_sees_why(exchange: Exchange) -> None:
    exchange.at_the_desk()
    missed = exchange.dial().hang_up()
    exchange.drain.keepers = Keepers({}, {Kind.PLACE_CALL: Dialling(SwitchedOff())})
    with exchange.desk.work() as work:
        calling_back.call_back(work, missed.call.id, OPERATOR)
    exchange.settle()
    call = exchange.calls()[-1]
    assert (call.end, "HOTLINE_VOICE_GATEWAY" in call.problem) == (CallEnd.REFUSED, True)
    assert exchange.owed()
