"""What leaves now: alerts before all else, a held queue as a whole, the last money for emergencies."""

from collections.abc import Sequence

import pytest
from sqlalchemy import event, select

from hotline import notify
from hotline.carriers import Alarm, let_go, troubles
from hotline.domain.contact import Purpose
from hotline.domain.delivery import TextState
from hotline.incidents import ConflictError
from hotline.models import Caller, Carrier, Unit
from sms.gateway import Accepted, Balance, NoAnswer, Outcome, Refused, Unknown, Wait
from sms.lines import TextLines
from sms.lots import take
from sms.sending import Sending
from sms.watching import start_timers
from tests.support.desk import GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk

NO_MONEY = Refused("405 InsufficientBalance", Wait.MONEY)
NO_KEY = Refused("HTTP 401", Wait.CONFIGURATION)


def numbers(count: int) -> list[str]:
    return [f"+628121{position:06d}" for position in range(count)]


def say(desk: Desk, to: Sequence[str], words: str = "Halo", purpose: Purpose = Purpose.ANNOUNCEMENT) -> None:
    with desk.work() as work:
        for number in to:
            notify.text(work, number, words, purpose)


def alert(desk: Desk, words: str = "TUGAS") -> None:
    with desk.work() as work:
        unit = work.session.scalars(select(Unit).where(Unit.number == GUARD)).one()
        notify.text(work, GUARD, words, Purpose.DISPATCH, unit=unit)


def carrier(desk: Desk) -> Carrier:
    with desk.runtime.reading() as session:
        return session.scalars(select(Carrier)).one()


def alarms(desk: Desk) -> list[Alarm]:
    with desk.runtime.reading() as session:
        rules = desk.runtime.playbook.sending
        return [trouble.alarm for trouble in troubles(session, rules, desk.clock.at, [desk.gateway.name])]


def states(desk: Desk) -> list[TextState]:
    return [text.state for text in desk.texts(inbound=False)]


def test_the_same_words_to_many_go_in_few_requests_and_each_has_its_own_outcome(any_desk: Desk) -> None:
    many = numbers(530)
    any_desk.gateway.answers = {many[7]: [Refused("403")], many[8]: [Unknown("500")]}
    say(any_desk, many)
    any_desk.settle()
    assert [len(request) for request in any_desk.gateway.requests] == [500, 30]
    assert sorted(number for number, _ in any_desk.gateway.sent) == many
    by_number = {text.number: text.state for text in any_desk.texts(inbound=False)}
    assert (by_number[many[7]], by_number[many[8]]) == (TextState.REFUSED, TextState.UNKNOWN)
    assert list(by_number.values()).count(TextState.ACCEPTED) == 528


def test_texts_that_say_different_things_cost_no_question_each(desk: Desk) -> None:
    """How many others say the same is asked for all of them at once."""
    for at, number in enumerate(numbers(8)):
        say(desk, [number], f"Kabar {at}")
    seen: list[str] = []
    event.listen(desk.runtime.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    asked = []
    for limit in (1, 2, 5):  # the first one begins what is known of the carrier
        seen.clear()
        with desk.work() as work:
            assert len(take(work, work.now, limit, desk.gateway)) == limit
        asked.append(len(seen))
    assert asked[1] == asked[2]


def test_other_words_and_the_same_number_twice_never_share_a_request(desk: Desk) -> None:
    say(desk, [RESIDENT, NEIGHBOUR, RESIDENT])
    say(desk, [NEIGHBOUR], "Lain")
    desk.settle()
    assert sorted(len(request) for request in desk.gateway.requests) == [1, 1, 2]
    assert len(desk.gateway.sent) == 4


@pytest.mark.parametrize(("refusal", "alarm"), [(NO_MONEY, Alarm.NO_MONEY), (NO_KEY, Alarm.NOT_CONFIGURED)])
def test_the_queue_is_held_as_a_whole_and_goes_on_when_one_text_is_taken(
    any_desk: Desk, refusal: Outcome, alarm: Alarm
) -> None:
    any_desk.gateway.always = refusal
    for position, number in enumerate(numbers(6)):
        say(any_desk, [number], f"Halo {position}", Purpose.OPERATOR)
    any_desk.drain.step()
    any_desk.settle()
    tried = len(any_desk.gateway.sent)
    assert set(states(any_desk)) == {TextState.QUEUED}
    assert alarms(any_desk) == [alarm]
    for _ in range(3):
        any_desk.clock.advance(seconds=5)
        any_desk.settle()
    assert len(any_desk.gateway.sent) == tried
    any_desk.clock.advance(seconds=60)
    any_desk.settle()
    assert len(any_desk.gateway.sent) == tried + 1
    any_desk.gateway.always = None
    any_desk.clock.advance(seconds=61)
    any_desk.settle()
    assert set(states(any_desk)) == {TextState.ACCEPTED}
    assert alarms(any_desk) == []


def test_a_held_queue_that_somebody_lets_go_leaves_at_once_and_is_held_anew_if_that_was_wrong(
    any_desk: Desk,
) -> None:
    any_desk.gateway.always = NO_MONEY
    for position, number in enumerate(numbers(3)):
        say(any_desk, [number], f"Halo {position}", Purpose.OPERATOR)
    any_desk.settle()
    for taken in (NO_MONEY, None):
        any_desk.gateway.always = taken
        with any_desk.work() as work:
            let_go(work, any_desk.gateway.name, OPERATOR)
        any_desk.settle()
        assert alarms(any_desk) == ([Alarm.NO_MONEY] if taken else [])
    assert set(states(any_desk)) == {TextState.ACCEPTED}
    with pytest.raises(ConflictError), any_desk.work() as work:
        let_go(work, any_desk.gateway.name, OPERATOR)


def test_one_text_that_is_always_refused_holds_up_nobody_else(any_desk: Desk) -> None:
    """It is of the rank that goes first, and the carrier minds it alone."""
    any_desk.gateway.answers = {RESIDENT: [NO_KEY] * 20}
    say(any_desk, [RESIDENT], "Tanda terima", Purpose.RECEIPT)
    for position, number in enumerate(numbers(6)):
        say(any_desk, [number], f"Halo {position}")
    for _ in range(4):
        any_desk.settle()
        any_desk.clock.advance(seconds=61)
    found = {text.number: text.state for text in any_desk.texts(inbound=False)}
    assert found.pop(RESIDENT) is TextState.QUEUED
    assert set(found.values()) == {TextState.ACCEPTED}
    assert alarms(any_desk) == []


def test_a_refusal_that_is_written_down_late_holds_nobody_up(any_desk: Desk) -> None:
    """Answers come in any order: the other text was taken while this one was asked about."""
    say(any_desk, [RESIDENT], "Tanda terima", Purpose.RECEIPT)
    say(any_desk, [NEIGHBOUR])
    late, taken = [text.id for text in any_desk.texts(inbound=False)]
    sending = Sending(TextLines([any_desk.gateway]))
    with any_desk.work() as work:
        sending.prepare(work, [late, taken])
    with any_desk.work() as work:
        sending.record(work, [(taken, Accepted("taken"), 1)])
    with any_desk.work() as work:
        (again,) = sending.record(work, [(late, NO_KEY, 1)])
    assert again is not None
    assert alarms(any_desk) == []


def test_an_alert_goes_on_being_tried_while_the_queue_is_held_and_frees_it(desk: Desk) -> None:
    desk.gateway.always = NO_MONEY
    say(desk, [RESIDENT], purpose=Purpose.OPERATOR)
    desk.settle()
    alert(desk)
    desk.settle()
    desk.clock.advance(seconds=21)
    desk.settle()
    assert [number for number, _ in desk.gateway.sent] == [RESIDENT, GUARD, GUARD]
    desk.gateway.always = None
    desk.clock.advance(seconds=21)
    desk.settle()
    assert set(states(desk)) == {TextState.ACCEPTED}


def test_an_alert_never_waits_for_rates(desk: Desk) -> None:
    rules = desk.runtime.playbook.sending
    for position, number in enumerate(numbers(rules.burst + 30)):
        say(desk, [number], f"Halo {position}", Purpose.OPERATOR)
    desk.settle()
    assert len(desk.gateway.sent) == rules.burst
    for _ in range(20):
        alert(desk)
    desk.settle()
    assert desk.said_to(GUARD) == ["TUGAS"] * 20
    desk.clock.advance(seconds=1)
    desk.settle()
    assert len(desk.gateway.sent) == rules.burst + 20
    desk.clock.advance(seconds=60)
    desk.settle()
    assert len(desk.gateway.sent) == rules.burst + 50


def test_one_number_gets_so_many_texts_a_minute_and_the_rest_later(desk: Desk) -> None:
    most = desk.runtime.playbook.sending.texts_per_number_per_minute
    for position in range(most + 2):
        say(desk, [RESIDENT], f"Halo {position}", Purpose.PROGRESS)
    desk.settle()
    assert len(desk.gateway.sent) == most
    desk.clock.advance(seconds=61)
    desk.settle()
    assert len(desk.gateway.sent) == most + 2


def test_a_carrier_that_is_asked_too_much_gets_rest_and_nothing_is_lost(desk: Desk) -> None:
    desk.gateway.answers[RESIDENT] = [Refused("HTTP 429", Wait.BUSY)]
    say(desk, [RESIDENT], purpose=Purpose.OPERATOR)
    desk.settle()
    say(desk, [NEIGHBOUR], "Lain", Purpose.OPERATOR)
    desk.settle()
    assert desk.said_to(NEIGHBOUR) == []
    desk.clock.advance(seconds=61)
    desk.settle()
    assert set(states(desk)) == {TextState.ACCEPTED}


def watch(desk: Desk) -> None:
    with desk.work() as work:
        start_timers(work, desk.gateway, desk.clock.at)
    desk.settle()


def test_the_last_money_is_kept_for_alerts_and_emergencies(any_desk: Desk) -> None:
    any_desk.gateway.money = Balance(any_desk.runtime.playbook.sending.reserve, "IDR")
    watch(any_desk)
    assert alarms(any_desk) == [Alarm.ONLY_EMERGENCIES]
    say(any_desk, [NEIGHBOUR], purpose=Purpose.OPERATOR)
    any_desk.text(RESIDENT, "kebakaran rumah di payo selincah rt 3 ada orang terjebak")
    alert(any_desk)
    any_desk.settle()
    assert any_desk.said_to(NEIGHBOUR) == []
    assert any_desk.said_to(RESIDENT)
    assert any_desk.said_to(GUARD)
    any_desk.gateway.money = Balance(1_000_000, "IDR")
    any_desk.clock.advance(minutes=16)
    any_desk.settle()
    assert any_desk.said_to(NEIGHBOUR)
    assert alarms(any_desk) == []


def test_what_texts_cost_is_counted_down_between_two_looks_at_the_account(desk: Desk) -> None:
    rules = desk.runtime.playbook.sending
    desk.gateway.money = Balance(rules.reserve + 1000, "IDR")
    watch(desk)
    desk.gateway.always = Accepted(None, "IDR 350.0000")
    for position, number in enumerate(numbers(9)):
        say(desk, [number], f"Halo {position}", Purpose.OPERATOR)
        desk.settle()
    assert len(desk.gateway.sent) == 3
    assert carrier(desk).balance == rules.reserve - 50


def test_one_request_to_many_does_not_eat_the_reserve(desk: Desk) -> None:
    rules = desk.runtime.playbook.sending
    desk.gateway.money = Balance(rules.reserve + 3500, "IDR")
    watch(desk)
    desk.gateway.always = Accepted(None, "IDR 350.0000")
    say(desk, [RESIDENT], "Satu", Purpose.OPERATOR)
    desk.settle()
    say(desk, numbers(400))
    desk.settle()
    assert len(desk.gateway.sent) == 10


def test_a_low_balance_is_told_before_it_hurts_and_money_lets_a_held_queue_go(desk: Desk) -> None:
    desk.gateway.money = Balance(50_000, "IDR")
    watch(desk)
    assert alarms(desk) == [Alarm.LOW_BALANCE]
    desk.gateway.always = NO_MONEY
    say(desk, [RESIDENT], purpose=Purpose.OPERATOR)
    desk.settle()
    assert alarms(desk) == [Alarm.NO_MONEY, Alarm.LOW_BALANCE]
    desk.gateway.always, desk.gateway.money = None, Balance(900_000, "IDR")
    desk.clock.advance(minutes=16)
    desk.settle()
    desk.settle()
    assert states(desk) == [TextState.ACCEPTED]
    assert alarms(desk) == []


def test_a_balance_that_is_not_told_stops_nothing(desk: Desk) -> None:
    desk.gateway.money = NoAnswer("HTTP 500")
    watch(desk)
    say(desk, [RESIDENT], purpose=Purpose.OPERATOR)
    desk.settle()
    assert states(desk) == [TextState.ACCEPTED]


def test_a_number_that_became_quiet_while_its_text_waited_gets_it_never(any_desk: Desk) -> None:
    any_desk.gateway.always = NO_MONEY
    say(any_desk, [RESIDENT, NEIGHBOUR], purpose=Purpose.OPERATOR)
    any_desk.settle()
    with any_desk.work() as work:
        work.session.add(Caller(number=RESIDENT, first_seen_at=work.now, quiet_since=work.now))
    any_desk.gateway.always = None
    any_desk.gateway.sent.clear()
    for _ in range(3):
        any_desk.clock.advance(seconds=61)
        any_desk.settle()
    assert [number for number, _ in any_desk.gateway.sent] == [NEIGHBOUR]
    withheld = next(text for text in any_desk.texts(inbound=False) if text.number == RESIDENT)
    assert (withheld.state, withheld.problem) == (TextState.WITHHELD, "quiet")
