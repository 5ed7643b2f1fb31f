"""Reports as files: asked for at the desk or by the calendar, made by a job that says how far it is, or why
not.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.rights import Act, Actor, require
from hotline.evaluation.failing import Failure, failure_of
from hotline.evaluation.figures import Compared, count_period
from hotline.evaluation.paper import pdf_of
from hotline.evaluation.period import Period, read_period
from hotline.evaluation.report import Report, report_of
from hotline.evaluation.sheets import csv_of
from hotline.evaluation.tables import flat
from hotline.evaluation.workbook import xlsx_of
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.models import Audit, ReportFile
from hotline.outbox import LEASES, Kind, Later, Rank
from hotline.runtime import Runtime
from hotline.timers import tick
from hotline.unit_of_work import UnitOfWork

SHOWN: Final = 12
"""Files of one period that the page lists."""
DONE: Final = 100
TRIES: Final = 4
PAUSES: Final = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
"""After each failure but the last, until the job tries again by itself."""
SILENT_AFTER: Final = LEASES[Kind.MAKE_REPORT] + timedelta(minutes=5)
"""A job that says nothing for longer is dead: by then another worker would have taken it over."""

_log = logging.getLogger(__name__)


class FileState(StrEnum):
    """How it stands with a file."""

    MAKING = "making"
    MADE = "made"
    FAILED = "failed"
    SILENT = "silent"
    """Nobody has worked on it for longer than the work can take."""


def state_of(file: ReportFile, now: datetime) -> FileState:
    """How it stands with `file`."""
    if file.made_at is not None:
        return FileState.MADE
    if file.failed_at is not None:
        return FileState.FAILED
    silent = now - (file.begun_at or file.asked_at) > SILENT_AFTER
    return FileState.SILENT if silent else FileState.MAKING


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


def ask_again(work: UnitOfWork, file_id: int, by: Actor) -> ReportFile:
    """A file that failed, or that nobody makes, is begun anew.

    Raises NoSuchIncidentError, NotAllowedError, and ConflictError for one that is made or being made.
    """
    require(by, Act.EXPORT)
    found = work.session.get(ReportFile, file_id, with_for_update=True)
    if found is None:
        raise NoSuchIncidentError(f"report file {file_id}")
    if state_of(found, work.now) not in (FileState.FAILED, FileState.SILENT):
        raise ConflictError("the file is made, or being made")
    found.asked_at, found.begun_at, found.progress = work.now, None, 0
    found.failed_at, found.again_at, found.failure = None, None, ""
    subject = f"{found.kind} {found.period}"
    work.session.add(Audit(at=work.now, operator_id=by.id, act="export", subject=subject))
    tick(work.session, Kind.MAKE_REPORT, found.id, work.now, at_once=True)
    return found


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to be made."""

    file_id: int
    period: str
    kind: FileKind
    now: datetime


class MakingReport:
    """Keeps the promise of a file: counts three periods, draws, stores; says how far it is on the way."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def prepare(self, work: UnitOfWork, subject_id: int) -> Wanted | None:
        """What is wanted; None where it is made already."""
        file = work.session.get(ReportFile, subject_id)
        if file is None or file.made_at is not None:
            return None
        file.begun_at, file.progress = work.now, 0
        file.failed_at, file.again_at = None, None
        return Wanted(file.id, file.period, FileKind(file.kind), work.now)

    def perform(self, prepared: Wanted) -> bytes | Failure:
        """The bytes, or what was in the way: whoever waits for the file must hear of it."""
        try:
            return _MAKERS[prepared.kind](self._count(prepared))
        except Exception as error:
            _log.exception("report file %s could not be made", prepared.file_id)
            return failure_of(error)

    def _count(self, wanted: Wanted) -> Report:
        """Counts in one reading session, so that the three periods fit together."""
        playbook = self.runtime.playbook
        period = read_period(wanted.period, playbook.programme.zone)
        counted = []
        with self.runtime.reading() as session:
            for step, each in enumerate((period, period.before(), period.year_ago()), 1):
                counted.append(count_period(session, each, playbook, wanted.now))
                self._say(wanted.file_id, step * 25)
        return report_of(Compared(*counted), playbook, playbook.programme.language, wanted.now)

    def record(
        self, work: UnitOfWork, subject_id: int, outcome: bytes | Failure, attempts: int
    ) -> Later | None:
        """Stores the file and promises the mail where it is wanted; or says why not, and tries again."""
        file = work.session.get_one(ReportFile, subject_id)
        if isinstance(outcome, Failure):
            return self._failed(file, outcome, attempts, work.now)
        file.body, file.made_at, file.progress, file.failure = outcome, work.now, DONE, ""
        if file.mail:
            work.promise(Kind.MAIL_REPORT, file.id, rank=Rank.LATER)
        return None

    @staticmethod
    def _failed(file: ReportFile, failure: Failure, attempts: int, now: datetime) -> Later | None:
        file.failed_at, file.failure, file.again_at = now, failure, None
        if attempts >= TRIES:
            return None
        file.again_at = now + PAUSES[min(attempts, len(PAUSES)) - 1]
        return Later(file.again_at, failure)

    def _say(self, file_id: int, percent: int) -> None:
        with self.runtime.work() as work:
            work.session.get_one(ReportFile, file_id).progress = percent
