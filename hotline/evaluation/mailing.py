"""A finished report goes to the playbook's recipients by mail."""

from datetime import timedelta
from typing import Final

from hotline.evaluation.files import CONTENT_TYPES, FileKind, file_name
from hotline.evaluation.period import read_period
from hotline.evaluation.report import name_of_period
from hotline.mail import Attachment, Letter, Mailed, MailServer, MailState
from hotline.models import ReportFile
from hotline.outbox import Later
from hotline.unit_of_work import UnitOfWork

TRIES: Final = 12
AGAIN: Final = timedelta(minutes=10)
"""Between two attempts at a server that does not answer."""


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
            return Mailed(MailState.NOT_SENT, "there is no mail server")
        return self.server.send(prepared)

    def record(self, work: UnitOfWork, subject_id: int, outcome: Mailed, attempts: int) -> Later | None:
        """Only what certainly did not go is tried again; what may have gone is a person's to repeat."""
        file = work.session.get_one(ReportFile, subject_id)
        if outcome.state is MailState.SENT:
            file.mailed_at, file.problem = work.now, ""
            return None
        file.problem = f"{outcome.state}: {outcome.problem}"[:200]
        if outcome.state is MailState.NOT_SENT and attempts < TRIES:
            return Later(work.now + AGAIN, file.problem)
        return None
