"""The desk claims, checks, ranks and rejects."""

import pytest

from hotline import verification
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.incidents import ConflictError, StaleError, stamp_of
from hotline.verification import CLAIM_LEASE, Findings
from tests.hotline.journey import BEATEN, THEFT, closed, kinds_of_log, sent, verified
from tests.support.desk import COORDINATOR, GUARD, NEIGHBOUR, OPERATOR, RESIDENT, Desk

AUDITOR = Actor("operator", 2, "Auditor", Role.AUDITOR)


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A theft, reported by a resident."""
    desk.text(RESIDENT, THEFT)
    return desk


def test_verifying_is_a_moment_with_a_name_and_a_line(told: Desk) -> None:
    verified(told, findings=Findings(priority=Priority.DARURAT))
    incident = told.incident()
    assert (incident.status, incident.rank) == (IncidentStatus.VERIFIED, 1)
    assert (incident.verified_at, incident.verified_by) == (told.clock.at, OPERATOR.id)
    assert told.log()[-1].words == "DARURAT; tinggi -> darurat"


def test_verifying_again_corrects_and_keeps_the_first_moment(told: Desk) -> None:
    verified(told)
    told.clock.advance(minutes=5)
    verified(told, findings=Findings(rt=9))
    assert told.incident().verified_at != told.clock.at
    assert kinds_of_log(told)[-1] == "corrected"


def test_what_was_corrected_stands_in_the_log(told: Desk) -> None:
    with told.work() as work:
        found = Findings(
            type_code="API", area_code="PS", rt=3, place="dekat pasar", people=4, summary="Api di pasar"
        )
        verification.correct(work, told.incident().id, found, OPERATOR)
    words = told.log()[-1].words
    for part in (
        "Kebakaran",
        "Eka Jaya RT 5 -> Payo Selincah RT 3 dekat pasar",
        "- -> 4 org",
        "Api di pasar",
    ):
        assert part in words


def test_an_empty_value_empties_and_none_leaves(told: Desk) -> None:
    with told.work() as work:
        verification.correct(work, told.incident().id, Findings(rt=0, area_code=""), OPERATOR)
    assert (told.incident().rt, told.incident().area_code, told.incident().type_code) == (None, None, "CURI")


def test_whoever_looks_at_an_old_state_is_refused(told: Desk) -> None:
    seen = stamp_of(told.incident())
    verified(told)
    with pytest.raises(StaleError), told.work() as work:
        verification.verify(work, told.incident().id, Findings(), OPERATOR, stamp=seen)


def test_a_claim_holds_for_a_while_and_taking_over_stands_in_the_log(told: Desk) -> None:
    for by in (OPERATOR, COORDINATOR):
        with told.work() as work:
            verification.claim(work, told.incident().id, by)
    told.clock.at += CLAIM_LEASE
    with told.work() as work:
        verification.claim(work, told.incident().id, OPERATOR)
    assert kinds_of_log(told)[-3:] == ["claimed", "taken_over", "claimed"]


def test_rejecting_ends_it_with_a_reason_and_tells_the_caller(told: Desk) -> None:
    with told.work() as work:
        verification.reject(work, told.incident().id, "NOT_FOUND", "sudah dicek Pak RT", OPERATOR)
    told.settle()
    incident = told.incident()
    assert (incident.disposition, incident.status) == (Disposition.UNFOUNDED, IncidentStatus.CLOSED)
    assert incident.informed_at == told.clock.at
    assert "tidak ditemukan" in told.said_to(RESIDENT)[-1]


def test_a_prank_is_rejected_without_a_word(told: Desk) -> None:
    with told.work() as work:
        verification.reject(work, told.incident().id, "PRANK", "", OPERATOR)
    told.settle()
    assert len(told.said_to(RESIDENT)) == 1
    assert told.incident().informed_at is None


def test_what_units_were_sent_to_is_closed_and_not_rejected(told: Desk) -> None:
    sent(told, [GUARD])
    with pytest.raises(ConflictError), told.work() as work:
        verification.reject(work, told.incident().id, "NOT_FOUND", "", OPERATOR)


def test_nothing_is_changed_once_it_is_closed(told: Desk) -> None:
    verified(told)
    closed(told)
    incident_id = told.incident().id
    for act in (verification.correct, verification.verify):
        with pytest.raises(ConflictError), told.work() as work:
            act(work, incident_id, Findings(rt=1), OPERATOR)
    with pytest.raises(ConflictError), told.work() as work:
        verification.claim(work, incident_id, OPERATOR)


def test_an_auditor_only_reads(told: Desk) -> None:
    with pytest.raises(NotAllowedError), told.work() as work:
        verification.verify(work, told.incident().id, Findings(), AUDITOR)


def test_a_confidential_incident_is_the_coordinators(desk: Desk) -> None:
    desk.text(RESIDENT, BEATEN)
    with desk.work() as work:
        verification.correct(work, desk.incident().id, Findings(priority=Priority.SEDANG), COORDINATOR)
    with pytest.raises(NotAllowedError), desk.work() as work:
        verification.verify(work, desk.incident().id, Findings(), OPERATOR)
    with desk.work() as work:
        verification.verify(work, desk.incident().id, Findings(), COORDINATOR)


def test_naming_a_confidential_type_hides_it_and_another_name_shows_it_again(told: Desk) -> None:
    for code, hidden in (("KDRT", True), ("CURI", False)):
        with told.work() as work:
            verification.correct(work, told.incident().id, Findings(type_code=code), COORDINATOR)
        assert told.incident().confidential is hidden


def test_a_word_that_is_not_in_the_playbook_changes_nothing(told: Desk) -> None:
    with pytest.raises(KeyError), told.work() as work:
        verification.correct(work, told.incident().id, Findings(rt=9, type_code="UFO"), OPERATOR)
    assert told.incident().rt == 5
    assert told.said_to(NEIGHBOUR) == []
