"""Reports as files: made by a job, sent by the calendar, without anybody's name or number."""

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from reportlab.platypus.doctemplate import LayoutError
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hotline.domain.rights import SYSTEM, NotAllowedError
from hotline.evaluation import calendar
from hotline.evaluation.calendar import begin_month, keep_calendar
from hotline.evaluation.failing import Failure
from hotline.evaluation.figures import Figures, compare, count_period
from hotline.evaluation.files import (
    PAUSES,
    SILENT_AFTER,
    FileKind,
    FileState,
    MakingReport,
    ask_again,
    ask_for_file,
    state_of,
    take_file,
)
from hotline.evaluation.mailing import MailingReport, mail_again
from hotline.evaluation.paper import pdf_of
from hotline.evaluation.period import month
from hotline.evaluation.report import Report, report_of
from hotline.evaluation.tables import Cell, Table
from hotline.evaluation.workbook import xlsx_of
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.models import AgendaItem, Promise, ReportFile
from hotline.outbox import Kind
from tests.support.desk import COORDINATOR, OPERATOR, RESIDENT, Desk
from tests.support.mail_server import Mailbox
from workers.drain import Drain
from workers.keepers import Keepers


@pytest.fixture
def june(desk: Desk) -> Desk:
    """A theft in June, told by somebody with a name and a number; it is the first of July."""
    desk.clock.at = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
    desk.text(RESIDENT, "saya BUDI CANARY, ada maling di rt 5 eka jaya, hub 081299998888")
    desk.send(desk.incident().id, 1)
    desk.clock.at = datetime(2026, 6, 30, 17, 10, tzinfo=UTC)
    return desk


def work_off(desk: Desk, mail: str = "") -> None:
    """Keeps every promise that is due, those of the report among them."""
    keepers = Keepers(
        inside={Kind.BEGIN_MONTH: lambda work, _: begin_month(work, 0, mail=bool(mail))},
        outside={Kind.MAKE_REPORT: MakingReport(desk.runtime), Kind.MAIL_REPORT: MailingReport(mail)},
    )
    drain = Drain(desk.runtime, keepers)
    drain.until_idle()
    drain.close()


def files(desk: Desk) -> list[ReportFile]:
    with desk.runtime.reading() as session:
        return list(session.scalars(select(ReportFile)))


def asked(desk: Desk, kind: FileKind) -> bytes:
    zone = desk.runtime.playbook.programme.zone
    with desk.work() as work:
        wanted = ask_for_file(work, month(2026, 6, zone), kind, COORDINATOR, reason="rapat")
    work_off(desk)
    with desk.work() as work:
        file, body = take_file(work, wanted.id, COORDINATOR)
    assert (file.progress, file.made_at) == (100, desk.clock.at)
    return body


def text_of_pdf(body: bytes) -> str:
    """What is written in it: the strings of its pages' streams."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", body, re.DOTALL)
    inflated = b"".join(_inflate(each) for each in streams)
    return " ".join(re.findall(r"\(((?:\\.|[^()\\])*)\) Tj", inflated.decode("latin-1")))


def _inflate(stream: bytes) -> bytes:
    ascii85 = stream.strip().removesuffix(b"~>")
    return zlib.decompress(base64.a85decode(ascii85))


def text_of_xlsx(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return " ".join(book.read(name).decode() for name in book.namelist())


READERS: Final[dict[FileKind, Callable[[bytes], str]]] = {
    FileKind.PDF: text_of_pdf, FileKind.XLSX: text_of_xlsx, FileKind.CSV: lambda body: body.decode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_file_holds_the_report_and_nobodys_name_or_number(june: Desk, kind: FileKind) -> None:
    said = READERS[kind](asked(june, kind))
    assert "T6 Perkara menonjol" in said
    assert "Pencurian" in said
    for secret in ("BUDI", "CANARY", "99998888", RESIDENT.removeprefix("+62"), "saya"):
        assert secret not in said


def test_the_paper_has_the_offices_head_and_two_signatures(june: Desk) -> None:
    body = asked(june, FileKind.PDF)
    said = text_of_pdf(body)
    rules = june.runtime.playbook.evaluation
    for words in (*rules.head, "Laporan Evaluasi Juni 2026", "Mengetahui,", rules.known_by, rules.made_by):
        assert words in said
    assert said.count("NIP") == 2
    assert "Jambi, 1 Juli 2026" in said
    pages = re.findall(r"(\d+) / (\d+)", said)
    assert [int(page) for page, _ in pages] == list(range(1, len(pages) + 1))
    assert {of for _, of in pages} == {str(len(pages))}
    assert b"/MediaBox [ 0 0 595.2756 841.8898 ]" in body


@pytest.fixture
def report(june: Desk) -> Report:
    """A report with one table that was made by somebody who wishes us ill."""
    playbook = june.runtime.playbook
    rows = ((Cell("=cmd|'/C calc'!A0"), Cell("+62"), Cell("-3,5"), Cell("<b>&\u2028\U0001f525")),)
    table = Table("t6", "T6 [x]: a/b*?", ("@a", "b", "c", "d"), rows)
    with june.runtime.reading() as session:
        compared = compare(session, month(2026, 6, playbook.programme.zone), playbook, june.clock.at)
    return replace(report_of(compared, playbook, "id", june.clock.at), tables=(table,))


def test_no_words_become_a_formula_in_the_workbook(report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_of(report))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=cmd|" in strings
    assert "<v>-3.5</v>" in sheet


@pytest.mark.parametrize("title", ["=1+1", "@a\t'b", "History", "", "T6 " + "panjang " * 9, "a/b*?[]:\\"])
def test_any_heading_is_a_sheets_name_and_two_alike_are_two_sheets(report: Report, title: str) -> None:
    tables = tuple(replace(report.tables[0], title=title) for _ in range(3))
    with zipfile.ZipFile(io.BytesIO(xlsx_of(replace(report, tables=tables)))) as book:
        names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
    assert len({name.lower() for name in names}) == 3
    assert all(0 < len(name) <= 31 for name in names)


@pytest.mark.parametrize("words", ["sangat panjang " * 600, "x" * 4000, "baris\n" * 800])
def test_nothing_anybody_wrote_is_too_long_for_the_paper(report: Report, words: str) -> None:
    row = (Cell("1041"), Cell(words), Cell("Danru"), Cell(words))
    body = pdf_of(replace(report, tables=(replace(report.tables[0], rows=(row, row)),) * 2))
    assert body.startswith(b"%PDF-")
    assert text_of_pdf(body).count("1041") == 4


def test_no_words_break_the_paper(report: Report) -> None:
    assert "=cmd|'/C calc'!A0" in text_of_pdf(pdf_of(report))


def test_a_file_that_is_not_made_can_not_be_taken_and_not_everybody_may_ask(june: Desk) -> None:
    period = month(2026, 6, june.runtime.playbook.programme.zone)
    with june.work() as work:
        wanted = ask_for_file(work, period, FileKind.CSV, COORDINATOR)
        with pytest.raises(NoSuchIncidentError):
            take_file(work, wanted.id, COORDINATOR)
        with pytest.raises(NotAllowedError):
            ask_for_file(work, period, FileKind.CSV, OPERATOR)


def test_the_job_says_how_far_it_is(june: Desk) -> None:
    period = month(2026, 6, june.runtime.playbook.programme.zone)
    with june.work() as work:
        wanted = ask_for_file(work, period, FileKind.CSV, COORDINATOR)
    making = MakingReport(june.runtime)
    with june.work() as work:
        prepared = making.prepare(work, wanted.id)
    assert prepared is not None
    making.perform(prepared)
    assert [file.progress for file in files(june)] == [75]


def test_on_the_first_of_the_month_the_report_is_mailed_and_the_agenda_drafted(
    june: Desk, mailbox: Mailbox
) -> None:
    with june.work() as work:
        keep_calendar(work)
    work_off(june, mailbox.url)
    (letter,) = mailbox.letters
    assert mailbox.to == list(june.runtime.playbook.evaluation.recipients)
    assert letter["Subject"] == "Laporan Evaluasi SIGAP KETIMUN, Juni 2026"
    (attached,) = letter.iter_attachments()
    assert "Laporan Evaluasi Juni 2026" in text_of_pdf(attached.get_content())
    assert [(file.period, file.mailed_at) for file in files(june)] == [("2026-06", june.clock.at)]
    with june.runtime.reading() as session:
        assert session.scalars(select(AgendaItem.words)).all() != []
        waiting = select(Promise.due_at).where(Promise.settled_at.is_(None))
        due = session.scalars(waiting.where(Promise.kind == Kind.BEGIN_MONTH)).all()
    assert due == [datetime(2026, 7, 31, 17, 10, tzinfo=UTC)]


def test_it_happens_once_however_often_the_calendar_comes_by(june: Desk, mailbox: Mailbox) -> None:
    for _ in range(3):
        with june.work() as work:
            begin_month(work, calendar.ONLY, mail=True)
        work_off(june, mailbox.url)
    assert len(mailbox.letters) == 1


def test_a_month_without_a_case_has_no_report(desk: Desk) -> None:
    with desk.work() as work:
        begin_month(work, calendar.ONLY, mail=True)
    assert files(desk) == []


def test_a_server_that_is_down_is_asked_again_and_one_that_refuses_is_not(
    june: Desk, mailbox: Mailbox
) -> None:
    period = month(2026, 6, june.runtime.playbook.programme.zone)
    with june.work() as work:
        ask_for_file(work, period, FileKind.CSV, SYSTEM, mail=True)
    mailbox.replies["MAIL"] = "451 later"
    work_off(june, mailbox.url)
    assert [file.problem for file in files(june)] == ["later"]
    june.clock.at += timedelta(minutes=10)
    mailbox.replies["MAIL"] = "550 never"
    work_off(june, mailbox.url)
    june.clock.at += timedelta(hours=5)
    mailbox.replies.clear()
    work_off(june, mailbox.url)
    assert [file.problem for file in files(june)] == ["refused"]
    assert mailbox.letters == []
    with june.work() as work:
        mail_again(work, files(june)[0].id, COORDINATOR)
    work_off(june, mailbox.url)
    (file,) = files(june)
    assert (file.problem, file.mailed_at, len(mailbox.letters)) == ("", june.clock.at, 1)
    with june.work() as work, pytest.raises(ConflictError):
        mail_again(work, file.id, COORDINATOR)


class Breaking:
    """Something in the way of every file, until it is mended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        self._patch, self._error = monkeypatch, error
        monkeypatch.setattr("hotline.evaluation.files.count_period", self)

    def __call__(self, *_: object) -> Figures:
        raise self._error

    def mend(self) -> None:
        self._patch.setattr("hotline.evaluation.files.count_period", count_period)


@pytest.mark.parametrize(
    ("error", "failure"),
    [(OperationalError("SELECT", None, Exception("gone")), Failure.DATABASE), (MemoryError(), Failure.MEMORY),
     (LayoutError("too large"), Failure.LAYOUT), (OSError(28, "no space"), Failure.DISK),
     (KeyError("t1"), Failure.FAULT)],
)  # fmt: skip
def test_a_job_that_fails_says_why_tries_again_by_itself_and_gives_up_in_the_end(
    june: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception, failure: Failure
) -> None:
    broken = Breaking(monkeypatch, error)
    with june.work() as work:
        ask_for_file(work, month(2026, 6, june.runtime.playbook.programme.zone), FileKind.CSV, COORDINATOR)
    for pause in PAUSES:
        work_off(june)
        (file,) = files(june)
        assert (state_of(file, june.clock.at), file.failure) == (FileState.FAILED, failure)
        assert file.again_at == june.clock.at + pause
        june.clock.at += pause
    work_off(june)
    (file,) = files(june)
    assert (file.failed_at, file.again_at) == (june.clock.at, None)
    june.clock.at += timedelta(days=1)
    work_off(june)
    assert files(june)[0].failed_at == file.failed_at
    broken.mend()
    with june.work() as work:
        ask_again(work, file.id, COORDINATOR)
    work_off(june)
    (made,) = files(june)
    assert (state_of(made, june.clock.at), made.failure, made.progress) == (FileState.MADE, "", 100)


def test_a_job_that_fails_once_is_made_the_next_time_without_anybody(
    june: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Breaking(monkeypatch, MemoryError())
    with june.work() as work:
        ask_for_file(work, month(2026, 6, june.runtime.playbook.programme.zone), FileKind.CSV, COORDINATOR)
    work_off(june)
    broken.mend()
    june.clock.at += PAUSES[0]
    work_off(june)
    assert state_of(files(june)[0], june.clock.at) is FileState.MADE


def test_a_job_that_nobody_works_on_is_told_as_that_and_can_be_begun_anew(june: Desk) -> None:
    with june.work() as work:
        period = month(2026, 6, june.runtime.playbook.programme.zone)
        wanted = ask_for_file(work, period, FileKind.CSV, COORDINATOR)
    june.clock.at += timedelta(minutes=1)
    assert state_of(files(june)[0], june.clock.at) is FileState.MAKING
    with june.work() as work, pytest.raises(ConflictError):
        ask_again(work, wanted.id, COORDINATOR)
    june.clock.at += SILENT_AFTER
    assert state_of(files(june)[0], june.clock.at) is FileState.SILENT
    with june.work() as work, pytest.raises(NotAllowedError):
        ask_again(work, wanted.id, OPERATOR)
    with june.work() as work:
        ask_again(work, wanted.id, COORDINATOR)
    assert state_of(files(june)[0], june.clock.at) is FileState.MAKING
    work_off(june)
    assert state_of(files(june)[0], june.clock.at) is FileState.MADE
