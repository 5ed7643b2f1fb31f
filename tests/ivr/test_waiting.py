"""Callers who want a person: the queue, the operator who takes the next one, and what follows without one."""

import pytest

from hotline import waiting
from hotline.calls import answer_times
from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.rights import NotAllowedError, Role
from hotline.incidents import ConflictError
from hotline.models import Recording, Unit
from ivr.gateway import NotSent, Refused, Unknown
from tests.support.desk import NEIGHBOUR, OPERATOR, RESIDENT
from tests.support.voice import DESK_PHONE, OURS, Exchange, Telephone


def take(exchange: Exchange) -> None:
    """The operator presses the button."""
    with exchange.desk.work() as work:
        waiting.take_next(work, OPERATOR)


def wait(phone: Telephone, seconds: float = 5) -> Telephone:
    """One round of waiting goes by."""
    phone.exchange.desk.clock.advance(seconds=seconds)
    return phone.silent()


def test_an_operator_takes_the_next_caller_and_they_talk(any_exchange: Exchange) -> None:
    any_exchange.at_the_desk()
    caller = any_exchange.dial().press("0")
    assert "queue_position digit_1" in caller.says
    later = any_exchange.dial(NEIGHBOUR).press("0")
    assert "queue_position digit_2" in later.says
    take(any_exchange)
    assert caller.is_(CallState.TAKEN)
    operator = any_exchange.answered(DESK_PHONE)
    assert operator.says == "desk_wait"
    wait(caller, 2)
    assert caller.tags == ["Enqueue"]
    wait(operator, 2)
    (dequeue,) = operator.actions
    assert (dequeue.tag, dequeue.attrib) == ("Dequeue", {"phoneNumber": OURS, "name": "operator"})
    caller.joined(dequeuedToPhoneNumber=DESK_PHONE)
    assert "queue_position digit_1" in wait(later).says
    caller.hang_up(95)
    operator.hang_up(90)
    assert (caller.call.end, operator.call.end) == (CallEnd.ANSWERED, CallEnd.DONE)
    assert any_exchange.owed() == []
    with any_exchange.desk.runtime.reading() as session:
        times = answer_times(session, caller.call.started_at.replace(hour=0))
    assert (times.waited, times.median, times.within(10), times.lost) == ([4.0], 4.0, 1, 0)


def test_nobody_in_twenty_seconds_records_asks_to_call_back_and_rings_the_duty_officer(
    any_exchange: Exchange,
) -> None:
    with any_exchange.desk.work() as work:
        work.session.add(Unit(name="Piket", number="+6281300000009", agency="PIKET", on_duty=True))
    phone = any_exchange.dial().press("0")
    for _ in range(3):
        assert "hold" in wait(phone).says
    assert wait(phone).says == "nobody_free pause describe_operator"
    phone.record()
    assert phone.tags == ["Play", "Dial", "Redirect"]
    assert phone.actions[1].attrib["phoneNumbers"] == "+6281300000009"
    assert [task.number for task in any_exchange.owed()] == [RESIDENT]
    assert any_exchange.desk.incident().number
    phone.joined(dialDestinationNumber="+6281300000009")
    assert any_exchange.owed() == []
    assert phone.hang_up().call.end is CallEnd.REPORTED


def test_a_duty_officer_who_does_not_answer_leaves_the_task(exchange: Exchange) -> None:
    with exchange.desk.work() as work:
        work.session.add(Unit(name="Piket", number="+6281300000009", agency="PIKET", on_duty=True))
    phone = exchange.dial().press("0").press("1").record()
    phone.silent()
    assert phone.says.startswith("report_kept")
    phone.hang_up()
    assert [task.number for task in exchange.owed()] == [RESIDENT]


def test_a_carrier_that_says_nobody_answered_is_not_told_to_ring_again(exchange: Exchange) -> None:
    with exchange.desk.work() as work:
        work.session.add(Unit(name="Piket", number="+6281300000009", agency="PIKET", on_duty=True))
    phone = exchange.dial().press("0").press("1").record()
    phone.joined(dialDestinationNumber="+6281300000009", dialStatus="NoAnswer")
    assert phone.says.startswith("report_kept")


@pytest.mark.parametrize("keys", [("0",), ("5", "5")])
def test_who_hangs_up_while_waiting_is_called_back(exchange: Exchange, keys: tuple[str, ...]) -> None:
    phone = exchange.dial()
    for each in keys:
        phone.press(each)
    phone.hang_up()
    assert phone.call.end is CallEnd.MISSED
    assert [task.number for task in exchange.owed()] == [RESIDENT]


def test_who_told_something_and_got_no_person_is_a_case_and_is_called_back(exchange: Exchange) -> None:
    phone = exchange.dial().press("0").press("1").record().hang_up()
    assert phone.call.end is CallEnd.REPORTED
    assert [task.incident_id for task in exchange.owed()] == [exchange.desk.incident().id]
    assert len(exchange.rows(Recording)) == 1


@pytest.mark.parametrize("outcome", [Refused("no credit"), None])
def test_an_operators_telephone_that_does_not_answer_leaves_the_caller_waiting(
    exchange: Exchange, outcome: Refused | None
) -> None:
    exchange.at_the_desk()
    phone = exchange.dial().press("0")
    exchange.gateway.outcomes = [outcome] if outcome else []
    take(exchange)
    exchange.settle()
    if outcome is None:
        request_id = exchange.gateway.placed[-1][1]
        leg = Telephone(exchange, DESK_PHONE, f"session-{request_id}", "Outbound", request_id)
        leg.hang_up(0, hangupCause="NO_ANSWER")
        assert leg.call.end is CallEnd.UNANSWERED
    assert "hold" in wait(phone).says
    assert phone.is_(CallState.WAITING)
    take(exchange)
    assert phone.is_(CallState.TAKEN)


def test_an_operators_telephone_that_rings_for_ever_gives_the_caller_back(exchange: Exchange) -> None:
    exchange.at_the_desk()
    phone = exchange.dial().press("0")
    take(exchange)
    exchange.settle()
    wait(phone, 46)
    assert phone.says.startswith("nobody_free")


def test_a_caller_who_is_gone_is_said_so_to_the_operator(exchange: Exchange) -> None:
    exchange.at_the_desk()
    phone = exchange.dial().press("0")
    take(exchange)
    operator = exchange.answered(DESK_PHONE)
    phone.hang_up()
    assert operator.silent().says == "caller_gone"
    assert operator.hang_up().call.end is CallEnd.UNANSWERED


def test_a_caller_left_in_the_carriers_queue_is_taken_first(exchange: Exchange) -> None:
    exchange.at_the_desk()
    stuck = exchange.dial().press("0")
    take(exchange)
    operator = exchange.answered(DESK_PHONE)
    wait(stuck, 2)
    assert stuck.tags == ["Enqueue"]
    operator.hang_up(1)
    exchange.dial(NEIGHBOUR).press("0")
    take(exchange)
    exchange.settle()
    again = exchange.answered(DESK_PHONE)
    exchange.desk.clock.advance(seconds=2)
    assert again.silent().tags == ["Dequeue"]
    assert stuck.joined(dequeuedToPhoneNumber=DESK_PHONE).is_(CallState.TALKING)


def test_callbacks_that_bring_no_mark_of_ours_are_found_by_the_number(exchange: Exchange) -> None:
    """Before the carrier has said its own id, and without our own in the callback."""
    exchange.at_the_desk()
    exchange.gateway.outcomes = [Unknown("timeout")]
    exchange.dial().press("0")
    take(exchange)
    operator = exchange.answered(DESK_PHONE, with_mark=False)
    assert operator.says == "desk_wait"
    assert operator.call.errand is Errand.DESK


def test_a_call_that_could_not_be_handed_over_is_placed_again_and_given_up(exchange: Exchange) -> None:
    exchange.at_the_desk()
    phone = exchange.dial().press("0")
    exchange.gateway.outcomes = [NotSent("no route")] * 9
    take(exchange)
    for _ in range(9):
        exchange.settle()
        exchange.desk.clock.advance(seconds=31)
    leg = exchange.calls()[-1]
    assert leg.end is CallEnd.REFUSED
    assert 3 < len(exchange.gateway.placed) < 9
    assert phone.is_(CallState.WAITING)


def test_who_takes_a_call_must_say_where_he_is_and_take_one_at_a_time(exchange: Exchange) -> None:
    exchange.dial().press("0")
    with exchange.desk.work() as work, pytest.raises(ConflictError, match="telephone"):
        waiting.take_next(work, OPERATOR)
    exchange.at_the_desk()
    take(exchange)
    exchange.dial(NEIGHBOUR).press("0")
    with exchange.desk.work() as work, pytest.raises(ConflictError, match="ringing"):
        waiting.take_next(work, OPERATOR)
    auditor = type(OPERATOR)("operator", 1, "Si", Role.AUDITOR)
    with exchange.desk.work() as work, pytest.raises(NotAllowedError):
        waiting.take_next(work, auditor)


def test_an_operator_abroad_is_not_rung(exchange: Exchange) -> None:
    exchange.at_the_desk("+447911123456")
    exchange.dial().press("0")
    with exchange.desk.work() as work, pytest.raises(ConflictError, match="rung"):
        waiting.take_next(work, OPERATOR)


def test_a_talk_that_is_recorded_is_announced_and_dialled_from_the_call_itself(exchange: Exchange) -> None:
    exchange.with_voice(record_talks=True)
    exchange.at_the_desk()
    phone = exchange.dial().press("0")
    take(exchange)
    wait(phone, 2)
    assert phone.tags == ["Play", "Dial", "Redirect"]
    assert phone.says == "talk_recorded"
    assert phone.actions[1].attrib["record"] == "true"
    phone.joined(dialDestinationNumber=DESK_PHONE)
    phone.hang_up(60, recordingUrl="https://voice.example/rec/talk.mp3")
    assert phone.call.end is CallEnd.ANSWERED
    assert len(exchange.rows(Recording)) == 1
    assert exchange.gateway.placed == []


def test_an_operator_who_does_not_answer_a_recorded_talk_gives_the_caller_back(exchange: Exchange) -> None:
    exchange.with_voice(record_talks=True)
    exchange.at_the_desk()
    phone = exchange.dial().press("0")
    take(exchange)
    wait(phone, 2).silent()
    assert phone.is_(CallState.WAITING)
