"""Letters by a mail server (HOTLINE_SMTP_URL): `smtp://user:secret@host:587`, or `smtps://` for TLS from the
start.
"""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT_S: Final = 20.0
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class MailState(StrEnum):
    """How an attempt ended."""

    SENT = "sent"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    """The letter was handed over and no answer came: it may have gone."""


class MailCause(StrEnum):
    """What was in the way of a letter; the desk's pages have a sentence for each."""

    CERTIFICATE = "certificate"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret  # nosec B105
    NO_TLS = "no_tls"
    UNREACHABLE = "unreachable"
    LATER = "later"
    ADDRESSES = "addresses"
    """Every address was refused."""
    SOME_ADDRESSES = "some_addresses"
    """It went to the others."""
    REFUSED = "refused"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a letter."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to whom."""

    to: Sequence[str]
    subject: str
    words: str
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class Mailed:
    """What came of it, and what was in the way; `problem` says the same to a technician."""

    state: MailState
    cause: MailCause | None = None
    problem: str = ""


class MailServer:
    """One mail server. Without TLS it is given no password, except on this machine."""

    def __init__(self, url: str) -> None:
        self._parts: SplitResult = urlsplit(url)

    @property
    def sender(self) -> str:
        """Who writes: the account, where it is an address."""
        user = unquote(self._parts.username or "")
        return user if "@" in user else f"hotline@{self._parts.hostname or 'localhost'}"

    def send(self, letter: Letter) -> Mailed:
        """One attempt; every way it can end is a value."""
        message = self._message(letter)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return Mailed(MailState.NOT_SENT, _cause(error), _said(error))
        try:
            with server:
                return self._hand_over(server, message)
        except (OSError, smtplib.SMTPException):
            return Mailed(MailState.SENT)  # it was taken; only the farewell went wrong

    def _connect(self) -> smtplib.SMTP:
        host, port = self._parts.hostname or "localhost", self._parts.port
        if self._parts.scheme == "smtps":
            secure = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=secure)
        else:
            server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_S)
        try:
            self._greet(server, host)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, host: str) -> None:
        """TLS where the server has it, then the password; no password without TLS, but on this machine."""
        plain = self._parts.scheme != "smtps"
        server.ehlo_or_helo_if_needed()
        if plain and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            plain = False
        if not (self._parts.username and self._parts.password):
            return
        if plain and host not in _HERE:
            raise smtplib.SMTPNotSupportedError("the server offers no TLS; the password stays here")
        server.login(unquote(self._parts.username), unquote(self._parts.password))

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> Mailed:
        try:
            refused = server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            return Mailed(MailState.REFUSED, MailCause.ADDRESSES, _said(error))
        except smtplib.SMTPResponseException as error:
            if 400 <= error.smtp_code < 500:
                return Mailed(MailState.NOT_SENT, MailCause.LATER, _said(error))
            return Mailed(MailState.REFUSED, MailCause.REFUSED, _said(error))
        except (OSError, smtplib.SMTPException) as error:
            return Mailed(MailState.UNKNOWN, MailCause.DOUBT, _said(error))
        if refused:
            return Mailed(MailState.SENT, MailCause.SOME_ADDRESSES, f"{len(refused)} addresses were refused")
        return Mailed(MailState.SENT)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        # A line end in a heading would begin another heading, as somebody else wants it.
        heading = " ".join(letter.subject.split())
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(letter.to), heading
        message.set_content(letter.words)
        for each in letter.attachments:
            kind, _, subtype = each.content_type.partition(";")[0].partition("/")
            message.add_attachment(each.body, maintype=kind, subtype=subtype, filename=each.name)
        return message


def _cause(error: Exception) -> MailCause:
    """Why no connection came about."""
    match error:
        case ssl.SSLCertVerificationError():
            return MailCause.CERTIFICATE
        case smtplib.SMTPAuthenticationError():
            return MailCause.PASSWORD
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return MailCause.NO_TLS
        case _:
            return MailCause.UNREACHABLE


def _said(error: Exception) -> str:
    """The error in one line, without whatever the account may have put into it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"every address was refused ({', '.join(map(str, codes))})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server said {error.smtp_code}"
    return type(error).__name__
