"""What the grammar found, in the desk's terms."""

from typing import Final

from sqlalchemy import Engine

from hotline.database import read_only
from hotline.domain.playbook import UNCLEAR, Playbook, Priority
from hotline.intake import Reading, Underline
from sms.grammar import Reader
from sms.grammar.meaning import Context, Found, Meaning, Sender
from sms.learned import Readers

MOST_PLACE: Final = 200
MOST_PEOPLE: Final = 9999
LONGEST_READ: Final = 2000
"""Characters of a text that are understood; all of it is kept. Ten parts are more than anybody types."""


def reading_of(meaning: Meaning, playbook: Playbook) -> Reading:
    """The facts of a report; what was not found keeps the cautious default: unclear, and its priority."""
    type_code = meaning.incident_type.value if meaning.incident_type else UNCLEAR
    heard = meaning.priority or meaning.danger
    priority = heard.value if heard else playbook.types[type_code].priority
    return Reading(
        type_code=type_code,
        priority=priority,
        reasons=tuple(dict.fromkeys(reason.sign.value for reason in meaning.reasons)),
        area_code=meaning.area.value if meaning.area else None,
        outside=meaning.outside.value if meaning.outside else None,
        rt=meaning.rt.value if meaning.rt else None,
        place=meaning.landmark.value[:MOST_PLACE] if meaning.landmark else "",
        people=meaning.people if meaning.people is not None and meaning.people <= MOST_PEOPLE else None,
        do_not_call=meaning.do_not_call,
        underlines=tuple(_underlines(meaning)),
    )


def _underlines(meaning: Meaning) -> list[Underline]:
    found: dict[str, Found[str] | Found[int] | Found[Priority] | None] = {
        "type": meaning.incident_type,
        "area": meaning.area,
        "outside": meaning.outside,
        "rt": meaning.rt,
        "landmark": meaning.landmark,
    }
    marks = [
        Underline(span.start, span.end, what)
        for what, each in found.items()
        if each is not None
        for span in each.spans
    ]
    marks.extend(Underline(reason.span.start, reason.span.end, "reason") for reason in meaning.reasons)
    return sorted(marks, key=lambda mark: (mark.start, -mark.end))


class WordsReader:
    """Reads words that an operator types in, as if a resident had sent them."""

    def __init__(self, readers: Readers, engine: Engine) -> None:
        self.readers = readers
        self.engine = engine

    def __call__(self, words: str) -> Reading:
        """What is understood of `words`."""
        return reading_of(self._reader().read(words, Sender.RESIDENT, Context()), self.readers.playbook)

    def unread(self, words: str) -> tuple[str, ...]:
        """What of `words` is not known to the lexicon."""
        return self._reader().read(words, Sender.RESIDENT, Context()).unknown_words

    def _reader(self) -> Reader:
        with read_only(self.engine) as session:
            return self.readers.of(session)
