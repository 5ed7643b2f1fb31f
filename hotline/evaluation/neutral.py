"""Officials' own words, without what could name a caller: the report goes to many desks."""

import re
from collections.abc import Iterable
from typing import Final

HIDDEN: Final = "(pelapor)"
_NUMBER: Final = re.compile(r"(?<!\d)\+?\d(?:[\s.()-]?\d){5,}")
"""Six digits or more, however they are grouped: longer than a case's number, an RT or a time."""
SHORTEST: Final = 3
"""Letters of a name that is worth looking for."""


def neutral(words: str, names: Iterable[str]) -> str:
    """`words` without telephone numbers and without the callers' `names`, whole or in parts."""
    said = _NUMBER.sub("(nomor)", words)
    parts = {part for name in names for part in (name, *name.split()) if len(part) >= SHORTEST}
    for part in sorted(parts, key=len, reverse=True):
        said = re.sub(rf"\b{re.escape(part)}\b", HIDDEN, said, flags=re.IGNORECASE)
    return said
