"""What people tell us becomes reports and incidents; nothing known is lost, nothing decided is overruled."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.callers import caller_of
from hotline.domain.channels import Channel
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.incidents import NoSuchIncidentError
from hotline.intake import Reading, Told, Underline, enter_report, open_incident
from hotline.models import Caller, Report
from tests.hotline.journey import BEATEN, THEFT, closed, verified
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk


def entered(desk: Desk, told: Told, by: Actor = OPERATOR, number: str = "") -> None:
    with desk.work() as work:
        enter_report(work, told, by, number=number)


def walked_in(desk: Desk, words: str = "Ada ribut", **values: object) -> Told:
    return Told(Channel.WALK_IN, words, desk.clock.at - timedelta(hours=1), **values)  # type: ignore[arg-type]


def reports(desk: Desk) -> list[Report]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def test_a_walk_in_keeps_its_channel_and_the_time_it_was_really_made(desk: Desk) -> None:
    entered(desk, walked_in(desk, name="Bu Siti", entered_by=OPERATOR.id))
    report = reports(desk)[0]
    assert (report.channel, report.caller_name, report.entered_by) == (
        Channel.WALK_IN,
        "Bu Siti",
        OPERATOR.id,
    )
    assert report.received_at - report.made_at == timedelta(hours=1)


def test_nobody_reports_from_the_future(desk: Desk) -> None:
    entered(desk, Told(Channel.RADIO, "Ada ribut", desk.clock.at + timedelta(days=1)))
    assert reports(desk)[0].made_at == desk.clock.at


@pytest.mark.parametrize("typed", ["0812-0000-0001", "+62 812 0000 0001", "6281200000001"])
def test_a_typed_number_is_the_callers(desk: Desk, typed: str) -> None:
    desk.text(RESIDENT, THEFT)
    entered(desk, walked_in(desk, number=typed), number="1007")
    with desk.runtime.reading() as session:
        assert session.scalars(select(Caller.number)).all() == [RESIDENT]


@pytest.mark.parametrize("typed", ["Pak RT", "12345", "0812", "x" * 300])
def test_what_is_no_telephone_is_kept_as_a_name(any_desk: Desk, typed: str) -> None:
    entered(any_desk, walked_in(any_desk, number=typed))
    assert (reports(any_desk)[0].caller_id, reports(any_desk)[0].caller_name) == (None, typed[:120])


def test_a_report_can_be_added_to_a_known_incident(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    entered(desk, walked_in(desk), number="1007")
    assert (len(desk.incidents()), len(reports(desk))) == (1, 2)


@pytest.mark.parametrize("number", ["1008", "1010", "abc"])
def test_a_slip_in_the_number_opens_nothing_in_silence(desk: Desk, number: str) -> None:
    desk.text(RESIDENT, THEFT)
    with pytest.raises(NoSuchIncidentError):
        entered(desk, walked_in(desk), number=number)
    assert len(reports(desk)) == 1


def test_who_may_not_see_may_not_add_and_who_only_reads_may_not_enter(desk: Desk) -> None:
    desk.text(RESIDENT, BEATEN)
    with desk.work() as work:
        work.session.get_one(type(desk.incident()), 1).priority = Priority.SEDANG
    with pytest.raises(NoSuchIncidentError):
        entered(desk, walked_in(desk), number="1007")
    entered(desk, walked_in(desk), COORDINATOR, number="1007")
    with pytest.raises(NotAllowedError):
        entered(desk, walked_in(desk), Actor("operator", 1, "Auditor", Role.AUDITOR))


def test_a_plea_not_to_be_called_holds_whoever_typed_it(desk: Desk) -> None:
    entered(desk, walked_in(desk, number=RESIDENT, reading=Reading(do_not_call=True)))
    verified(desk)
    closed(desk)
    assert desk.said_to(RESIDENT) == []
    assert [entry.kind for entry in desk.log()][:2] == ["report", "quiet"]


@pytest.mark.parametrize(
    ("reading", "after"),
    [
        (Reading(), Priority.SEDANG),
        (Reading(priority=Priority.DARURAT, reasons=("weapon",)), Priority.DARURAT),
        (Reading(type_code="API", priority=Priority.DARURAT), Priority.DARURAT),
        (Reading(type_code="BISING", priority=Priority.RENDAH), Priority.SEDANG),
    ],
)
def test_a_further_report_only_raises_and_only_for_a_cause(
    desk: Desk, reading: Reading, after: Priority
) -> None:
    first = Reading(type_code="CURI", priority=Priority.SEDANG)
    entered(desk, walked_in(desk, reading=first))
    entered(desk, walked_in(desk, reading=reading), number="1007")
    assert (desk.incident().priority, desk.incident().rank) == (after, after.rank)


def test_a_further_report_fills_holes_and_changes_nothing_that_is_known(desk: Desk) -> None:
    entered(desk, walked_in(desk, reading=Reading(rt=5)))
    further = Reading(type_code="CURI", area_code="EJ", rt=9, place="pasar", people=3, reasons=("crowd",))
    entered(desk, walked_in(desk, reading=further), number="1007")
    incident = desk.incident()
    assert (incident.type_code, incident.area_code, incident.rt, incident.place) == ("CURI", "EJ", 5, "pasar")
    assert (incident.people, incident.reasons) == (3, "crowd")


def test_what_was_understood_is_marked_in_the_words(desk: Desk) -> None:
    entered(desk, walked_in(desk, reading=Reading(underlines=(Underline(0, 3, 'the "type"'),))))
    assert reports(desk)[0].spans == '[[0,3,"the \\"type\\""]]'


def test_two_processes_that_hear_of_one_number_know_one_caller(any_desk: Desk) -> None:
    both = threading.Barrier(4)

    def hear(_: int) -> int:
        both.wait(10)
        with any_desk.work() as work:
            return caller_of(work, RESIDENT).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(hear, range(4)))) == 1


def test_two_incidents_opened_at_once_have_two_numbers(any_desk: Desk) -> None:
    both = threading.Barrier(4)

    def hear(_: int) -> str | None:
        both.wait(10)
        with any_desk.work() as work:
            return open_incident(work, walked_in(any_desk), OPERATOR).number

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(hear, range(4)), key=str) == ["1007", "1010", "1029", "1032"]
