"""Whether a text is a part of a longer one: by the sender's own count ('1/2'), or by how full it is.

Carriers put long texts together again, most of the time; some telephones and gateways hand over the parts one
by one, out of order, and some people count their parts by hand.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from hotline.domain.segments import Alphabet, measure

_COUNT: Final = r"[(\[]?(?P<part>[1-9])\s?/\s?(?P<of>[2-9])[)\]]?"
_BEFORE: Final = re.compile(rf"\s*{_COUNT}[\s.:)-]+(?P<next>\w*)", re.ASCII)
_AFTER: Final = re.compile(rf"(?P<next>\w*)[\s.]{{1,3}}{_COUNT}\s*$", re.ASCII)
_TAIL: Final = 40
"""Characters at the end in which a count is looked for: a text of a megabyte costs no more."""
FULL: Final = {Alphabet.GSM7: (150, 160), Alphabet.UCS2: (64, 70)}
"""Units of a part that another one follows: 153 or 67, less what is lost to a torn word, up to one whole."""
TORN: Final = {Alphabet.GSM7: (153, 160), Alphabet.UCS2: (67, 70)}
"""Units at which a machine tears a text, without regard to its words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that the sender has counted, and its words without the count."""

    part: int
    of: int
    words: str


def counted(words: str, not_parts: Set[str]) -> Part | None:
    """The text as a counted part; `not_parts` are words beside which '1/2' is something else."""
    if "/" not in words:
        return None
    before, after = _BEFORE.match(words), _AFTER.search(words[-_TAIL:])
    if before is not None and _counts(before, not_parts):
        return Part(int(before["part"]), int(before["of"]), words[before.start("next") :].strip())
    if after is not None and _counts(after, not_parts):
        end = max(len(words) - _TAIL, 0) + after.end("next")
        return Part(int(after["part"]), int(after["of"]), words[:end].strip())
    return None


def _counts(found: re.Match[str], not_parts: Set[str]) -> bool:
    return int(found["part"]) <= int(found["of"]) and found["next"].lower() not in not_parts


def is_full(words: str) -> bool:
    """Whether the text fills a part to its end, so that more may follow."""
    size = measure(words)
    least, most = FULL[size.alphabet]
    return least <= size.units <= most


def is_torn(words: str) -> bool:
    """Whether the text is exactly as long as a machine cuts one of several parts; hardly anybody types so."""
    size = measure(words)
    return size.units == TORN[size.alphabet][0]


def joined(parts: Sequence[Part]) -> str:
    """The words of counted parts in their order."""
    return " ".join(each.words for each in sorted(parts, key=lambda each: each.part))


def glued(first: str, second: str) -> str:
    """Two parts of which a carrier tore the first off where it was full: perhaps within a word."""
    size = measure(first)
    torn = size.units in TORN[size.alphabet] and not first[-1:].isspace() and not second[:1].isspace()
    return f"{first}{'' if torn else ' '}{second}"
