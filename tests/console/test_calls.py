"""The telephone screen: who waits, who must be called back, what an operator may do about it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hotline.domain.calls import CallEnd, CallState, Errand
from hotline.domain.rights import Role
from hotline.domain.tasks import TaskKind
from hotline.models import Call, Caller, Incident, Operator, Report, Task
from hotline.runtime import Runtime
from tests.console.conftest import CALLER, Browser, Desk, SignIn


def call(desk: Desk, **values: Any) -> int:
    """A call; one that nothing was told in waits to be called back."""
    with desk.runtime.work() as work:
        columns = {"carrier": "x", "session": f"s{len(desk.all(Call))}", "number": CALLER, **values}
        row = Call(started_at=work.now - timedelta(minutes=2), **columns)
        work.session.add(row)
        work.session.flush()
        if row.end is CallEnd.MISSED:
            work.session.add(
                Task(
                    kind=TaskKind.CALL_BACK,
                    call_id=row.id,
                    number=row.number,
                    raised_at=work.now,
                    due_at=work.now,
                )
            )
        return row.id


def waiting(desk: Desk, number: str = CALLER) -> int:
    """A call that waits for a person."""
    with desk.runtime.work() as work:
        return call(desk, number=number, state=CallState.WAITING, waiting_since=work.now)


def missed(desk: Desk, number: str = CALLER) -> int:
    """A missed call."""
    return call(desk, number=number, state=CallState.OVER, end=CallEnd.MISSED)


def test_who_waits_stands_with_place_masked_number_and_history(desk: Desk, operator: Browser) -> None:
    number = desk.report()
    waiting(desk)
    waiting(desk, "+6281200000077")
    page = operator.open("/calls").text
    assert CALLER not in page
    assert "+62812•••0001" in page
    assert f'href="/incidents/{number}"' in page
    assert page.index("•••0001") < page.index("•••0077")
    assert "belum pernah melapor" in page
    assert '<span class="badge warn">2' in page


def test_the_operator_takes_the_next_call_at_his_telephone(desk: Desk, operator: Browser) -> None:
    first, second = waiting(desk), waiting(desk, "+6281200000077")
    operator.open("/calls").send("/calls/next")
    assert operator.status == 409
    assert "Isi dulu nomor telepon Anda" in operator.text
    operator.open("/calls").send("/calls/telephone", telephone="0812 3456 7890").send("/calls/next")
    assert operator.status == 200
    assert [row.telephone for row in desk.all(Operator, Operator.telephone != "")] == ["+6281234567890"]
    taken, waits, leg = desk.all(Call)
    assert (taken.id, taken.state, waits.id, waits.state) == (
        first, CallState.TAKEN, second, CallState.WAITING,
    )  # fmt: skip
    assert (leg.errand, leg.number, leg.for_call_id) == (Errand.DESK, "+6281234567890", first)
    assert "diambil Si operator" in operator.text


def test_a_missed_call_is_called_back_or_settled(desk: Desk, operator: Browser) -> None:
    first = missed(desk)
    other = missed(desk, "+6281200000077")
    operator.open("/calls").send("/calls/telephone", telephone="081234567890")
    operator.send(f"/calls/{first}/back")
    (leg,) = desk.all(Call, Call.errand == Errand.BRIDGE)
    assert (leg.joins, leg.number) == (CALLER, "+6281234567890")
    operator.send(f"/calls/{other}/done")
    assert [task.outcome for task in desk.all(Task)] == ["", "done"]


@pytest.mark.parametrize("number", ["anonymous", "", "Callcenter4CRM.sdsad"])
def test_whoever_hides_his_number_cannot_be_rung_and_is_said_to_hide_it(
    desk: Desk, operator: Browser, number: str
) -> None:
    hidden = missed(desk, number)
    page = operator.open("/calls")
    assert ("nomor disembunyikan" in page.text) is ("." not in number)
    assert "anonymous" not in page.text
    assert not page.has_form(f"/calls/{hidden}/back")
    assert page.has_form(f"/calls/{hidden}/case")


def test_a_caller_in_quiet_mode_is_shown_without_the_button(desk: Desk, operator: Browser) -> None:
    call_id = missed(desk)
    with desk.runtime.work() as work:
        work.session.add(Caller(number=CALLER, first_seen_at=work.now, quiet_since=work.now))
    operator.open("/calls").send("/calls/telephone", telephone="081234567890")
    assert not operator.has_form(f"/calls/{call_id}/back")
    assert "jangan ditelepon" in operator.text
    assert operator.post(f"/calls/{call_id}/back").status == 409
    assert "Tidak boleh ditelepon" in operator.text


def test_a_call_becomes_a_case_once(desk: Desk, operator: Browser) -> None:
    call_id = missed(desk)
    operator.open("/calls").send(f"/calls/{call_id}/case")
    (incident,) = desk.all(Incident)
    assert f'data-number="{incident.number}"' in operator.text
    (report,) = desk.all(Report)
    assert (report.channel, report.call_id) == ("telephone", call_id)
    operator.open("/calls").post(f"/calls/{call_id}/case")
    assert len(desk.all(Incident)) == 1
    assert [task.outcome for task in desk.all(Task)] == ["done"]


@pytest.mark.parametrize(
    ("errand", "joins", "status"),
    [
        (Errand.CALL_BACK, "", 200),
        (Errand.BRIDGE, CALLER, 200),
        (Errand.DISPATCH, "", 404),
        (Errand.DESK, "", 404),
    ],
)
def test_of_our_own_calls_those_in_which_somebody_reports_become_cases(
    desk: Desk, operator: Browser, errand: Errand, joins: str, status: int
) -> None:
    call_id = call(desk, errand=errand, joins=joins, inbound=False, state=CallState.TALKING)
    assert operator.open("/calls").post(f"/calls/{call_id}/case").status == status
    assert len(desk.all(Incident)) == (status == 200)


def test_an_answered_call_without_a_case_is_not_forgotten(desk: Desk, operator: Browser) -> None:
    with desk.runtime.work() as work:
        call(desk, state=CallState.OVER, end=CallEnd.ANSWERED, ended_at=work.now)
    assert "Dijawab, belum ada kasus" in operator.open("/calls").text


def test_answer_times_of_today_stand_against_the_target(desk: Desk, operator: Browser) -> None:
    with desk.runtime.work() as work:
        for seconds in (4, 8, 30):
            since = work.now - timedelta(minutes=5)
            call(
                desk, state=CallState.OVER, end=CallEnd.ANSWERED, waiting_since=since, ended_at=work.now,
                talked_at=since + timedelta(seconds=seconds),
            )  # fmt: skip
        call(desk, state=CallState.OVER, end=CallEnd.MISSED, waiting_since=work.now)
    page = operator.open("/calls").text
    assert "2 dari 3" in page
    assert "8 detik" in page


@pytest.mark.parametrize("path", ["/calls/99/back", "/calls/99/done", "/calls/99/case"])
def test_a_call_that_is_none_is_not_found(operator: Browser, path: str) -> None:
    assert operator.open("/calls").post(path).status == 404


def test_a_unit_gets_a_pin_that_is_shown_once(desk: Desk, sign_in: SignIn) -> None:
    unit = desk.unit()
    page = sign_in(Role.ADMINISTRATOR).open("/units").send(f"/units/{unit}/pin").text
    assert "PIN petugas" in page
    assert "PIN baru" in sign_in(Role.ADMINISTRATOR).open("/units").text


def test_out_of_a_case_the_reporter_is_called_and_a_task_read(desk: Desk, operator: Browser) -> None:
    number = desk.dispatched(desk.unit())
    operator.open("/calls").send("/calls/telephone", telephone="081234567890")
    operator.open(f"/incidents/{number}").send(f"/incidents/{number}/call")
    operator.open(f"/incidents/{number}").send(f"/incidents/{number}/assignments/1/read")
    operator.open(f"/incidents/{number}").send(f"/incidents/{number}/assignments/1/join")
    with desk.runtime.reading() as session:
        placed = session.execute(select(Call.errand, Call.number, Call.joins)).all()
    assert [tuple(row) for row in placed] == [
        (Errand.BRIDGE, "+6281234567890", CALLER),
        (Errand.DISPATCH, "+6281300000001", ""),
        (Errand.BRIDGE, "+6281300000001", CALLER),
    ]
    assert "Disambungkan lewat telepon" in operator.text


def test_without_a_voice_line_the_desk_is_offered_no_calls(
    desk: Desk, app: Flask, runtime: Runtime, sign_in: SignIn
) -> None:
    number = desk.dispatched(desk.unit())
    off = replace(runtime, settings=replace(runtime.settings, voice_gateway="none"))
    app.extensions["hotline"] = off
    page = sign_in(Role.OPERATOR).open(f"/incidents/{number}")
    assert page.status == 200
    for action in (f"/incidents/{number}/call", f"/incidents/{number}/assignments/1/read"):
        assert not page.has_form(action)
    assert 'href="/calls"' not in page.text


def test_without_a_voice_line_a_missed_call_on_a_sim_is_called_back_by_hand(
    desk: Desk, app: Flask, runtime: Runtime, sign_in: SignIn
) -> None:
    off = replace(runtime, settings=replace(runtime.settings, voice_gateway="none"))
    app.extensions["hotline"] = off
    rang = missed(desk)
    operator = sign_in(Role.OPERATOR)
    assert 'href="/calls"' in operator.open("/").text
    page = operator.open("/calls")
    assert not page.has_form(f"/calls/{rang}/back")
    assert not page.has_form("/calls/next")
    assert not page.has_form("/calls/telephone")
    assert "Telepon balik dari telepon posko" in page.text
    page.send(f"/calls/{rang}/case")
    assert desk.all(Incident)[0].number
