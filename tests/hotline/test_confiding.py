"""Complaints about somebody in office are the coordinator's, and nobody is sent to them by itself."""

import pytest
from sqlalchemy import select

from hotline import confiding, dispatch, merging, verification
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor, NotAllowedError
from hotline.domain.tasks import TaskKind
from hotline.incidents import may_see
from hotline.models import Incident, Unit
from hotline.privacy.emptying import OF_INCIDENT
from hotline.roster import suggestions
from hotline.verification import Findings
from tests.hotline.callout import call_out, climbs, empty_desk, enlist, kinds, off_duty
from tests.hotline.journey import THEFT, kinds_of_log, verified
from tests.support.desk import COORDINATOR, NEIGHBOUR, OPERATOR, RESIDENT, Desk

COMPLAINT = "petugas linmas minta uang di rt 5 eka jaya"
BLOWS = "saya dipukuli linmas pakai parang di rt 5 eka jaya, berdarah"


def confide(desk: Desk, by: Actor = OPERATOR) -> Incident:
    with desk.work() as work:
        return confiding.confide(work, desk.incident("1007").id, "officer", by)


def open_up(desk: Desk, by: Actor) -> None:
    with desk.work() as work:
        confiding.open_up(work, desk.incident("1007").id, "officer", by)


def test_a_complaint_about_an_officer_is_the_coordinators_whatever_its_type(desk: Desk) -> None:
    desk.text(RESIDENT, COMPLAINT)
    incident = desk.incident()
    assert not desk.runtime.playbook.types[incident.type_code].confidential
    assert (may_see(OPERATOR, incident), may_see(COORDINATOR, incident)) == (False, True)


def test_a_later_text_of_the_caller_makes_it_so_too(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    verified(desk)
    assert may_see(OPERATOR, desk.incident())
    desk.text(RESIDENT, "1007 malingnya dibekingi oknum polisi")
    assert not may_see(OPERATOR, desk.incident())


def test_what_else_the_desk_finds_does_not_open_it(desk: Desk) -> None:
    desk.text(RESIDENT, COMPLAINT)
    with desk.work() as work:
        verification.correct(work, desk.incident().id, Findings(type_code="CURI"), COORDINATOR)
    assert desk.incident().confidential


def test_the_operator_marks_what_he_heard_and_holds_it_no_longer(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    with desk.work() as work:
        verification.claim(work, desk.incident().id, OPERATOR)
    marked = confide(desk)
    assert (marked.confidential, marked.claimed_by) == (True, None)
    confide(desk, COORDINATOR)
    assert kinds_of_log(desk).count("confided") == 1
    assert desk.log()[-1].words == "keluhan tentang petugas"


def test_only_who_sees_it_opens_it_up_again(desk: Desk) -> None:
    desk.text(RESIDENT, BLOWS)
    assert desk.incident().priority is Priority.DARURAT
    with pytest.raises(NotAllowedError):
        open_up(desk, OPERATOR)
    open_up(desk, COORDINATOR)
    assert not desk.incident().confidential
    assert "officer" not in desk.incident().reasons
    assert kinds_of_log(desk)[-1] == "opened_up"


def test_a_complaint_that_was_merged_hides_the_event_until_it_is_opened(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.text(NEIGHBOUR, COMPLAINT)
    theft, complaint = desk.incidents()
    with desk.work() as work:
        merging.merge(work, complaint.id, theft.number or "", COORDINATOR)
    assert desk.incident("1007").confidential
    open_up(desk, COORDINATOR)
    assert [each.confidential for each in desk.incidents()] == [False, False]


def test_what_was_hidden_stays_hidden_when_its_words_are_forgotten(desk: Desk) -> None:
    desk.text(RESIDENT, COMPLAINT)
    with desk.work() as work:
        incident = work.session.get_one(Incident, desk.incident().id)
        incident.reasons, incident.forgotten_at = OF_INCIDENT["reasons"], work.now
        verification.correct(work, incident.id, Findings(people=2), COORDINATOR)
    assert desk.incident().confidential


def test_nobody_is_proposed_and_who_declines_is_not_replaced_by_his_colleague(desk: Desk) -> None:
    off_duty(desk)
    guards = enlist(desk, 3)
    desk.text(RESIDENT, BLOWS)
    verified(desk)
    with desk.work() as work:
        found = suggestions(work.session, work.playbook, desk.incident(), work.now)
    assert len(found) == 3
    assert not any(each.proposed for each in found)
    call_out(desk, "1007", guards[:1], guards=1)
    desk.text(guards[0], "1007 2")
    assert not desk.said_to(guards[1])
    assert TaskKind.NOBODY_LEFT in kinds(desk)
    with desk.work() as work:
        chosen = work.session.scalars(select(Unit.id).where(Unit.number == guards[1])).one()
        dispatch.dispatch(work, desk.incident().id, [chosen], "", OPERATOR)
    desk.settle()
    assert desk.said_to(guards[1])


def test_with_an_empty_desk_the_coordinator_is_asked_first_and_told_that_nobody_went(desk: Desk) -> None:
    off_duty(desk)
    enlist(desk, 1, "PIKET", None)
    (coordinator,) = enlist(desk, 1, "TRANTIB", None)
    guards = enlist(desk, 2)
    empty_desk(desk)
    desk.text(RESIDENT, BLOWS)
    assert desk.said_to(coordinator)[-1].startswith("MEJA KOSONG 1007")
    desk.text(coordinator, f"V 1007 {climbs(desk)[-1].challenge}")
    assert "110 atau 112" in desk.said_to(coordinator)[-1]
    assert not any(desk.said_to(guard) for guard in guards)
