"""An end is told once, takes everybody off the task, and can be taken back."""

from collections.abc import Callable
from datetime import date

import pytest

from hotline import closing
from hotline.closing import Closing
from hotline.domain.lifecycle import ACTIVE, Disposition, IncidentStatus
from hotline.domain.rights import NotAllowedError
from hotline.incidents import ConflictError
from hotline.models import Incident
from tests.hotline.journey import THEFT, closed, kinds_of_log, sent, tasks, verified
from tests.support.desk import COORDINATOR, GUARD, OPERATOR, POLICE, RESIDENT, Desk


@pytest.fixture
def done(desk: Desk) -> Desk:
    """A theft that one unit has reported on and another is coming for."""
    desk.text(RESIDENT, THEFT)
    sent(desk, [GUARD, POLICE])
    desk.text(POLICE, "1007 1")
    desk.text(GUARD, "1007 6 sudah aman, motor ketemu")
    return desk


def reopened(desk: Desk) -> None:
    with desk.work() as work:
        closing.reopen(work, desk.incident().id, "kejadian lagi", COORDINATOR)
    desk.settle()


def test_closing_takes_the_units_reports_over_and_stands_the_rest_down(done: Desk) -> None:
    closed(done)
    assert done.incident().field_report == "Arif: sudah aman, motor ketemu"
    assert not [task for task in tasks(done) if task.status in ACTIVE]
    assert "tidak perlu datang" in done.said_to(POLICE)[-1]
    assert "tidak perlu datang" not in done.said_to(GUARD)[-1]


def test_the_caller_hears_how_it_ended_once(done: Desk) -> None:
    closed(done)
    assert [("selesai ditangani" in words) for words in done.said_to(RESIDENT)].count(True) == 1
    assert done.incident().informed_at == done.clock.at


@pytest.mark.parametrize(
    ("disposition", "words"),
    [
        (Disposition.REFERRED, "instansi yang berwenang"),
        (Disposition.UNFOUNDED, "tidak ditemukan"),
        (Disposition.DUPLICATE, "sama dengan laporan lain"),
        (Disposition.CANCELLED, "dibatalkan"),
        (Disposition.OUT_OF_AREA, "di luar Kec. Paal Merah"),
    ],
)
def test_each_outcome_has_its_words(done: Desk, disposition: Disposition, words: str) -> None:
    closed(done, disposition=disposition)
    assert words in done.said_to(RESIDENT)[-1]


def test_only_the_coordinator_closes_and_reopens(done: Desk) -> None:
    with pytest.raises(NotAllowedError), done.work() as work:
        closing.close(work, done.incident().id, Closing(Disposition.RESOLVED), OPERATOR)
    closed(done)
    with pytest.raises(NotAllowedError), done.work() as work:
        closing.reopen(work, done.incident().id, "", OPERATOR)


def test_what_was_never_verified_is_not_closed(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    with pytest.raises(ConflictError):
        closed(desk)


def test_closing_twice_is_a_conflict(done: Desk) -> None:
    closed(done)
    with pytest.raises(ConflictError):
        closed(done)


def test_a_reopened_incident_is_where_its_facts_put_it_and_its_caller_hears_of_it(done: Desk) -> None:
    closed(done)
    reopened(done)
    incident = done.incident()
    assert (incident.status, incident.closed_at, incident.informed_at) == (
        IncidentStatus.REPORTED,
        None,
        None,
    )
    assert "kami buka lagi" in done.said_to(RESIDENT)[-1]
    with pytest.raises(ConflictError):
        reopened(done)


def test_a_second_closing_is_told_again(done: Desk) -> None:
    closed(done)
    reopened(done)
    closed(done, disposition=Disposition.REFERRED)
    assert [kind for kind in kinds_of_log(done) if kind in {"closed", "reopened"}] == [
        "closed",
        "reopened",
        "closed",
    ]
    assert "instansi" in done.said_to(RESIDENT)[-1]


def test_help_that_comes_again_after_a_reopening_is_told_again(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    for again in (True, False):
        sent(desk, [POLICE])
        desk.text(POLICE, "1007 3")
        if again:
            closed(desk)
            reopened(desk)
    assert sum("menuju lokasi" in words for words in desk.said_to(RESIDENT)) == 2


def test_recommendation_and_reason_stand_in_the_log(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    verified(desk)
    with desk.work() as work:
        end = Closing(Disposition.RESOLVED, "", "tambah ronda", "Danru", date(2026, 4, 1))
        closing.close(work, desk.incident().id, end, COORDINATOR)
    reopened(desk)
    words = {entry.kind: entry.words for entry in desk.log()}
    assert (words["closed"], words["reopened"]) == ("Selesai ditangani: tambah ronda", "kejadian lagi")


@pytest.mark.parametrize("act", [closing.close, closing.propose])
@pytest.mark.parametrize(("owner", "due"), [("", date(2026, 4, 1)), (" ", date(2026, 4, 1)), ("Danru", None)])
def test_advice_without_a_person_or_a_day_ends_nothing(
    done: Desk, act: Callable[..., Incident], owner: str, due: date | None
) -> None:
    end = Closing(Disposition.RESOLVED, "", "tambah ronda", owner, due)
    with pytest.raises(ConflictError, match="a person and a day"), done.work() as work:
        act(work, done.incident().id, end, COORDINATOR)
    assert done.incident().disposition is None
