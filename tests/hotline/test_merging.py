"""Several reports of one event are told as one, and can be told apart again."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hotline import merging, verification
from hotline.domain.lifecycle import IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError, NoSuchIncidentError, StaleError
from hotline.models import Incident
from hotline.verification import Findings
from tests.hotline.callout import empty_desk, kinds, pass_time
from tests.hotline.journey import BEATEN, THEFT, closed, kinds_of_log, sent, verified
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk

THIRD = "+6281200000003"


def merged(desk: Desk, number: str, into: str, by: Actor = OPERATOR) -> None:
    with desk.work() as work:
        merging.merge(work, desk.incident(number).id, into, by)
    desk.settle()


def unmerged(desk: Desk, incident_id: int, by: Actor = OPERATOR) -> None:
    with desk.work() as work:
        merging.unmerge(work, incident_id, by)
    desk.settle()


def row(desk: Desk, incident_id: int) -> Incident:
    return next(each for each in desk.incidents() if each.id == incident_id)


@pytest.fixture
def two(desk: Desk) -> Desk:
    """One theft, reported by two people: 1007 and 1010."""
    desk.text(RESIDENT, THEFT)
    desk.text(NEIGHBOUR, THEFT)
    return desk


def test_the_old_number_leads_to_the_event_and_its_caller_hears_the_new_one(two: Desk) -> None:
    merged(two, "1010", "1007")
    assert two.incident("1010").number == "1007"
    assert "1010 sama kejadiannya dengan laporan 1007" in two.said_to(NEIGHBOUR)[-1]
    assert len(two.said_to(RESIDENT)) == 1


def test_both_callers_hear_how_it_ended_once_each_through_a_chain_of_merges(two: Desk) -> None:
    two.text(THIRD, THEFT)
    two.text(RESIDENT, "kebakaran rt 9 payo selincah")
    merged(two, "1010", "1007")
    merged(two, "1007", "1029")
    merged(two, "1032", "1029")
    verified(two, "1029")
    closed(two, "1007")
    for number in (RESIDENT, NEIGHBOUR, THIRD):
        assert sum("1029 selesai" in words for words in two.said_to(number)) == 1


def test_units_stay_on_the_event(two: Desk) -> None:
    sent(two, [GUARD], "1010")
    merged(two, "1010", "1007")
    assert two.incident("1007").status is IncidentStatus.DISPATCHED
    assert two.incident("1007").verified_at is not None


def test_the_more_urgent_of_both_holds_and_parting_gives_it_back(two: Desk) -> None:
    verified(two, "1010", Findings(priority=Priority.DARURAT))
    child = two.incident("1010").id
    merged(two, "1010", "1007")
    assert (two.incident("1007").priority, two.incident("1007").rank) == (Priority.DARURAT, 1)
    unmerged(two, child)
    incident = two.incident("1007")
    assert (incident.priority, incident.verified_at, incident.status) == (
        "tinggi",
        None,
        IncidentStatus.RECEIVED,
    )
    assert two.incident("1010").status is IncidentStatus.VERIFIED


def test_what_the_desk_decided_while_they_were_one_is_not_given_back(two: Desk) -> None:
    verified(two, "1010", Findings(priority=Priority.DARURAT))
    child = two.incident("1010").id
    merged(two, "1010", "1007")
    verified(two, "1007", Findings(priority=Priority.SEDANG))
    unmerged(two, child)
    assert two.incident("1007").priority is Priority.SEDANG


def test_parting_gives_each_its_units_callers_and_number_back(two: Desk) -> None:
    sent(two, [GUARD], "1010")
    child = two.incident("1010").id
    merged(two, "1010", "1007")
    unmerged(two, child)
    assert (two.incident("1007").status, two.incident("1010").status) == ("RECEIVED", "DISPATCHED")
    assert "memakai no. 1010" in two.said_to(NEIGHBOUR)[-1]
    assert len(two.said_to(RESIDENT)) == 1
    two.text(GUARD, "1010 4")
    assert two.incident("1010").status is IncidentStatus.ON_SCENE


def test_each_keeps_a_whole_log(two: Desk) -> None:
    child = two.incident("1010").id
    merged(two, "1010", "1007")
    unmerged(two, child)
    for incident in two.incidents():
        kinds = [entry.kind for entry in two.log() if entry.incident_id == incident.id]
        assert {"merged", "unmerged"} <= set(kinds)
    assert "raised" not in kinds_of_log(two)


def test_a_confidential_part_makes_the_event_confidential_until_they_part(two: Desk) -> None:
    two.text(THIRD, BEATEN)
    child = two.incident("1029").id
    public = two.incident("1010").id
    merged(two, "1010", "1007", COORDINATOR)
    merged(two, "1029", "1007", COORDINATOR)
    assert two.incident("1007").confidential
    assert row(two, public).confidential  # its recording and its texts are found by way of itself
    unmerged(two, child, COORDINATOR)
    assert not two.incident("1007").confidential
    assert not row(two, public).confidential
    assert two.incident("1029").confidential


def test_what_is_not_for_me_is_no_place_to_merge_into(two: Desk) -> None:
    two.text(THIRD, BEATEN)
    with two.work() as work:
        verification.correct(work, two.incident("1029").id, Findings(priority=Priority.SEDANG), COORDINATOR)
    with pytest.raises(NoSuchIncidentError):
        merged(two, "1007", "1029")


@pytest.mark.parametrize("into", ["1011", "9999", "", "1064"])
def test_a_number_that_is_none_is_refused(two: Desk, into: str) -> None:
    with pytest.raises(NoSuchIncidentError):
        merged(two, "1007", into)


def test_nothing_is_merged_into_itself_nor_after_the_end(two: Desk) -> None:
    with pytest.raises(ConflictError):
        merged(two, "1007", "1007")
    verified(two, "1007")
    closed(two, "1007")
    for number, into in (("1010", "1007"), ("1007", "1010")):
        with pytest.raises(ConflictError):
            merged(two, number, into)


def test_a_closed_event_is_reopened_before_it_is_taken_apart(two: Desk) -> None:
    child = two.incident("1010").id
    merged(two, "1010", "1007")
    verified(two, "1007")
    closed(two, "1007")
    with pytest.raises(ConflictError):
        unmerged(two, child)


def test_two_who_merge_crosswise_end_with_one_event(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, THEFT)
    any_desk.text(NEIGHBOUR, THEFT)
    both = threading.Barrier(2)

    def merge(numbers: tuple[int, str]) -> str:
        both.wait(10)
        try:
            with any_desk.work() as work:
                merging.merge(work, numbers[0], numbers[1], OPERATOR)
        except (ConflictError, StaleError) as error:
            return type(error).__name__
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(merge, [(1, "1010"), (2, "1007")]))
    assert ends.count("merged") == 1
    assert sum(each.merged_into_id is None for each in any_desk.incidents()) == 1


def test_parting_and_answering_at_once_end_well(any_desk: Desk) -> None:
    any_desk.text(RESIDENT, THEFT)
    any_desk.text(NEIGHBOUR, THEFT)
    sent(any_desk, [GUARD], "1010")
    merged(any_desk, "1010", "1007")
    both = threading.Barrier(2)

    def part() -> None:
        both.wait(10)
        unmerged(any_desk, 2)

    def answer() -> None:
        both.wait(10)
        any_desk.text(GUARD, "1010 4")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(part), pool.submit(answer)]:
            done.result()
    any_desk.clock.advance(minutes=1)
    any_desk.settle()
    assert row(any_desk, 2).status is IncidentStatus.ON_SCENE
    assert row(any_desk, 1).status is IncidentStatus.RECEIVED


def test_what_both_ask_of_the_desk_rings_once_and_parted_each_rings_again(desk: Desk) -> None:
    empty_desk(desk)
    for who in (RESIDENT, NEIGHBOUR):
        desk.text(who, "begal bawa parang di rt 5 eka jaya")
    second = desk.incident("1010").id
    assert kinds(desk) == [TaskKind.UNCLAIMED] * 2
    merged(desk, "1010", "1007")
    pass_time(desk, 300)
    assert kinds(desk) == [TaskKind.UNCLAIMED]
    unmerged(desk, second)
    assert kinds(desk) == [TaskKind.UNCLAIMED] * 2
    verified(desk, "1010")
    merged(desk, "1010", "1007")
    assert TaskKind.UNCLAIMED not in kinds(desk)
