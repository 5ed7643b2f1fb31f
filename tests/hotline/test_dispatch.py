"""Units are alerted once, in one text, and what they say by telephone counts like their texts."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hotline import dispatch
from hotline.alerting import dispatch_text, summary_of
from hotline.dispatch import Answer
from hotline.domain.lifecycle import IllegalTransitionError, IncidentStatus, StatusCode, UnitStatus
from hotline.domain.segments import measure
from hotline.incidents import ConflictError, NoSuchIncidentError, StaleError, fetch, stamp_of
from hotline.verification import Findings
from tests.hotline.journey import THEFT, closed, kinds_of_log, sent, tasks, verified
from tests.support.desk import GUARD, OPERATOR, POLICE, RESIDENT, Desk


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A verified theft."""
    desk.text(RESIDENT, THEFT)
    verified(desk)
    return desk


def test_units_hear_what_where_and_how_to_answer(told: Desk) -> None:
    sent(told, [GUARD, POLICE])
    alert = told.said_to(GUARD)[-1]
    assert alert.startswith("TUGAS 1007 TINGGI Pencurian, Eka Jaya RT 5")
    assert "1007 1 terima" in alert
    assert told.said_to(POLICE) == [alert]
    assert told.incident().status is IncidentStatus.DISPATCHED


def test_the_callers_own_words_stay_at_the_desk(told: Desk) -> None:
    sent(told, [GUARD])
    assert "maling" not in told.said_to(GUARD)[-1]


def test_every_type_and_place_fits_one_text(told: Desk) -> None:
    playbook = told.runtime.playbook
    place = "Lapangan sepak bola samping Masjid Raya Nurul Iman dekat simpang empat pasar baru " * 2
    with told.work() as work:
        incident = fetch(work, told.incident().id)
        incident.rt, incident.people, incident.place, incident.number = 99, 12, place, "10000"
        for incident.type_code in playbook.types:
            for incident.area_code in playbook.areas:
                words = dispatch_text(work, incident, summary_of(work, incident))
                assert measure(words).parts == 1, words


def test_nobody_is_alerted_twice_for_one_event(told: Desk) -> None:
    sent(told, [GUARD])
    with pytest.raises(ConflictError):
        sent(told, [GUARD])
    assert len(told.said_to(GUARD)) == 1


def test_whoever_declined_can_be_asked_again(told: Desk) -> None:
    sent(told, [GUARD])
    told.text(GUARD, "1007 2")
    sent(told, [GUARD])
    told.text(GUARD, "1007 1")
    assert [(task.wave, task.status) for task in tasks(told)] == [
        (1, UnitStatus.DECLINED),
        (2, UnitStatus.ACCEPTED),
    ]


def test_an_unverified_or_closed_incident_sends_nobody(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    with pytest.raises(ConflictError), desk.work() as work:
        dispatch.dispatch(work, desk.incident().id, [1], "", OPERATOR)
    verified(desk)
    closed(desk)
    with pytest.raises(ConflictError), desk.work() as work:
        dispatch.dispatch(work, desk.incident().id, [1], "", OPERATOR)


def test_two_operators_at_once_alert_a_unit_once(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, THEFT)
    seen = verified(any_desk)
    both = threading.Barrier(2)

    def alert(_: int) -> bool:
        both.wait(10)
        try:
            with any_desk.work() as work:
                dispatch.dispatch(work, seen.id, [1], "", OPERATOR, stamp=stamp_of(seen))
        except StaleError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(alert, range(2))) == [False, True]
    assert len(tasks(any_desk)) == 1


def test_a_unit_that_answers_while_the_desk_stands_it_down_ends_in_one_state(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, THEFT)
    sent(any_desk, [GUARD])
    both = threading.Barrier(2)
    clear = Answer(StatusCode.CLEAR, "beres")

    def answer() -> None:
        both.wait(10)
        with any_desk.work() as work:
            dispatch.set_status(work, 1, clear, OPERATOR)

    def stand_down() -> None:
        both.wait(10)
        with any_desk.work() as work:
            dispatch.stand_down(work, 1, OPERATOR)

    with ThreadPoolExecutor(2) as pool:
        errors = [done.exception() for done in [pool.submit(answer), pool.submit(stand_down)]]
    assert [type(error) for error in errors if error] == [IllegalTransitionError]
    won = UnitStatus.CLEAR if errors[0] is None else UnitStatus.STOOD_DOWN
    assert tasks(any_desk)[0].status is won


def test_the_desk_enters_what_was_said_by_telephone(told: Desk) -> None:
    sent(told, [GUARD])
    with told.work() as work:
        dispatch.set_status(work, 1, Answer(StatusCode.EN_ROUTE, "pakai motor", minutes=15), OPERATOR)
    assert tasks(told)[0].status is UnitStatus.EN_ROUTE
    line = next(entry for entry in told.log() if entry.kind == "unit_en_route")
    assert (line.actor_name, line.words, line.assignment_id) == (OPERATOR.name, "pakai motor", 1)


def test_nobody_comes_to_a_closed_incident_any_more(told: Desk) -> None:
    sent(told, [GUARD])
    told.text(GUARD, "1007 2")
    closed(told)
    with pytest.raises(ConflictError), told.work() as work:
        dispatch.set_status(work, 1, Answer(StatusCode.ACCEPT), OPERATOR)
    assert tasks(told)[0].status is UnitStatus.DECLINED


def test_standing_down_is_told_and_logged(told: Desk) -> None:
    sent(told, [GUARD])
    with told.work() as work:
        dispatch.stand_down(work, 1, OPERATOR)
    told.settle()
    assert "tidak perlu datang" in told.said_to(GUARD)[-1]
    assert kinds_of_log(told)[-2:] == ["stood_down", "text_out"]
    assert told.incident().status is IncidentStatus.VERIFIED


def test_an_assignment_that_is_none_is_no_such_thing(told: Desk) -> None:
    with pytest.raises(NoSuchIncidentError), told.work() as work:
        dispatch.stand_down(work, 99, OPERATOR)


def test_the_incident_is_as_far_as_its_furthest_unit(told: Desk) -> None:
    sent(told, [GUARD, POLICE])
    seen = []
    for number, words in [(GUARD, "1007 2"), (POLICE, "1007 1"), (POLICE, "1007 4"), (POLICE, "1007 6 aman")]:
        told.text(number, words)
        seen.append(told.incident().status)
    assert seen == ["DISPATCHED", "UNDER_WAY", "ON_SCENE", "REPORTED"]


def test_a_long_summary_is_cut_to_what_can_be_kept(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, THEFT)
    incident = verified(any_desk, findings=Findings(place="x" * 300))
    with any_desk.work() as work:
        dispatch.dispatch(work, incident.id, [1], "y" * 300, OPERATOR)
    assert (len(any_desk.incident().place), len(any_desk.incident().summary)) == (200, 200)
