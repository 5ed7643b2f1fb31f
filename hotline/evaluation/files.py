"""Reports as files: asked for at the desk or by the calendar, made by a job that says how far it is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor, require
from hotline.evaluation.figures import Compared, count_period
from hotline.evaluation.paper import pdf_of
from hotline.evaluation.period import Period, read_period
from hotline.evaluation.report import Report, report_of
from hotline.evaluation.sheets import csv_of
from hotline.evaluation.tables import flat
from hotline.evaluation.workbook import xlsx_of
from hotline.incidents import NoSuchIncidentError
from hotline.models import Audit, ReportFile
from hotline.outbox import Kind, Later, Rank
from hotline.runtime import Runtime
from hotline.unit_of_work import UnitOfWork

SHOWN: Final = 12
"""Files of one period that the page lists."""
DONE: Final = 100


class FileKind(StrEnum):
    """What can be asked for."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES: Final[Mapping[FileKind, str]] = {
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv; charset=utf-8",
}
_MAKERS: Final[Mapping[FileKind, Callable[[Report], bytes]]] = {
    FileKind.PDF: pdf_of,
    FileKind.XLSX: xlsx_of,
    FileKind.CSV: lambda report: csv_of(flat(list(report.tables))).encode(),
}


def ask_for_file(
    work: UnitOfWork, period: Period, kind: FileKind, by: Actor, *, reason: str = "", mail: bool = False
) -> ReportFile:
    """Promises the report of `period` as a file. Raises NotAllowedError."""
    require(by, Act.EXPORT)
    wanted = ReportFile(period=period.key, kind=kind, asked_at=work.now, asked_by=by.id, mail=mail)
    work.session.add(wanted)
    work.session.flush()
    work.session.add(
        Audit(at=work.now, operator_id=by.id, act="export", subject=f"{kind} {period.key}", reason=reason)
    )
    work.promise(Kind.MAKE_REPORT, wanted.id, rank=Rank.LATER)
    return wanted


def files_of(session: Session, period: Period) -> list[ReportFile]:
    """The period's files, the newest first."""
    query = select(ReportFile).where(ReportFile.period == period.key).order_by(ReportFile.id.desc())
    return list(session.scalars(query.limit(SHOWN)))


def take_file(work: UnitOfWork, file_id: int, by: Actor) -> tuple[ReportFile, bytes]:
    """A finished file and its bytes; who took it is in the audit.

    Raises NoSuchIncidentError where it is not made yet or was deleted at its term, NotAllowedError.
    """
    require(by, Act.EXPORT)
    found = work.session.get(ReportFile, file_id)
    if found is None or found.body is None:
        raise NoSuchIncidentError(f"report file {file_id}")
    work.session.add(Audit(at=work.now, operator_id=by.id, act="download", subject=f"report file {file_id}"))
    return found, found.body


def file_name(file: ReportFile) -> str:
    """As it is saved: `evaluasi-2026-06.pdf`."""
    return f"evaluasi-{file.period}.{file.kind}"


class MakingReport:
    """Keeps the promise of a file: counts three periods, draws, stores; says how far it is on the way."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def prepare(self, work: UnitOfWork, subject_id: int) -> tuple[int, str, FileKind, datetime] | None:
        """What is wanted; None where it is made already."""
        wanted = work.session.get(ReportFile, subject_id)
        if wanted is None or wanted.made_at is not None:
            return None
        return wanted.id, wanted.period, FileKind(wanted.kind), work.now

    def perform(self, prepared: tuple[int, str, FileKind, datetime]) -> bytes:
        """The bytes. Counts in one reading session, so that the three periods fit together."""
        file_id, key, kind, now = prepared
        playbook = self.runtime.playbook
        period = read_period(key, playbook.programme.zone)
        counted = []
        with self.runtime.reading() as session:
            for step, each in enumerate((period, period.before(), period.year_ago()), 1):
                counted.append(count_period(session, each, playbook, now))
                self._say(file_id, step * 25)
        report = report_of(Compared(*counted), playbook, playbook.programme.language, now)
        return _MAKERS[kind](report)

    def record(self, work: UnitOfWork, subject_id: int, outcome: bytes, _attempts: int) -> Later | None:
        """Stores the file; promises the mail where it is wanted."""
        made = work.session.get_one(ReportFile, subject_id)
        made.body, made.made_at, made.progress = outcome, work.now, DONE
        if made.mail:
            work.promise(Kind.MAIL_REPORT, made.id, rank=Rank.LATER)
        return None

    def _say(self, file_id: int, percent: int) -> None:
        with self.runtime.work() as work:
            work.session.get_one(ReportFile, file_id).progress = percent
