"""A mail server on loopback that speaks enough SMTP to take a letter, and refuses what it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest


@dataclass
class Mailbox:
    """What arrived, and how the server answers: verb to reply, where it is not a yes."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The verbs, in order."""
    replies: dict[str, str] = field(default_factory=dict)
    """`""` hangs up instead of answering."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self._reply("220 loopback")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.partition(" ")[0].upper()
            box.said.append(verb)
            reply = box.replies.get(verb, _REPLIES.get(verb, "250 yes"))
            if not reply:
                return
            if verb == "RCPT" and reply.startswith("250"):
                box.to.append(words.partition(":")[2].strip("<> "))
            self._reply(reply)
            if verb == "DATA" and reply.startswith("354") and not self._letter(box):
                return
            if verb == "QUIT":
                return

    def _letter(self, box: Mailbox) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if not box.replies.get("END", "250 taken"):
            return False
        letter = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(letter, EmailMessage)
        box.letters.append(letter)
        self._reply(box.replies.get("END", "250 taken"))
        return True

    def _reply(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


_REPLIES = {"EHLO": "250-loopback\r\n250 SIZE 10000000", "DATA": "354 go on", "QUIT": "221 bye",
            "AUTH": "235 welcome"}  # fmt: skip


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A server that takes every letter."""
    box = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.box = box  # type: ignore[attr-defined]
        box.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield box
        server.shutdown()
        thread.join()
