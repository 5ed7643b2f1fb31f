"""The messages that a playbook's model is trained on: tab-parted files of labelled texts.

A line is `TYPE<tab>priority<tab>text` (a report), `intent<tab>text` (a resident's other texts) or
`STATUS<tab>text` (a unit's). A file is one author's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hotline.domain.lifecycle import StatusCode
from hotline.domain.playbook import Playbook, Priority
from sms.commands import OUTWARD_STATUS
from sms.grammar import Intent, Sender
from sms.grammar.model_file import message_files

_STATUSES: Final = {word: code for code, word in OUTWARD_STATUS.items()}


class UnfitMessageError(Exception):
    """A line that is no labelled message; names file and line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled text."""

    author: str
    sender: Sender
    text: str
    intent: Intent
    type: str | None = None
    priority: Priority | None = None
    status: StatusCode | None = None


def read_messages(playbook: Playbook) -> list[Message]:
    """All messages of the playbook. Raises UnfitMessageError at the first line that is none."""
    return [message for path in message_files(Path(playbook.folder)) for message in _of_file(path, playbook)]


def _of_file(path: Path, playbook: Playbook) -> Iterator[Message]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield _message(path.stem, line.split("\t"), playbook)
        except ValueError as problem:
            raise UnfitMessageError(f"{path}:{number}: {problem}") from problem


def _message(author: str, columns: list[str], playbook: Playbook) -> Message:
    match columns:
        case [kind, priority, text] if kind in playbook.types and text.strip():
            return Message(author, Sender.RESIDENT, text, Intent.REPORT, kind, Priority(priority))
        case [status, text] if status in _STATUSES and text.strip():
            return Message(author, Sender.UNIT, text, Intent.RESPONDER_STATUS, status=_STATUSES[status])
        case [intent, text] if text.strip():
            return Message(author, Sender.RESIDENT, text, Intent(intent))
    raise ValueError(f"{len(columns)} columns, {columns[0]!r}: not a labelled message")
