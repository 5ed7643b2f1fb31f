from datetime import UTC, datetime, timedelta

from hotline.domain.procedure import Moments, Step, steps

START = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def minutes(count: int) -> datetime:
    return START + timedelta(minutes=count)


def test_the_eight_steps_stand_in_the_procedures_order() -> None:
    moments = Moments(*(minutes(count) for count in range(8)))
    assert [(state.step, state.at) for state in steps(moments)] == [
        (Step(number), minutes(number - 1)) for number in range(1, 9)
    ]


def test_an_open_incident_skips_nothing_yet() -> None:
    assert not any(state.skipped for state in steps(Moments(informed=START, dispatched=minutes(3))))


def test_a_rejected_report_has_skipped_what_it_never_reached() -> None:
    found = steps(Moments(informed=START, closed=minutes(5)))
    skipped = {state.step for state in found if state.skipped}
    assert skipped == {Step.VERIFY, Step.COORDINATE, Step.RESPOND, Step.HANDLE, Step.REPORT}


def test_the_evaluation_is_still_to_come_after_closing() -> None:
    last = steps(Moments(informed=START, closed=minutes(5)))[-1]
    assert (last.step, last.at, last.skipped) == (Step.EVALUATE, None, False)
