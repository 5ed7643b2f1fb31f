"""Letters by a mail server: every way that an attempt can end is told apart."""

from collections.abc import Mapping

import pytest

from hotline.mail import Attachment, Letter, Mailed, MailServer, MailState
from tests.support.mail_server import Mailbox

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


@pytest.mark.parametrize(
    ("replies", "state", "words"),
    [
        ({"RCPT": "550 who?"}, MailState.REFUSED, "every address was refused (550)"),
        ({"MAIL": "552 too large"}, MailState.REFUSED, "the server said 552"),
        ({"MAIL": "451 later"}, MailState.NOT_SENT, "the server said 451"),
        ({"END": "554 spam"}, MailState.REFUSED, "the server said 554"),
        ({"END": ""}, MailState.UNKNOWN, "SMTPServerDisconnected"),
        ({"EHLO": ""}, MailState.NOT_SENT, "SMTPServerDisconnected"),
        ({"QUIT": ""}, MailState.SENT, ""),
    ],
)
def test_each_end_of_an_attempt_has_its_name(
    mailbox: Mailbox, replies: Mapping[str, str], state: MailState, words: str
) -> None:
    mailbox.replies.update(replies)
    assert MailServer(mailbox.url).send(LETTER) == Mailed(state, words)


def test_a_server_that_is_not_there_was_not_reached(mailbox: Mailbox) -> None:
    assert MailServer("smtp://127.0.0.1:1").send(LETTER).state is MailState.NOT_SENT


def test_an_account_that_is_an_address_is_the_sender(mailbox: Mailbox) -> None:
    mailbox.replies["EHLO"] = "250-loopback\r\n250 AUTH PLAIN"
    url = mailbox.url.replace("//", "//sigap%40example.id:s%3Acret@")
    assert MailServer(url).send(LETTER).state is MailState.SENT
    assert mailbox.letters[0]["From"] == "sigap@example.id"
    assert "AUTH" in mailbox.said


def test_a_wrong_password_sends_nothing_and_is_not_said_aloud(mailbox: Mailbox) -> None:
    mailbox.replies.update({"EHLO": "250-loopback\r\n250 AUTH PLAIN", "AUTH": "535 no s:cret"})
    url = mailbox.url.replace("//", "//sigap:s%3Acret@")
    assert MailServer(url).send(LETTER) == Mailed(MailState.NOT_SENT, "the server said 535")
    assert mailbox.letters == []


def test_without_tls_a_password_leaves_this_machine_for_nobody(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.mail._HERE", frozenset())
    url = mailbox.url.replace("//", "//sigap:secret@")
    assert MailServer(url).send(LETTER).state is MailState.NOT_SENT
    assert "AUTH" not in mailbox.said
