"""The programme's words on a screen: what is wrong with the files, and each text with who gets it when and
who has worded it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, current_app
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from hotline.console.pages import looking, page
from hotline.console.text_labels import READER, Reader, occasion
from hotline.domain.playbook import Fault, Playbook, Text
from hotline.domain.rights import Act
from hotline.domain.segments import Size, measure
from hotline.models import Wording
from hotline.playbook_reader import PlaybookError, read_playbook
from hotline.web import needs, runtime
from hotline.words_in_force import newest

bp = Blueprint("playbook_page", __name__)


@dataclass(frozen=True, slots=True)
class TextView:
    """One text in one language: as it stands in the file, and as people get it with its longest values."""

    key: str
    language: str
    when: str
    words: str
    filled: str
    size: Size
    changed: Wording | None
    """The screen's version, where the file's words do not count."""


@bp.get("/playbook")
@needs(Act.MANAGE_WORDS)
def index() -> Response:
    """The files as they are now, and the texts as they go out."""
    words = runtime().words
    with looking() as session:
        words.look(session)
        changed = {(row.text_key, row.language): row for row in newest(session) if row.words is not None}
    book = words.playbook
    for each in words.unused:
        changed.pop((each.key, each.language), None)
    groups = [(READER[reader], views) for reader in Reader if (views := _views(book, reader, changed))]
    return page("playbook", groups=groups, faults=_faults(Path(book.folder)), unused=words.unused)


def _faults(folder: Path) -> list[Fault]:
    """Every fault of the files as they stand there now; what runs was read when it started."""
    known = current_app.extensions
    try:
        read = read_playbook(folder, known["hotline_checkers"])
    except PlaybookError as error:
        return list(error.faults)
    return [fault for advise in known["hotline_advisers"] for fault in advise(read)]


Changed = Mapping[tuple[str, str], Wording]


def _views(book: Playbook, reader: Reader, changed: Changed) -> list[TextView]:
    return [
        _view(text, language, words, when, changed.get((text.key, language)))
        for text in book.texts.values()
        for whose, when in [occasion_of(book, text.key)]
        if whose is reader
        for language, words in text.words.items()
    ]


def _view(text: Text, language: str, words: str, when: str, changed: Wording | None) -> TextView:
    filled = words.format(**text.longest)
    return TextView(text.key, language, when, words, filled, measure(filled), changed)


def occasion_of(book: Playbook, key: str) -> tuple[Reader, str]:
    """Who gets the text, and when, in words."""
    found = occasion(key)
    if found is not None:
        return found[0], str(found[1])
    endings = ", ".join(dict.fromkeys(_endings(book, key)))
    if not endings:
        return Reader.RESIDENT, _("tidak dipakai")
    return Reader.RESIDENT, _("kasus berakhir: %(endings)s", endings=endings)


def _endings(book: Playbook, key: str) -> Iterator[str]:
    for choice in (*book.dispositions.values(), *book.rejections.values()):
        if choice.text == key:
            yield choice.name
