"""The report as a file on the screen: a reason first, then its progress, then the file."""

import pytest

from hotline.domain.rights import Role
from hotline.evaluation.files import MakingReport
from hotline.models import Audit, ReportFile
from tests.console.conftest import Browser, Desk, SignIn

FILES = "/evaluation/files"


def make(desk: Desk) -> None:
    """What the worker does with the newest file."""
    making, file = MakingReport(desk.runtime), desk.all(ReportFile)[-1].id
    with desk.runtime.work() as work:
        prepared = making.prepare(work, file)
    assert prepared is not None
    body = making.perform(prepared)
    with desk.runtime.work() as work:
        making.record(work, file, body, 1)


@pytest.mark.parametrize(
    ("kind", "begins", "name"),
    [("pdf", b"%PDF-", "evaluasi-2026-11.pdf"), ("xlsx", b"PK", "evaluasi-2026-11.xlsx"),
     ("csv", b"\xef\xbb\xbfT1 Rekap", "evaluasi-2026-11.csv")],
)  # fmt: skip
def test_it_is_asked_for_made_and_taken(
    desk: Desk, coordinator: Browser, kind: str, begins: bytes, name: str
) -> None:
    coordinator.open("/evaluation").send(FILES, reason="rapat camat", kind=kind)
    assert "Sedang dibuat" in coordinator.text
    assert 'hx-trigger="every 2s"' in coordinator.text
    assert coordinator.open(f"{FILES}/1").status == 404
    make(desk)
    assert 'hx-trigger="every 2s"' not in coordinator.open(f"{FILES}?period=2026-11").text
    assert f'href="{FILES}/1"' in coordinator.text
    coordinator.open(f"{FILES}/1")
    assert coordinator.page is not None
    assert coordinator.page.get_data().startswith(begins)
    assert name in coordinator.page.headers["Content-Disposition"]
    taken = [row for row in desk.all(Audit) if row.act in ("export", "download")]
    assert [(row.act, row.subject, row.reason) for row in taken] == [
        ("export", f"{kind} 2026-11", "rapat camat"),
        ("download", "report file 1", ""),
    ]


def test_without_a_reason_there_is_no_file(desk: Desk, coordinator: Browser) -> None:
    coordinator.open("/evaluation").send(FILES, reason=" ", kind="pdf")
    assert coordinator.status == 422
    assert desk.all(ReportFile) == []


def test_whoever_may_not_export_sees_that_it_is_there_and_can_not_take_it(
    desk: Desk, coordinator: Browser, sign_in: SignIn
) -> None:
    coordinator.open("/evaluation").send(FILES, reason="rapat", kind="csv")
    make(desk)
    operator = sign_in(Role.OPERATOR).open("/evaluation")
    assert "Selesai dibuat" in operator.text
    assert not operator.has_form(FILES)
    assert operator.open(f"{FILES}/1").status == 403
