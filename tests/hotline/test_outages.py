"""Failures of the hotline: noted by itself where it knows, by the desk where only people see them."""

from datetime import timedelta

import pytest

from hotline import outages
from hotline.carriers import carrier_of, hold, let_go
from hotline.domain.pacing import Held
from hotline.domain.rights import Actor, NotAllowedError, Role
from hotline.evaluation.figures import count_period
from hotline.evaluation.period import month_of
from hotline.incidents import ConflictError
from hotline.models import Outage
from hotline.outages import Noted
from tests.support.desk import COORDINATOR, OPERATOR, Desk


def found(desk: Desk) -> list[Outage]:
    with desk.runtime.reading() as session:
        return session.query(Outage).order_by(Outage.id).all()


@pytest.mark.parametrize(("why", "kind"), [(Held.MONEY, "credit"), (Held.CONFIGURATION, "carrier")])
def test_a_queue_that_waits_is_a_failure_until_it_is_let_go(any_desk: Desk, why: Held, kind: str) -> None:
    for _ in range(2):
        with any_desk.work() as work:
            hold(work, carrier_of(work, "c"), why, "no")
    began = any_desk.clock.at
    any_desk.clock.at += timedelta(minutes=25)
    with any_desk.work() as work:
        let_go(work, "c", COORDINATOR)
    (only,) = found(any_desk)
    assert (only.kind, only.started_at, only.ended_at) == (kind, began, any_desk.clock.at)
    with any_desk.runtime.reading() as session:
        playbook = any_desk.runtime.playbook
        period = month_of(began, playbook.programme.zone)
        figures = count_period(session, period, playbook, any_desk.clock.at)
    counted = figures[f"t10/outage/{kind}"]
    assert (str(counted.value), counted.n) == ("25.0", 1)


def test_the_desk_notes_what_only_people_see(desk: Desk) -> None:
    since = desk.clock.at - timedelta(hours=3)
    with desk.work() as work:
        noted = outages.note(work, Noted("power", since, None, "PLN padam"), OPERATOR)
        outages.begin(work, "power")
        outages.end(work, "power")
    with desk.runtime.reading() as session:
        assert [each.id for each in outages.lasting(session)] == [noted.id]
    for _ in range(2):
        with desk.work() as work:
            outages.over(work, noted.id, OPERATOR)
        desk.clock.at += timedelta(hours=1)
    first = found(desk)[0]
    assert (first.kind, first.started_at) == ("power", since)
    assert first.ended_at == since + timedelta(hours=3)


def test_times_that_can_not_be_are_refused_and_so_is_who_may_not_write(desk: Desk) -> None:
    now = desk.clock.at
    auditor = Actor("operator", 1, "Auditor", Role.AUDITOR)
    with desk.work() as work:
        for since, until in ((now + timedelta(1), None), (now, now - timedelta(1))):
            with pytest.raises(ConflictError):
                outages.note(work, Noted("power", since, until), OPERATOR)
        with pytest.raises(NotAllowedError):
            outages.note(work, Noted("power", now), auditor)


def test_a_kind_that_the_playbook_does_not_name_is_not_counted(desk: Desk) -> None:
    with desk.work() as work:
        outages.begin(work, "moon")
    assert found(desk) == []
