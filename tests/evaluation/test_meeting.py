"""The monthly meeting: decisions that are followed up, and the eighth step of the month's cases."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hotline import closing
from hotline.closing import Closing
from hotline.domain.lifecycle import Disposition
from hotline.domain.rights import NotAllowedError
from hotline.evaluation import meeting
from hotline.evaluation.figures import count_period
from hotline.evaluation.meeting import Decided, Followed, Minutes, direction
from hotline.evaluation.period import Period, month
from hotline.incidents import ConflictError
from hotline.models import Audit, Decision, LogEntry
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk


def month_at(desk: Desk, number: int) -> Period:
    return month(2026, number, desk.runtime.playbook.programme.zone)


def go_to(desk: Desk, day: int, number: int) -> None:
    desk.clock.at = datetime(2026, number, day, 3, 0, tzinfo=UTC)


def closed_case(desk: Desk) -> str:
    desk.text(RESIDENT, "ada maling di rumah tetangga rt 5 eka jaya")
    incident = desk.incidents()[-1]
    desk.send(incident.id, 1)
    with desk.work() as work:
        closing.close(work, incident.id, Closing(Disposition.RESOLVED), COORDINATOR)
    return incident.number or ""


def held(desk: Desk, period: Period) -> None:
    with desk.work() as work:
        meeting.write_minutes(work, period, Minutes(date(2026, 7, 2), "Camat", "Dibahas."), COORDINATOR)


def test_closing_it_is_step_eight_of_every_case_that_ended_by_then_and_of_no_other(any_desk: Desk) -> None:
    go_to(any_desk, 10, 6)
    in_june = closed_case(any_desk)
    any_desk.text(RESIDENT, "kebakaran rumah di talang bakung rt 9 dekat masjid")
    still_open = any_desk.incidents()[-1].number
    go_to(any_desk, 1, 7)
    in_july = closed_case(any_desk)
    june = month_at(any_desk, 6)
    with any_desk.work() as work:
        meeting.draft_agenda(work, june, COORDINATOR)
    held(any_desk, june)
    with any_desk.work() as work:
        assert meeting.close_evaluation(work, june, COORDINATOR) == 1
    assert any_desk.incident(in_june).evaluated_at == any_desk.clock.at
    assert any_desk.incident(in_july).evaluated_at is None
    assert any_desk.incident(still_open).evaluated_at is None
    assert [line.words for line in any_desk.log() if line.kind == "evaluated"] == ["2026-06"]
    with any_desk.runtime.reading() as session:
        acts = {row.act: row.subject for row in session.query(Audit)}
    assert acts["evaluation_closed"] == "evaluation 2026-06"


def test_a_case_that_is_opened_again_waits_for_the_next_meeting(desk: Desk) -> None:
    go_to(desk, 10, 6)
    number = closed_case(desk)
    go_to(desk, 2, 7)
    june = month_at(desk, 6)
    with desk.work() as work:
        meeting.draft_agenda(work, june, COORDINATOR)
    held(desk, june)
    with desk.work() as work:
        meeting.close_evaluation(work, june, COORDINATOR)
        closing.reopen(work, desk.incident(number).id, "kambuh", COORDINATOR)
    assert desk.incident(number).evaluated_at is None


def test_the_next_meeting_sees_whether_the_figure_moved(desk: Desk) -> None:
    go_to(desk, 10, 6)
    closed_case(desk)
    june, july = month_at(desk, 6), month_at(desk, 7)
    unanswered = "t5/all/withdrawn"
    with desk.work() as work:
        meeting.draft_agenda(work, june, COORDINATOR)
        decided = Decided("Danru menelepon dulu", "Danru", date(2026, 7, 31), unanswered)
        assert meeting.decide(work, june, decided, COORDINATOR).value == "1"
        meeting.decide(work, june, Decided("Ganti lampu", "Lurah", date(2026, 7, 31)), COORDINATOR)
    go_to(desk, 3, 8)
    first, second = followed(desk, july)
    assert (first.then, first.now, first.moved) == (Decimal(1), Decimal(0), "better")
    assert (second.then, second.now, second.moved) == (None, None, "unknown")
    with desk.work() as work:
        for each in (first, second):
            meeting.decision_done(work, each.decision.id, COORDINATOR)
    assert len(followed(desk, july)) == 2
    assert followed(desk, month_at(desk, 8)) == []


def followed(desk: Desk, period: Period) -> list[Followed]:
    with desk.runtime.reading() as session:
        counted = count_period(session, period, desk.runtime.playbook, desk.clock.at)
        return meeting.followed(session, period, counted.by_key)


@pytest.mark.parametrize(
    ("key", "then", "now", "moved"),
    [
        ("t3/tinggi/verify/late", "4", "2", "better"),
        ("t3/tinggi/verify/late", "2", "4", "worse"),
        ("t3/tinggi/verify/within", "50", "80", "better"),
        ("t9/solved", "90", "80", "worse"),
        ("t9/no", "3", "3", "same"),
        ("t9/satisfaction", None, "4", "unknown"),
        ("", None, None, "unknown"),
    ],
)
def test_of_some_figures_more_is_better(key: str, then: str | None, now: str | None, moved: str) -> None:
    values = [Decimal(each) if each else None for each in (then, now)]
    assert direction(key, *values) == moved


def test_drafting_again_takes_what_came_meanwhile_and_keeps_the_decisions(desk: Desk) -> None:
    go_to(desk, 10, 6)
    june = month_at(desk, 6)
    with desk.work() as work:
        assert meeting.draft_agenda(work, june, COORDINATOR).items == []
        meeting.decide(work, june, Decided("Sosialisasi", "Kasi", date(2026, 7, 1)), COORDINATOR)
    desk.text(RESIDENT, "ada maling di rumah tetangga rt 5 eka jaya")
    desk.clock.at += timedelta(days=8)
    with desk.work() as work:
        again = meeting.draft_agenda(work, june, COORDINATOR)
        work.session.flush()
        work.session.refresh(again)
        assert [item.topic for item in again.items] == ["backlog"]
        assert len(again.decisions) == 1


def test_what_can_not_be_done_is_refused_and_says_why(desk: Desk) -> None:
    go_to(desk, 10, 6)
    june = month_at(desk, 6)
    decided = Decided("Patroli", "Danru", date(2026, 7, 1), "t9/everything")
    with desk.work() as work:
        with pytest.raises(ConflictError, match="nobody has drafted"):
            meeting.decide(work, june, decided, COORDINATOR)
        with pytest.raises(ConflictError, match="one whole month"):
            meeting.draft_agenda(work, Period(date(2026, 6, 1), date(2026, 6, 9), june.zone), COORDINATOR)
        with pytest.raises(NotAllowedError):
            meeting.draft_agenda(work, june, OPERATOR)
        meeting.draft_agenda(work, june, COORDINATOR)
        with pytest.raises(ConflictError, match="no such figure"):
            meeting.decide(work, june, decided, COORDINATOR)
        with pytest.raises(ConflictError, match="not over"):
            meeting.close_evaluation(work, june, COORDINATOR)
    go_to(desk, 1, 7)
    with desk.work() as work, pytest.raises(ConflictError, match="when they met"):
        meeting.close_evaluation(work, june, COORDINATOR)
    held(desk, june)
    with desk.work() as work:
        meeting.close_evaluation(work, june, COORDINATOR)
        with pytest.raises(ConflictError, match="closed"):
            meeting.draft_agenda(work, june, COORDINATOR)


def test_a_decision_is_done_once(desk: Desk) -> None:
    go_to(desk, 10, 6)
    june = month_at(desk, 6)
    with desk.work() as work:
        meeting.draft_agenda(work, june, COORDINATOR)
        made = meeting.decide(work, june, Decided("Patroli", "Danru", date(2026, 7, 1)), COORDINATOR)
    first = desk.clock.at
    for _ in range(2):
        with desk.work() as work:
            meeting.decision_done(work, made.id, COORDINATOR)
        desk.clock.at += timedelta(days=1)
    with desk.runtime.reading() as session:
        assert session.get_one(Decision, made.id).done_at == first
        assert session.query(LogEntry).count() == 0
