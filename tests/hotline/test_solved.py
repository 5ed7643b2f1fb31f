"""Closed means solved: the callers are asked one digit, and whoever says no is believed."""

from datetime import date

import pytest
from sqlalchemy import select

from hotline import closing, merging, verification
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition, IncidentStatus
from hotline.domain.playbook import Priority
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.domain.tasks import TaskKind
from hotline.incidents import ConflictError
from hotline.models import Feedback, FollowUp, Operator, Task
from hotline.verification import Findings
from tests.hotline.journey import THEFT, closed, kinds_of_log, verified
from tests.support.desk import COORDINATOR, NEIGHBOUR, OPERATOR, RESIDENT, Desk

SECOND = Actor("operator", 3, "Bu Wakil", Role.COORDINATOR)


@pytest.fixture
def done(desk: Desk) -> Desk:
    """A theft that ended, and whose caller was asked."""
    desk.text(RESIDENT, THEFT)
    verified(desk)
    closed(desk)
    return desk


def words(desk: Desk) -> list[Feedback]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Feedback).order_by(Feedback.id)))


def tasks(desk: Desk) -> list[TaskKind]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def test_the_closing_text_asks_one_digit(done: Desk) -> None:
    assert "1 benar, 2 belum" in done.said_to(RESIDENT)[-1]
    (word,) = words(done)
    assert (word.solved, word.answered_at) == (None, None)


@pytest.mark.parametrize("said", ["1", "YA", "ya", "benar", " 1 ", "Iya pak", "1 benar", "1 sudah teratasi"])
def test_a_yes_is_noted_and_thanked_for(done: Desk, said: str) -> None:
    done.text(RESIDENT, said)
    assert [word.solved for word in words(done)] == [True]
    assert done.incident().status is IncidentStatus.CLOSED
    assert "kami catat" in done.said_to(RESIDENT)[-1]


@pytest.mark.parametrize("said", ["2", "TIDAK", "belum", "blm", "belum pak", "2 belum", "2 belum teratasi"])
def test_a_no_opens_the_case_again_raises_it_and_asks_the_coordinator(done: Desk, said: str) -> None:
    done.text(RESIDENT, said)
    incident = done.incident()
    assert [word.solved for word in words(done)] == [False]
    assert incident.disposition is None
    assert incident.reopenings == 1
    assert incident.priority is Priority.DARURAT
    assert tasks(done) == [TaskKind.NOT_SOLVED]
    assert "kami buka lagi" in done.said_to(RESIDENT)[-1]
    assert {"not_solved", "reopened", "raised"} <= set(kinds_of_log(done))


def test_silence_stays_silence(done: Desk) -> None:
    done.clock.advance(hours=73)
    done.text(RESIDENT, "1")
    (word,) = words(done)
    assert word.solved is None
    assert word.expires_at < done.clock.at
    assert done.texts(inbound=True)[-1].unread


@pytest.mark.parametrize("said", ["3", "9", "12"])
def test_another_digit_decides_nothing_and_a_person_looks(done: Desk, said: str) -> None:
    done.text(RESIDENT, said)
    assert [word.solved for word in words(done)] == [None]
    assert done.incident().status is IncidentStatus.CLOSED
    assert done.texts(inbound=True)[-1].unread


@pytest.mark.parametrize("said", ["2", "belum", "belum pak, malingnya datang lagi"])
def test_a_late_answer_decides_nothing_and_a_person_reads_it_beside_its_case(done: Desk, said: str) -> None:
    done.clock.advance(days=5)
    done.text(RESIDENT, said)
    assert [word.solved for word in words(done)] == [None]
    message = done.texts(inbound=True)[-1]
    assert message.incident_id is not None
    assert message.unread or len(done.incidents()) == 2


def test_after_a_month_a_digit_is_no_answer_any_more(done: Desk) -> None:
    done.clock.advance(days=40)
    done.text(RESIDENT, "2")
    assert done.texts(inbound=True)[-1].incident_id is None
    assert done.texts(inbound=True)[-1].unread


def test_whoever_said_yes_may_still_say_no(done: Desk) -> None:
    done.text(RESIDENT, "1")
    done.text(RESIDENT, "2")
    assert [word.solved for word in words(done)] == [False]
    assert done.incident().disposition is None


def test_a_yes_after_a_no_does_not_close_it_again(done: Desk) -> None:
    done.text(RESIDENT, "2")
    done.text(RESIDENT, "1")
    assert done.incident().disposition is None


def test_every_caller_of_a_merged_case_hears_and_is_asked(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    desk.clock.advance(minutes=200)
    desk.text(NEIGHBOUR, THEFT)
    verified(desk)
    with desk.work() as work:
        merging.merge(work, desk.incident("1010").id, "1007", OPERATOR)
    desk.settle()
    closed(desk)
    for number in (RESIDENT, NEIGHBOUR):
        assert "laporan 1007 selesai ditangani" in desk.said_to(number)[-1]
    desk.text(NEIGHBOUR, "2")
    assert desk.incident("1007").disposition is None
    assert [word.solved for word in words(desk)] == [None, False]
    for number in (RESIDENT, NEIGHBOUR):
        assert "kami buka lagi" in desk.said_to(number)[-1]


def test_the_second_no_of_two_callers_raises_no_further(desk: Desk) -> None:
    desk.text(RESIDENT, "musik keras sekali di rt 5 eka jaya")
    desk.text(NEIGHBOUR, "musik keras sekali di rt 5 eka jaya")
    verified(desk)
    with desk.work() as work:
        merging.merge(work, desk.incident("1010").id, "1007", OPERATOR)
    before = desk.incident("1007").priority
    closed(desk)
    desk.text(NEIGHBOUR, "2")
    desk.text(RESIDENT, "2")
    incident = desk.incident("1007")
    assert (before.rank - incident.priority.rank, incident.reopenings) == (1, 1)
    assert tasks(desk) == [TaskKind.NOT_SOLVED]


def test_a_reopened_case_is_not_closed_by_its_callers_word(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    with desk.work() as work:
        verification.reject(work, desk.incident().id, "NOT_FOUND", "", OPERATOR)
    with desk.work() as work:
        closing.reopen(work, desk.incident().id, "ternyata ada", COORDINATOR)
    desk.text(RESIDENT, "BATAL 1007")
    assert desk.incident().disposition is None
    desk.clock.advance(days=30)
    desk.settle()
    assert desk.incident().disposition is None


def test_a_quiet_caller_is_not_asked(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT + " DIAM jangan telpon")
    verified(desk)
    assert desk.incident().do_not_call
    closed(desk)
    assert words(desk) == []


@pytest.mark.parametrize(
    ("said", "mark"), [("5", 5), ("1", 1), ("3", 3), ("6", None), ("0", None), ("ya", None)]
)
def test_where_the_playbook_asks_a_mark_follows_the_yes(desk: Desk, said: str, mark: int | None) -> None:
    desk.text(RESIDENT, "musik keras sekali di rt 5 eka jaya")
    verified(desk)
    closed(desk)
    desk.text(RESIDENT, "1")
    assert "Balas angkanya saja" in desk.said_to(RESIDENT)[-1]
    desk.text(RESIDENT, said)
    (word,) = words(desk)
    assert (word.solved, word.satisfaction) == (True, mark)
    assert desk.texts(inbound=True)[-1].unread is (mark is None)


# --- the second pair of eyes


@pytest.fixture
def robbed(desk: Desk) -> Desk:
    """A robbery: its end needs two people. A second coordinator is at hand."""
    with desk.work() as work:
        work.session.add(
            Operator(id=3, username="wakil", name=SECOND.name, role=Role.COORDINATOR, password_hash="")
        )
    desk.text(RESIDENT, THEFT)
    verified(desk, findings=Findings(type_code="BEGAL"))
    return desk


def test_a_coordinator_alone_does_not_end_what_needs_two(robbed: Desk) -> None:
    closed(robbed)
    closed(robbed)
    assert robbed.incident().disposition is None
    assert "1 benar" not in robbed.said_to(RESIDENT)[-1]


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [
        (OPERATOR, COORDINATOR, True),
        (COORDINATOR, OPERATOR, True),
        (COORDINATOR, SECOND, True),
        (COORDINATOR, COORDINATOR, False),
        (OPERATOR, OPERATOR, False),
    ],
)
def test_two_people_end_it_one_of_them_a_coordinator(
    robbed: Desk, first: Actor, second: Actor, ends: bool
) -> None:
    ended = Closing(Disposition.RESOLVED, "pelaku ditahan", "patroli malam", "Danru", date(2026, 4, 1))
    with robbed.work() as work:
        closing.propose(work, robbed.incident().id, ended, first)
    if not ends:
        with pytest.raises(ConflictError), robbed.work() as work:
            closing.confirm(work, robbed.incident().id, second)
        assert robbed.incident().disposition is None
        return
    with robbed.work() as work:
        closing.confirm(work, robbed.incident().id, second)
    incident = robbed.incident()
    assert (incident.disposition, incident.field_report) == (Disposition.RESOLVED, "pelaku ditahan")
    with robbed.work() as work:
        assert closing.proposal_of(work, incident.id) is None


def test_two_operators_are_not_enough(robbed: Desk) -> None:
    third = Actor("operator", 4, "Rian", Role.OPERATOR)
    with robbed.work() as work:
        work.session.add(Operator(id=4, username="rian", name="Rian", role=Role.OPERATOR, password_hash=""))
    with robbed.work() as work:
        closing.propose(work, robbed.incident().id, Closing(Disposition.RESOLVED), OPERATOR)
    with pytest.raises(ConflictError, match="coordinator"), robbed.work() as work:
        closing.confirm(work, robbed.incident().id, third)


def test_a_coordinator_who_closes_over_an_operators_proposal_is_the_second_look(robbed: Desk) -> None:
    with robbed.work() as work:
        closing.propose(work, robbed.incident().id, Closing(Disposition.UNFOUNDED), OPERATOR)
    closed(robbed, disposition=Disposition.REFERRED)
    assert robbed.incident().disposition is Disposition.REFERRED


def test_there_is_nothing_to_confirm_where_nothing_was_proposed(robbed: Desk) -> None:
    with pytest.raises(ConflictError, match="nobody"), robbed.work() as work:
        closing.confirm(work, robbed.incident().id, COORDINATOR)


def test_an_operator_proposes_and_does_not_close(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    verified(desk)
    with desk.work() as work:
        closing.propose(work, desk.incident().id, Closing(Disposition.RESOLVED), OPERATOR)
    assert desk.incident().disposition is None
    with pytest.raises(NotAllowedError), desk.work() as work:
        closing.close(work, desk.incident().id, Closing(Disposition.RESOLVED), OPERATOR)


def test_advice_has_a_person_and_a_day_and_is_ticked_off_once(desk: Desk) -> None:
    desk.text(RESIDENT, THEFT)
    verified(desk)
    with desk.work() as work:
        ended = Closing(Disposition.RESOLVED, "", "pembinaan remaja", "Bhabinkamtibmas", date(2026, 4, 1))
        closing.close(work, desk.incident().id, ended, COORDINATOR)
    for _ in range(2):
        with desk.work() as work:
            closing.follow_up_done(work, 1, COORDINATOR)
    with desk.runtime.reading() as session:
        (row,) = session.scalars(select(FollowUp))
    assert (row.owner, row.due, row.done_by) == ("Bhabinkamtibmas", date(2026, 4, 1), COORDINATOR.id)
    assert kinds_of_log(desk).count("follow_up_done") == 1
