"""What a unit asks in one word, or answers with one letter: read before the grammar, by exact words only."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.domain.incident_number import is_valid
from sms.grammar.lexicon import Lexicon

_SHAPE: Final = re.compile(r"\s*([^\W\d_]+)[\s.:,#]*(\d{4,6})?\s*[.?!]*\s*", re.IGNORECASE)
_WITH_ITS_MEANING: Final = re.compile(
    r"(\s*ya?[\s.:,#]*\d{4,6})[\s,(]+ada\W*|(\s*t[\s.:,#]*\d{4,6})[\s,(]+tidak\W*", re.IGNORECASE
)
"""`Y 1041 (ada)`, `T 1041 tidak`: as the question puts it to a neighbour."""
_CODE: Final = re.compile(r"\s*(\d{4,6})[\s.:,#]+(\d{4})\s*\.?\s*")


class UnitWord(StrEnum):
    """What is asked; `accept_leg` is a partner's code behind a number."""

    TASKS = "tasks"
    DETAILS = "details"
    COMING = "coming"
    PRESENT = "present"
    YES = "yes"
    NO = "no"
    ACCEPT_LEG = "accept_leg"


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit's word with the incident's number and the code behind it, where they stand there."""

    word: UnitWord
    number: str | None = None
    code: str = ""


_YES_NO: Final = {"y": UnitWord.YES, "ya": UnitWord.YES, "t": UnitWord.NO, "tidak": UnitWord.NO}
_WITHOUT_NUMBER: Final = frozenset({UnitWord.TASKS, UnitWord.PRESENT, UnitWord.YES, UnitWord.NO})


def read_unit_word(words: str, lexicon: Lexicon) -> Asked | None:
    """The word, where the whole text is one; everything longer is for the grammar."""
    if found := _CODE.fullmatch(words):
        number, code = found.groups()
        return Asked(UnitWord.ACCEPT_LEG, number, code) if is_valid(number) else None
    if copied := _WITH_ITS_MEANING.fullmatch(words):
        words = copied[1] or copied[2]
    shape = _SHAPE.fullmatch(words)
    if shape is None:
        return None
    said, number = shape.group(1).lower(), shape.group(2)
    name = lexicon.commands.get(said, "")
    word = UnitWord(name) if name in set(UnitWord) else _YES_NO.get(said)
    if word is None or (number is None and word not in _WITHOUT_NUMBER):
        return None
    return Asked(word, number)


def in_distress(words: str, lexicon: Lexicon) -> bool:
    """Whether a word of distress stands anywhere in the text."""
    said = re.findall(r"[^\W\d_]+", words.lower())
    return any(lexicon.commands.get(word) == "distress" for word in said)
