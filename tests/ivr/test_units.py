"""Units by telephone: the PIN, the tasks and their digits; a task read to them; a ring that accepts."""

import pytest
from sqlalchemy import select

from hotline import bridging, pins
from hotline.domain.calls import CallEnd, Errand
from hotline.domain.lifecycle import UnitStatus
from hotline.domain.rights import NotAllowedError
from hotline.incidents import ConflictError
from hotline.models import Assignment, Incident, TextMessage, Unit
from tests.support.desk import COORDINATOR, GUARD, OPERATOR
from tests.support.voice import Exchange, Telephone


def pin_of(exchange: Exchange) -> str:
    """A PIN for the guard."""
    secret = exchange.desk.runtime.settings.secret_key
    with exchange.desk.work() as work:
        return pins.give_pin(work, exchange.unit().id, secret, COORDINATOR)


def task(exchange: Exchange, keys: str = "2") -> int:
    """A case that the guard is alerted for; the assignment's row."""
    phone = exchange.dial().press(keys).press("3").press("27#").hang_up()
    return exchange.desk.send(phone.call.incident_id or 0, exchange.unit().id)


def status(exchange: Exchange, assignment: int) -> UnitStatus:
    """How far the guard is with it."""
    found: UnitStatus = next(row.status for row in exchange.rows(Assignment) if row.id == assignment)
    return found


def test_a_unit_gives_its_pin_hears_its_task_and_presses_what_it_does(any_exchange: Exchange) -> None:
    pin, assignment = pin_of(any_exchange), task(any_exchange)
    phone = any_exchange.dial(GUARD)
    assert phone.says == "ask_pin"
    phone.press(f"{pin}#")
    assert phone.says.startswith(
        "task_is digit_1 digit_0 digit_0 digit_7 pause priority_tinggi type_lain pause area_ej rt_is "
        "number_20 digit_7 pause code_accept press_1"
    )
    for key, clip, reached in (
        ("1", "noted_accept", UnitStatus.ACCEPTED),
        ("4", "noted_on_scene", UnitStatus.ON_SCENE),
        ("5", "noted_need_backup", UnitStatus.ON_SCENE),
        ("6", "noted_clear", UnitStatus.CLEAR),
    ):
        phone.press(key)
        assert phone.says.startswith(clip)
        assert status(any_exchange, assignment) is reached
    assert phone.tags == ["Play"]
    assert phone.hang_up().call.end is CallEnd.FROM_UNIT


def test_a_repeated_key_is_taken_once(exchange: Exchange) -> None:
    pin = pin_of(exchange)
    task(exchange)
    phone = exchange.dial(GUARD).press(f"{pin}#").press("1")
    before = len(exchange.desk.log())
    assert phone.again() == phone.body
    assert len(exchange.desk.log()) == before


def test_several_tasks_are_heard_one_after_the_other(exchange: Exchange) -> None:
    pin, first, second = pin_of(exchange), task(exchange), task(exchange)
    phone = exchange.dial(GUARD).press(f"{pin}#").press("8")
    phone.press("2")
    assert (status(exchange, first), status(exchange, second)) == (UnitStatus.ALERTED, UnitStatus.DECLINED)
    assert phone.press("9").says.startswith("task_is digit_1 digit_0 digit_0 digit_7")


def test_without_a_task_the_unit_hears_so(exchange: Exchange) -> None:
    phone = exchange.dial(GUARD) if not (pin := pin_of(exchange)) else exchange.dial(GUARD).press(f"{pin}#")
    assert phone.says.startswith("task_none")


@pytest.mark.parametrize(("key", "on"), [("1", True), ("2", False)])
def test_without_a_task_a_key_says_whether_the_unit_is_on_duty(
    any_exchange: Exchange, key: str, on: bool
) -> None:
    pin = pin_of(any_exchange)
    phone = any_exchange.dial(GUARD).press(f"{pin}#")
    assert phone.says.startswith("task_none pause duty_on press_1 pause duty_off press_2")
    phone.press(key)
    assert phone.says.startswith("noted_duty_on" if on else "noted_duty_off")
    assert any_exchange.unit().on_duty is on
    assert phone.hang_up().call.end is CallEnd.FROM_UNIT


def test_silence_and_other_keys_leave_the_duty_as_it_is(exchange: Exchange) -> None:
    pin = pin_of(exchange)
    phone = exchange.dial(GUARD).press(f"{pin}#")
    for _ in range(2):
        phone.silent()
        assert phone.says.startswith("task_none")
    phone.press("7")
    assert phone.says.startswith("thanks")
    assert exchange.unit().on_duty is None


@pytest.mark.parametrize("wrong", ["000", "", "99999999"])
def test_who_does_not_know_the_pin_is_a_caller_and_can_set_nothing(exchange: Exchange, wrong: str) -> None:
    pin_of(exchange)
    assignment = task(exchange)
    phone = exchange.dial(GUARD)
    for _ in range(3):
        phone.press(f"{wrong}#") if wrong else phone.silent()
    assert phone.says.startswith("greeting")
    phone.press("1").hang_up()
    assert (phone.call.errand, phone.call.end) == (Errand.CALLER, CallEnd.REPORTED)
    assert status(exchange, assignment) is UnitStatus.ALERTED


def test_an_address_of_a_task_without_a_pin_asks_for_the_pin(exchange: Exchange) -> None:
    pin_of(exchange)
    assignment = task(exchange)
    phone = exchange.dial(GUARD)
    phone._post(f"http://here/ivr/token/step/unit-task-{assignment}-0-0", {"dtmfDigits": "1"})
    assert phone.says.startswith("pin_wrong")
    assert status(exchange, assignment) is UnitStatus.ALERTED


def test_wrong_pins_are_counted_over_all_calls_and_end_in_a_pause(exchange: Exchange) -> None:
    pin = pin_of(exchange)
    for _ in range(5):
        exchange.dial(GUARD).press("0000#").hang_up()
    assert exchange.dial(GUARD).press(f"{pin}#").says.startswith("greeting")
    exchange.desk.clock.advance(minutes=31)
    assert exchange.dial(GUARD).press(f"{pin}#").says.startswith("task_none")


def test_a_pin_is_given_by_those_who_manage_units_and_is_written_nowhere(exchange: Exchange) -> None:
    pin = pin_of(exchange)
    assert len(pin) == 6
    assert pin.isdigit()
    (unit,) = [row for row in exchange.rows(Unit) if row.pin_hash]
    assert pin not in unit.pin_hash
    with exchange.desk.work() as work, pytest.raises(NotAllowedError):
        pins.give_pin(work, unit.id, "secret", OPERATOR)


def test_a_unit_asks_for_the_operator(exchange: Exchange) -> None:
    pin = pin_of(exchange)
    task(exchange)
    phone = exchange.dial(GUARD).press(f"{pin}#").press("0")
    assert phone.says.startswith("wait_operator")


def read(exchange: Exchange, assignment: int) -> Telephone:
    """The guard's telephone is rung for a task, and he picks up."""
    with exchange.desk.work() as work:
        bridging.read_to_unit(work, assignment, OPERATOR)
    return exchange.answered(GUARD)


@pytest.mark.parametrize(("key", "reached"), [("1", UnitStatus.ACCEPTED), ("2", UnitStatus.DECLINED)])
def test_a_task_is_read_and_answered_with_a_key(
    any_exchange: Exchange, key: str, reached: UnitStatus
) -> None:
    assignment = task(any_exchange)
    phone = read(any_exchange, assignment)
    assert phone.says.startswith("dispatch_is digit_1 digit_0 digit_0 digit_7 pause priority_tinggi")
    phone.press("9").press(key)
    assert status(any_exchange, assignment) is reached
    assert phone.hang_up().call.end is CallEnd.DONE


def test_an_exercise_says_first_that_it_is_one(exchange: Exchange) -> None:
    assignment = task(exchange)
    with exchange.desk.work() as work:
        work.session.scalars(select(Incident)).one().drill = True
    assert read(exchange, assignment).says.startswith("drill_is pause dispatch_is digit_1")


@pytest.mark.parametrize("keys", [[], ["", "", ""], ["7", "*", "5"]])
def test_neither_a_machine_nor_silence_nor_another_key_accepts(exchange: Exchange, keys: list[str]) -> None:
    assignment = task(exchange)
    phone = read(exchange, assignment)
    for key in keys:
        phone.press(key) if key else phone.silent()
    if keys:
        assert phone.says == "task_unanswered"
    phone.hang_up(30)
    assert status(exchange, assignment) is UnitStatus.ALERTED
    assert phone.call.end is CallEnd.UNANSWERED


def test_a_task_that_is_no_open_alert_any_more_is_not_read(exchange: Exchange) -> None:
    assignment = task(exchange)
    phone = read(exchange, assignment)
    phone.press("1").hang_up()
    with exchange.desk.work() as work, pytest.raises(ConflictError):
        bridging.read_to_unit(work, assignment, OPERATOR)


def test_a_unit_that_rings_and_hangs_up_has_accepted_its_one_alert(any_exchange: Exchange) -> None:
    assignment = task(any_exchange)
    phone = any_exchange.dial(GUARD).hang_up(3)
    assert status(any_exchange, assignment) is UnitStatus.ACCEPTED
    assert phone.call.end is CallEnd.FROM_UNIT
    any_exchange.settle()
    assert any("TERIMA" in text.words for text in any_exchange.rows(TextMessage))
    assert any_exchange.owed() == []


@pytest.mark.parametrize("case", ["two alerts", "none", "switched off", "long", "pressed"])
def test_any_other_ring_of_a_unit_accepts_nothing(exchange: Exchange, case: str) -> None:
    sent = [] if case == "none" else [task(exchange)]
    if case == "two alerts":
        sent.append(task(exchange))
    if case == "switched off":
        exchange.with_voice(ring_accepts=False)
    phone = exchange.dial(GUARD)
    if case == "pressed":
        phone.press("1")
    phone.hang_up(60 if case == "long" else 3)
    assert all(status(exchange, each) is UnitStatus.ALERTED for each in sent)
    assert phone.call.end in (CallEnd.MISSED, CallEnd.REPORTED)
