"""The texts that go out, worded anew on the screen: each change is a version, the newest of a text counts.

The file's words stay where they are, so that going back is always possible. What may be said is decided by
the playbook's own checks, on the playbook as it would be.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.playbook import Fault, Playbook
from hotline.domain.rights import Act, Actor, require
from hotline.domain.segments import plain
from hotline.incidents import ConflictError
from hotline.models import Audit, Wording
from hotline.playbook_texts import text_faults
from hotline.unit_of_work import UnitOfWork
from hotline.words_in_force import worded

DOCUMENT: Final = "texts"
LONGEST: Final = 640
"""Characters of a text with its fields; what goes out has one part."""


@dataclass(frozen=True, slots=True)
class TextName:
    """Which text: its key, and in which language."""

    key: str
    language: str


class NoSuchTextError(Exception):
    """The playbook has no such text, or none in this language; or the text has no such version."""


class UnfitWordsError(Exception):
    """These words can't go out; carries the faults that the playbook would have with them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.problem for fault in faults))


def written_words(playbook: Playbook, name: TextName) -> str:
    """The file's words of a text. Raises NoSuchTextError."""
    text = playbook.texts.get(name.key)
    if text is None or name.language not in text.words:
        raise NoSuchTextError(name)
    return str(playbook.documents[DOCUMENT].data[name.key][name.language])


def tidied(words: str) -> str:
    """Words on one line, with what a word processor makes of quotes and dashes put back."""
    return " ".join(plain(words).split())


def faults_with(playbook: Playbook, name: TextName, words: str) -> tuple[Fault, ...]:
    """What the checks say of the playbook with these words in its text. Raises NoSuchTextError."""
    written_words(playbook, name)
    return tuple(text_faults(worded(playbook, name.key, name.language, words)))


def versions(session: Session, name: TextName, limit: int = 50) -> list[Wording]:
    """What was worded on the screen, the newest first."""
    query = select(Wording).where(Wording.text_key == name.key, Wording.language == name.language)
    return list(session.scalars(query.order_by(Wording.id.desc()).limit(limit)))


def reword(work: UnitOfWork, name: TextName, words: str, by: Actor, seen: int) -> Wording:
    """From now on the text says `words`. `seen` is the newest version that the writer knew, 0 for none.

    Raises NotAllowedError, NoSuchTextError, UnfitWordsError, and ConflictError where somebody was faster or
    nothing would change.
    """
    require(by, Act.MANAGE_WORDS)
    wanted = tidied(words)
    if faults := faults_with(work.playbook, name, wanted):
        raise UnfitWordsError(faults)
    return _add(work, name, wanted, by, seen)


def go_back(work: UnitOfWork, name: TextName, version: int | None, by: Actor, seen: int) -> Wording:
    """The words of an earlier version count again, or with None the file's. Raises as `reword` does."""
    require(by, Act.MANAGE_WORDS)
    return reword(work, name, _words_of(work, name, version), by, seen)


def _words_of(work: UnitOfWork, name: TextName, version: int | None) -> str:
    written = written_words(work.playbook, name)
    if version is None:
        return written
    row = work.session.get(Wording, version)
    if row is None or (row.text_key, row.language) != (name.key, name.language):
        raise NoSuchTextError(name, version)
    return row.words if row.words is not None else row.written


def _add(work: UnitOfWork, name: TextName, words: str, by: Actor, seen: int) -> Wording:
    written = written_words(work.playbook, name)
    before = next(iter(versions(work.session, name, 1)), None)
    if (before.id if before else 0) != seen:
        raise ConflictError("somebody else has worded this text meanwhile")
    kept = None if words == written else words
    if kept == (before.words if before else None):
        raise ConflictError("the text says this already")
    row = Wording(
        text_key=name.key, language=name.language, words=kept, written=written,
        made_at=work.now, made_by=by.id,
    )  # fmt: skip
    work.add(row)
    act = "text_restored" if kept is None else "text_reworded"
    work.note(Audit, at=work.now, operator_id=by.id, act=act, subject=f"{name.key} {name.language}")
    return row
