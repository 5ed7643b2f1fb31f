"""Letters by a mail server: every way that an attempt can end is told apart."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from hotline.mail import Attachment, Letter, MailCause, Mailed, MailServer, MailState
from tests.support.mail_server import Mailbox
from tests.support.processes import free_port

LETTER = Letter(
    ["camat@example.id", "kasi@example.id"], "Laporan Juni", "Terlampir.",
    [Attachment("evaluasi-2026-06.pdf", "application/pdf", b"%PDF-1.4 \x00\xff")],
)  # fmt: skip


def test_a_letter_arrives_as_it_was_written_with_its_file(mailbox: Mailbox) -> None:
    assert MailServer(mailbox.url).send(LETTER) == Mailed(MailState.SENT)
    (letter,) = mailbox.letters
    assert mailbox.to == ["camat@example.id", "kasi@example.id"]
    assert (letter["Subject"], letter["From"]) == ("Laporan Juni", "hotline@127.0.0.1")
    (file,) = letter.iter_attachments()
    assert file.get_filename() == "evaluasi-2026-06.pdf"
    assert file.get_content() == b"%PDF-1.4 \x00\xff"


def test_a_line_end_in_a_heading_begins_no_other_heading(mailbox: Mailbox) -> None:
    forged = "Laporan\r\nBcc: evil@example.id\r\n\r\nHalo"
    sent = MailServer(mailbox.url).send(replace(LETTER, subject=forged))
    assert sent == Mailed(MailState.SENT)
    (letter,) = mailbox.letters
    assert letter["Subject"] == "Laporan Bcc: evil@example.id Halo"
    assert letter["Bcc"] is None
    assert mailbox.to == list(LETTER.to)


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"RCPT": "550 who?"},
         Mailed(MailState.REFUSED, MailCause.ADDRESSES, "every address was refused (550)")),
        ({"MAIL": "552 too large"}, Mailed(MailState.REFUSED, MailCause.REFUSED, "the server said 552")),
        ({"MAIL": "451 later"}, Mailed(MailState.NOT_SENT, MailCause.LATER, "the server said 451")),
        ({"END": "554 spam"}, Mailed(MailState.REFUSED, MailCause.REFUSED, "the server said 554")),
        ({"END": ""}, Mailed(MailState.UNKNOWN, MailCause.DOUBT, "SMTPServerDisconnected")),
        ({"EHLO": ""}, Mailed(MailState.NOT_SENT, MailCause.UNREACHABLE, "SMTPServerDisconnected")),
        ({"QUIT": ""}, Mailed(MailState.SENT)),
    ],
)  # fmt: skip
def test_each_end_of_an_attempt_has_its_name(
    mailbox: Mailbox, replies: Mapping[str, str], outcome: Mailed
) -> None:
    mailbox.replies.update(replies)
    assert MailServer(mailbox.url).send(LETTER) == outcome


def test_a_server_that_is_not_there_was_not_reached(mailbox: Mailbox) -> None:
    assert MailServer("smtp://127.0.0.1:1").send(LETTER).state is MailState.NOT_SENT


def test_without_tls_a_password_leaves_this_machine_for_nobody(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.mail._HERE", frozenset())
    url = mailbox.url.replace("//", "//sigap:secret@")
    outcome = MailServer(url).send(LETTER)
    assert (outcome.state, outcome.cause) == (MailState.NOT_SENT, MailCause.NO_TLS)
    assert "AUTH" not in mailbox.said


class Post:
    """What a real server took: letters, and who had signed in."""

    def __init__(self, mixed: bool = False) -> None:
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []
        self.mixed = mixed

    async def handle_RCPT(  # noqa: N802  the server's own word
        self, _server: object, session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if not session.authenticated:
            return "530 sign in first"
        if self.mixed and address.startswith("kasi"):
            return "550 who?"
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(  # noqa: N802
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.to = list(envelope.rcpt_tos)
        return "250 taken"


@dataclass(frozen=True)
class Secured:
    """A server that talks over TLS only, and what it took."""

    scheme: str
    port: int
    post: Post

    def url(self, account: str = "sigap%40example.id:s%3Acret@", host: str = "localhost") -> str:
        return f"{self.scheme}://{account}{host}:{self.port}"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Whose signature this machine trusts, once a test says so."""
    return trustme.CA()


@pytest.fixture(params=["smtps", "smtp"])
def secured(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[Secured]:
    """The server, with TLS from the start or after STARTTLS; its certificate names localhost and no other."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    post, from_the_start = Post(), request.param == "smtps"
    how = {"ssl_context": context} if from_the_start else {"tls_context": context, "require_starttls": True}
    port = free_port()
    controller = Controller(
        post, hostname="127.0.0.1", port=port, auth_require_tls=not from_the_start, authenticator=_knows,
        **how,
    )  # fmt: skip
    controller.start()
    yield Secured(request.param, port, post)
    controller.stop()


def _knows(
    _server: object, _session: object, _envelope: object, _way: str, told: LoginPassword
) -> AuthResult:
    right = (told.login, told.password) == (b"sigap@example.id", b"s:cret")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine knows the authority, as an office's own is made known to a machine."""
    known = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(known)
    monkeypatch.setenv("SSL_CERT_FILE", str(known))


@pytest.mark.usefixtures("trusted")
def test_over_tls_the_password_is_given_and_the_letter_arrives_whole(secured: Secured) -> None:
    assert MailServer(secured.url()).send(LETTER) == Mailed(MailState.SENT)
    (letter,) = secured.post.letters
    assert letter["From"] == "sigap@example.id"
    assert secured.post.to == LETTER.to
    (file,) = letter.iter_attachments()
    assert file.get_content() == LETTER.attachments[0].body


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_as_that_and_not_said_aloud(secured: Secured) -> None:
    outcome = MailServer(secured.url("sigap%40example.id:wrong@")).send(LETTER)
    assert outcome == Mailed(MailState.NOT_SENT, MailCause.PASSWORD, "the server said 535")
    assert secured.post.letters == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_is_refused_before_the_password(secured: Secured) -> None:
    outcome = MailServer(secured.url(host="127.0.0.1")).send(LETTER)
    assert (outcome.state, outcome.cause) == (MailState.NOT_SENT, MailCause.CERTIFICATE)
    assert secured.post.letters == []


def test_a_certificate_that_nobody_here_signed_is_refused(secured: Secured) -> None:
    outcome = MailServer(secured.url()).send(LETTER)
    assert (outcome.state, outcome.cause) == (MailState.NOT_SENT, MailCause.CERTIFICATE)
    assert secured.post.letters == []


@pytest.mark.usefixtures("trusted")
def test_that_one_address_was_refused_is_told_beside_that_it_went(secured: Secured) -> None:
    secured.post.mixed = True
    outcome = MailServer(secured.url()).send(LETTER)
    assert (outcome.state, outcome.cause) == (MailState.SENT, MailCause.SOME_ADDRESSES)
    assert secured.post.to == ["camat@example.id"]
