"""A carrier that takes no texts can't be used to say so: whom the playbook names is mailed, again while it
lasts.

SIMs in modems have a watch of their own (`sms.modem.watch`); where nobody runs it any more it can't speak.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from hotline.carriers import Trouble, troubles
from hotline.lines import is_unwatched, known_lines
from hotline.mail import Letter, MailCause, Mailed, MailServer, MailState
from hotline.outbox import Later
from hotline.unit_of_work import UnitOfWork

AGAIN: Final = timedelta(minutes=10)
"""Between two attempts at a mail server that does not answer."""

_log = logging.getLogger(__name__)


class MailingAlarm:
    """Keeps MAIL_ALARM. `url` is the mail server's, `to` who is told, `hours` after how many they are told
    again, `carrier` of whom, and `sims` of whom where their own watch is silent.
    """

    def __init__(
        self, url: str, to: Sequence[str], hours: int, carrier: str, sims: Sequence[str] = ()
    ) -> None:
        self.server = MailServer(url) if url else None
        self.to = to
        self.again = timedelta(hours=hours)
        self.carrier = carrier
        self.sims = sims

    def prepare(self, work: UnitOfWork, _subject: int) -> Letter | None:
        """The letter; None where nothing is wrong any more, or nobody can be told."""
        silent = [line.name for line in known_lines(work.session) if is_unwatched(line, work.now)]
        named = [self.carrier, *(name for name in silent if name in self.sims)]
        found = troubles(work.session, work.playbook.sending, work.now, named)
        if self.server is None or not self.to or not found:
            return None
        names = ", ".join(dict.fromkeys(trouble.carrier for trouble in found))
        alarms = ", ".join(trouble.alarm for trouble in found)
        subject = f"{work.playbook.programme.name}: {names}: {alarms}"
        return Letter(self.to, subject, "\n".join(map(_told, found)))

    def perform(self, prepared: Letter) -> Mailed:
        """One attempt."""
        if self.server is None:
            return Mailed(MailState.NOT_SENT, MailCause.UNREACHABLE, "there is no mail server")
        return self.server.send(prepared)

    def record(self, work: UnitOfWork, _subject: int, outcome: Mailed, _attempts: int) -> Later:
        """It is looked at once more in any case: what lasts is said again."""
        if outcome.problem:
            _log.error("an alarm was not mailed: %s", outcome.problem)
        pause = AGAIN if outcome.state is MailState.NOT_SENT else self.again
        return Later(work.now + pause, outcome.problem)


def _told(trouble: Trouble) -> str:
    since = "" if trouble.since is None else f" since {trouble.since:%Y-%m-%d %H:%M} UTC"
    return f"{trouble.carrier}: {trouble.alarm}{since} {trouble.detail}".rstrip()
