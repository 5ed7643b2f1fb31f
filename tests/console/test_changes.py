"""The poll: nothing while nothing happens, and nothing that happens goes unnoticed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import event, select

from hotline import conversation, verification
from hotline.domain.delivery import DeliveryReport
from hotline.domain.rights import Role
from hotline.incidents import find
from hotline.models import Incident, Promise, Receipt, TextMessage, Unit
from hotline.outbox import Kind
from hotline.presence import others_at
from hotline.roster import report_for_duty
from hotline.unit_of_work import UnitOfWork
from hotline.verification import Findings
from tests.console.conftest import Browser, Desk, StoppedClock


def _mark(browser: Browser) -> str:
    return browser.client.get("/changes").get_data(as_text=True)


def test_an_idle_poll_has_no_body(desk: Desk, operator: Browser) -> None:
    desk.report()
    answer = operator.client.get("/changes", query_string={"since": _mark(operator)})
    assert (answer.status_code, answer.data) == (204, b"")


def test_an_idle_poll_costs_one_query_besides_knowing_who_asks(desk: Desk, operator: Browser) -> None:
    mark, seen = _mark(operator), []
    event.listen(desk.runtime.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    operator.client.get("/changes", query_string={"since": mark})
    assert [words.split()[0] for words in seen if not words.startswith("BEGIN")] == ["SELECT", "SELECT"]


def test_the_page_starts_from_the_mark_it_was_drawn_at(desk: Desk, operator: Browser) -> None:
    desk.report()
    assert f'data-mark="{_mark(operator)}"' in operator.open("/").text


def _new_report(desk: Desk, work: UnitOfWork) -> None:
    work.session.commit()
    desk.report(number=None)


def _unread(desk: Desk, work: UnitOfWork) -> None:
    message = work.session.scalars(select(TextMessage).where(TextMessage.unread)).one()
    message.unread = False


def _receipt(desk: Desk, work: UnitOfWork) -> None:
    work.session.add(
        Receipt(carrier="x", carrier_id="1", report=DeliveryReport.DELIVERED, status="Success", at=work.now)
    )


def _sent(desk: Desk, work: UnitOfWork) -> None:
    work.session.scalars(select(Promise).where(Promise.kind == Kind.SEND_TEXT)).one().settled_at = work.now


def _tried(desk: Desk, work: UnitOfWork) -> None:
    work.session.scalars(select(Promise).where(Promise.kind == Kind.SEND_TEXT)).one().attempts += 1


def _corrected(desk: Desk, work: UnitOfWork) -> None:
    incident = find(work.session, "1007")
    assert incident is not None
    verification.correct(work, incident.id, Findings(summary="baru"), desk.people[Role.OPERATOR])


def _noted(desk: Desk, work: UnitOfWork) -> None:
    conversation.note(work, work.session.scalars(select(Incident.id)).one(), "x", desk.people[Role.OPERATOR])


def _on_duty(desk: Desk, work: UnitOfWork) -> None:
    report_for_duty(work.session.scalars(select(Unit)).one(), on=False)


CHANGES: Final = [_new_report, _unread, _receipt, _sent, _tried, _corrected, _noted, _on_duty]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__).strip("_"))
def test_nothing_goes_unnoticed(
    desk: Desk, operator: Browser, change: Callable[[Desk, UnitOfWork], None]
) -> None:
    desk.report()
    desk.unit()
    desk.text("?")
    with desk.runtime.work() as work:
        conversation.write_to_callers(work, 1, "halo", desk.people[Role.OPERATOR])
    before = _mark(operator)
    with desk.runtime.work() as work:
        change(desk, work)
    answer = operator.client.get("/changes", query_string={"since": before})
    assert answer.status_code == 200
    assert answer.get_data(as_text=True) != before


def test_a_claim_that_runs_out_is_noticed(desk: Desk, operator: Browser, clock: StoppedClock) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/claim")
    before = _mark(operator)
    clock.forward(minutes=6)
    assert _mark(operator) != before


def test_a_poll_of_nobody_is_a_bare_refusal_and_no_redirect(visitor: Browser) -> None:
    assert visitor.client.get("/changes", headers={"X-Background": "1"}).status_code == 401


def test_the_strip_is_a_fragment(operator: Browser) -> None:
    assert operator.client.get("/strip?at=/tray").get_data(as_text=True).lstrip().startswith("<nav")


def test_whoever_works_at_a_case_holds_it_and_is_seen_there(
    desk: Desk, operator: Browser, clock: StoppedClock
) -> None:
    path = f"/incidents/{desk.report()}"
    operator.open(path).send(f"{path}/claim")
    (incident,) = desk.all(Incident)
    for _ in range(4):
        clock.forward(minutes=4)
        operator.client.get("/changes", query_string={"at": incident.id})
    assert desk.all(Incident)[0].claimed_until == clock.at + timedelta(minutes=5)
    with desk.runtime.work() as work:
        assert others_at(work, incident.id, desk.people[Role.COORDINATOR]) == ["Si operator"]
        assert others_at(work, incident.id, desk.people[Role.OPERATOR]) == []
    clock.forward(minutes=2)
    with desk.runtime.work() as work:
        assert others_at(work, incident.id, desk.people[Role.COORDINATOR]) == []
