"""A finished report goes to the playbook's recipients by mail."""

import logging
from datetime import timedelta
from typing import Final

from hotline.domain.rights import Act, Actor, require
from hotline.evaluation.files import CONTENT_TYPES, FileKind, file_name
from hotline.evaluation.period import read_period
from hotline.evaluation.report import name_of_period
from hotline.incidents import ConflictError, NoSuchIncidentError
from hotline.mail import Attachment, Letter, MailCause, Mailed, MailServer, MailState
from hotline.models import Audit, ReportFile
from hotline.outbox import Kind, Later
from hotline.timers import tick
from hotline.unit_of_work import UnitOfWork

TRIES: Final = 12
AGAIN: Final = timedelta(minutes=10)
"""Between two attempts at a server that does not answer."""

_log = logging.getLogger(__name__)


class MailingReport:
    """Keeps the promise of a mail; without a server, or a file that was deleted, there is nothing to do."""

    def __init__(self, url: str) -> None:
        self.server = MailServer(url) if url else None

    def prepare(self, work: UnitOfWork, subject_id: int) -> Letter | None:
        """The letter with the file."""
        file = work.session.get(ReportFile, subject_id)
        to = work.playbook.evaluation.recipients
        if self.server is None or file is None or file.body is None or file.mailed_at is not None or not to:
            return None
        playbook = work.playbook
        title = name_of_period(read_period(file.period, playbook.programme.zone), playbook, "")
        report = playbook.report.word("report")
        return Letter(
            to, f"{report} {playbook.programme.name}, {title}",
            f"{report} {title}.\n\n{playbook.programme.name}, {playbook.programme.district}\n",
            [Attachment(file_name(file), CONTENT_TYPES[FileKind(file.kind)], file.body)],
        )  # fmt: skip

    def perform(self, prepared: Letter) -> Mailed:
        """One attempt."""
        if self.server is None:
            return Mailed(MailState.NOT_SENT, MailCause.UNREACHABLE, "there is no mail server")
        return self.server.send(prepared)

    def record(self, work: UnitOfWork, subject_id: int, outcome: Mailed, attempts: int) -> Later | None:
        """Only what certainly did not go is tried again; what may have gone is a person's to repeat."""
        file = work.session.get_one(ReportFile, subject_id)
        file.problem, file.again_at = outcome.cause or "", None
        if outcome.problem:
            _log.warning("report file %s by mail: %s, %s", file.id, outcome.state, outcome.problem)
        if outcome.state is MailState.SENT:
            file.mailed_at = work.now
        elif outcome.state is MailState.NOT_SENT and attempts < TRIES:
            file.again_at = work.now + AGAIN
            return Later(file.again_at, file.problem)
        return None


def mail_again(work: UnitOfWork, file_id: int, by: Actor) -> ReportFile:
    """A letter that did not go is sent now; whoever asks knows that one in doubt may come twice.

    Raises NoSuchIncidentError, NotAllowedError, ConflictError for one that went, or that nothing is known of.
    """
    require(by, Act.EXPORT)
    file = work.session.get(ReportFile, file_id, with_for_update=True)
    if file is None:
        raise NoSuchIncidentError(f"report file {file_id}")
    if not file.mail or file.mailed_at is not None or not file.problem:
        raise ConflictError("the letter went, or is on its way")
    file.problem, file.again_at = "", None
    work.session.add(Audit(at=work.now, operator_id=by.id, act="mail", subject=f"report file {file.id}"))
    tick(work.session, Kind.MAIL_REPORT, file.id, work.now, at_once=True)
    return file
