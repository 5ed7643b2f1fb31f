"""The audit on the screen: found by day, person, act and subject; its chain checked; its export noted."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from hotline.audit_search import SHOWN
from hotline.console.audit_labels import ACT
from hotline.domain.rights import Role
from hotline.models import Audit
from tests.console.conftest import Browser, Desk, SignIn


@pytest.fixture
def history(desk: Desk) -> None:
    """Two people, two days, three acts."""
    coordinator, operator = (desk.people[role].id for role in (Role.COORDINATOR, Role.OPERATOR))
    with desk.runtime.work() as work:
        for days, person, act, subject, reason in (
            (3, coordinator, "reveal", "report 7", "pelapor terluka"),
            (1, operator, "duty_off", "unit 2", ""),
            (0, coordinator, "export", "pdf 2026-10", "=rapat"),
        ):
            at = work.now - timedelta(days=days)
            work.session.add(Audit(at=at, operator_id=person, act=act, subject=subject, reason=reason))
            work.session.flush()


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"report 7", "unit 2", "pdf 2026-10"}),
        ("last=2026-11-22", {"report 7"}),
        ("first=2026-11-23&last=2026-11-23", {"unit 2"}),
        ("act=export", {"pdf 2026-10"}),
        ("subject=REPORT", {"report 7"}),
        ("person=2&act=reveal", {"report 7"}),
        ("person=1", {"unit 2"}),
        ("subject=%25", set()),
    ],
)
def test_each_filter_finds_what_it_says(coordinator: Browser, query: str, shown: set[str]) -> None:
    page = coordinator.open(f"/audit?{query}").text
    assert {each for each in ("report 7", "unit 2", "pdf 2026-10") if f">{each}</td>" in page} == shown


@pytest.mark.usefixtures("history")
def test_the_chain_is_checked_on_demand_and_a_break_is_named(desk: Desk, coordinator: Browser) -> None:
    assert "Rantai utuh" in coordinator.open("/audit?check=1").text
    with desk.runtime.work() as work:
        work.session.execute(update(Audit).where(Audit.act == "reveal").values(subject="report 8"))
    assert "was changed" in coordinator.open("/audit?check=1").text


@pytest.mark.usefixtures("history")
def test_an_export_has_the_same_rows_and_their_hashes_and_is_written_down(
    desk: Desk, coordinator: Browser
) -> None:
    sheet = coordinator.open("/audit?act=export").send("/audit/export", reason="pemeriksaan").text
    assert "pdf 2026-10,'=rapat," in sheet
    assert "report 7" not in sheet
    (row,) = [each for each in desk.all(Audit) if each.act == "export_audit"]
    assert (row.subject, row.reason) == ("1 rows", "pemeriksaan")
    assert coordinator.open("/audit").send("/audit/export", reason="").status in (404, 422)


def test_many_rows_come_page_by_page(desk: Desk, coordinator: Browser) -> None:
    with desk.runtime.work() as work:
        for serial in range(SHOWN + 5):
            work.session.add(Audit(at=work.now, operator_id=1, act="reveal", subject=f"report {serial}x"))
            work.session.flush()
    first = coordinator.open("/audit?act=reveal").text
    assert "report 104x" in first
    assert "report 4x" not in first
    older = first.split('class="button small" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "report 4x" in coordinator.open(older).text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
def test_it_is_not_for_everybody(sign_in: SignIn, role: Role) -> None:
    assert sign_in(role).open("/audit").status == 403


def _acts() -> Iterator[str]:
    """The acts that are written out where the audit is written."""
    for package in ("hotline", "sms", "ivr", "workers"):
        for path in Path(package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                yield from _acts_of(node)


def _acts_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id="Audit"), keywords=keywords):
            yield from _words(*(each.value for each in keywords if each.arg == "act"))
        case ast.Call(func=ast.Name(id="_audit" | "_note"), args=[_, *rest]):
            yield from _words(*rest)
        case ast.Assign(targets=[ast.Name(id="act")], value=ast.IfExp(body=one, orelse=other)):
            yield from _words(one, other)


def _words(*nodes: ast.expr) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value


def test_every_act_has_its_words() -> None:
    written = set(_acts())
    assert {"reveal", "sign_in", "request_noted", "hold_begun", "agenda_drafted"} <= written
    assert written <= set(ACT), sorted(written - set(ACT))
