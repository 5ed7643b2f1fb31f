"""The report as a file on the screen: a reason first, then its progress, then the file."""

import pytest

from hotline.console import labels
from hotline.domain.rights import Role
from hotline.evaluation.failing import Failure
from hotline.evaluation.files import TRIES, MakingReport
from hotline.mail import MailCause
from hotline.models import Audit, Promise, ReportFile
from hotline.outbox import Kind
from tests.console.conftest import Browser, Desk, SignIn

FILES = "/evaluation/files"


def attempt(desk: Desk, failure: Failure | None = None) -> None:
    """What the worker does with the newest file; where it fails, it has tried often enough."""
    making, file = MakingReport(desk.runtime), desk.all(ReportFile)[-1].id
    with desk.runtime.work() as work:
        prepared = making.prepare(work, file)
    assert prepared is not None
    outcome = failure or making.perform(prepared)
    with desk.runtime.work() as work:
        making.record(work, file, outcome, TRIES)


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
    attempt(desk)
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
    attempt(desk)
    operator = sign_in(Role.OPERATOR).open("/evaluation")
    assert "Selesai dibuat" in operator.text
    assert not operator.has_form(FILES)
    assert operator.open(f"{FILES}/1").status == 403


def test_a_file_that_failed_says_so_in_words_and_is_begun_anew_with_one_click(
    desk: Desk, coordinator: Browser, sign_in: SignIn
) -> None:
    coordinator.open("/evaluation").send(FILES, reason="rapat", kind="pdf")
    attempt(desk, Failure.MEMORY)
    coordinator.open("/evaluation")
    assert "Sedang dibuat" not in coordinator.text
    assert "Gagal dibuat" in coordinator.text
    assert "memori server tidak cukup" in coordinator.text
    assert 'hx-trigger="every 2s"' not in coordinator.text
    assert not sign_in(Role.OPERATOR).open("/evaluation").has_form(f"{FILES}/1/again")
    coordinator.send(f"{FILES}/1/again")
    assert "Sedang dibuat 0%" in coordinator.text
    attempt(desk)
    assert "Gagal dibuat" not in coordinator.open("/evaluation").text
    assert f'href="{FILES}/1"' in coordinator.text


def test_a_letter_that_did_not_go_says_why_and_is_sent_again_with_one_click(
    desk: Desk, coordinator: Browser
) -> None:
    coordinator.open("/evaluation").send(FILES, reason="rapat", kind="csv")
    attempt(desk)
    with desk.runtime.work() as work:
        file = work.session.get_one(ReportFile, 1)
        file.mail, file.problem = True, MailCause.PASSWORD
    assert "server surel menolak nama atau kata sandi" in coordinator.open("/evaluation").text
    coordinator.send(f"{FILES}/1/mail")
    assert "server surel menolak" not in coordinator.text
    (promise,) = [each for each in desk.all(Promise) if each.kind == Kind.MAIL_REPORT]
    assert promise.settled_at is None


def test_every_cause_has_its_sentence() -> None:
    assert set(labels.REPORT_FAILURE) == set(Failure)
    assert set(labels.MAIL_CAUSE) == set(MailCause)
