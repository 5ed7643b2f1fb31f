"""The grammar with what the desk has taught it: the playbook's words, and the lessons in force."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from hotline.domain.playbook import Document, Landmark, Playbook
from hotline.learning import Taught, lessons_in_force, lessons_mark
from sms.grammar import Reader

LEXICON: Final = "lexicon"


class Readers:
    """Gives the reader that knows every lesson in force, compiled anew when the lessons have changed."""

    def __init__(self, playbook: Playbook) -> None:
        self.playbook = playbook
        self._made = _Made("", Reader.of(playbook))
        self._making = Lock()

    def of(self, session: Session) -> Reader:
        """The reader of this moment."""
        mark = lessons_mark(session)
        made = self._made
        if made.mark != mark:
            with self._making:
                made = self._made = _Made(mark, Reader.of(taught(self.playbook, lessons_in_force(session))))
        return made.reader


@dataclass(frozen=True, slots=True)
class _Made:
    mark: str
    reader: Reader


def taught(playbook: Playbook, lessons: Sequence[Taught]) -> Playbook:
    """The playbook with each lesson as if it stood there: a place as a landmark, a phrase under its type."""
    places = tuple(
        Landmark(lesson.name or lesson.phrase, (lesson.phrase,), lesson.area_code, lesson.rt, taught=True)
        for lesson in lessons
        if lesson.area_code in playbook.areas
    )
    phrases = [lesson for lesson in lessons if lesson.type_code in playbook.types]
    document = playbook.documents.get(LEXICON)
    documents = dict(playbook.documents)
    if document is not None and phrases:
        documents[LEXICON] = _with_phrases(document, phrases)
    return replace(playbook, landmarks=(*playbook.landmarks, *places), documents=MappingProxyType(documents))


def _with_phrases(document: Document, lessons: Sequence[Taught]) -> Document:
    types = {code: dict(strengths) for code, strengths in document.data["types"].items()}
    for lesson in lessons:
        strengths = types.setdefault(lesson.type_code or "", {})
        strengths["decisive"] = ", ".join(filter(None, [strengths.get("decisive", ""), lesson.phrase]))
    return replace(document, data={**document.data, "types": types})
