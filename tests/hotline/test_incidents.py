"""Finding an incident, holding it, and writing its log."""

from contextlib import closing
from pathlib import Path

import pytest

from hotline import merging
from hotline.incidents import (
    LONGEST_LINE,
    NoSuchIncidentError,
    StaleError,
    family,
    fetch,
    find,
    find_for,
    log,
    may_see,
    numbers,
    stamp_of,
)
from tests.hotline.journey import BEATEN, THEFT
from tests.support.desk import COORDINATOR, NEIGHBOUR, OPERATOR, RESIDENT, Desk


@pytest.fixture
def chain(desk: Desk) -> Desk:
    """1007 was merged into 1010, and that into 1029."""
    for number in (RESIDENT, NEIGHBOUR, "+6281200000003"):
        desk.text(number, THEFT)
    for number, into in (("1007", "1010"), ("1010", "1029")):
        with desk.work() as work:
            merging.merge(work, desk.incident(number).id, into, OPERATOR)
    return desk


def test_any_number_of_a_chain_leads_to_its_end(chain: Desk) -> None:
    with chain.work() as work:
        assert {
            found.number for number in ("1007", "1010", "1029") if (found := find(work.session, number))
        } == {"1029"}
        assert fetch(work, 1).number == "1029"
        assert family(work.session, 3) == [3, 2, 1]
        assert numbers(work.session, [3, 2, 1]) == ["1007", "1010", "1029"]


@pytest.mark.parametrize("number", ["1008", "9999", "", "10o7", "1032"])
def test_a_number_that_is_none_finds_nothing(chain: Desk, number: str) -> None:
    with chain.work() as work:
        assert find(work.session, number) is None
        with pytest.raises(NoSuchIncidentError):
            find_for(work, number, OPERATOR)


def test_an_id_that_is_none_is_told_as_such(chain: Desk) -> None:
    with pytest.raises(NoSuchIncidentError), chain.work() as work:
        fetch(work, 99)


def test_holding_reads_what_is_true_now(postgresql_url: str, tmp_path: Path) -> None:
    """What a session saw before it waited is not what it decides by."""
    with closing(Desk(postgresql_url, tmp_path / "var")) as desk:
        desk.text(RESIDENT, THEFT)
        with desk.work() as work:
            seen = find(work.session, "1007")
            assert seen is not None
            before = stamp_of(seen)
            desk.text(RESIDENT, "malingnya masih di rt 5 eka jaya bawa parang")
            assert (stamp_of(seen), seen.priority) == (before, "tinggi")
            assert fetch(work, seen.id).priority == "darurat"
            with pytest.raises(StaleError):
                fetch(work, seen.id, stamp=before)


def test_an_emergency_is_everybodys_and_the_rest_of_the_confidential_the_coordinators(desk: Desk) -> None:
    desk.text(RESIDENT, BEATEN)
    incident = desk.incident()
    assert incident.confidential
    assert may_see(COORDINATOR, incident)
    assert may_see(OPERATOR, incident) is (incident.priority == "darurat")


def test_a_line_of_the_log_says_who_and_when_and_is_not_endless(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    with desk.work() as work:
        log(work, fetch(work, 1), "note", OPERATOR, "x" * 9999)
    line = desk.log()[-1]
    assert (line.at, line.actor_kind, line.actor_id, line.actor_name) == (
        desk.clock.at,
        "operator",
        1,
        OPERATOR.name,
    )
    assert len(line.words) == LONGEST_LINE
