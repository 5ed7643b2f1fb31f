"""How far a caller is in the menu: small enough to stand in a URL, so that a step needs no memory."""

import re
from dataclasses import dataclass
from typing import Final, Self

HIGHEST_RT: Final = 99
"""No kelurahan is known to have more; numbers above are slips."""

_SEGMENT: Final = re.compile(
    r"(?P<node>[a-z_]{0,30})-(?P<group>\d?)-(?P<area>[1-9]?)-(?P<rt>(?:[1-9]\d?)?)-(?P<tries>\d{1,2})-(?P<repeats>\d)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """The node that the caller is at and what was answered so far. Without a node the menu has not begun."""

    node: str = ""
    group: int | None = None
    """Kind of trouble, 0-9, as in the playbook's group priorities."""
    area: str | None = None
    """The kelurahan's key, one digit 1-9."""
    rt: int | None = None
    """1 to HIGHEST_RT."""
    tries: int = 0
    """Silences and wrong keys at this node, or rounds of waiting, 0-99."""
    repeats: int = 0
    """How often this node was heard again on request, 0-9."""

    @property
    def has_answers(self) -> bool:
        """Whether the caller has told anything about what is going on."""
        return self.group is not None or self.area is not None or self.rt is not None

    def to_segment(self) -> str:
        """This progress as one URL path segment, of letters, digits, `-` and `_`."""
        answers = (self.group, self.area, self.rt)
        told = "-".join("" if answer is None else str(answer) for answer in answers)
        return f"{self.node}-{told}-{self.tries}-{self.repeats}"

    @classmethod
    def from_segment(cls, segment: str) -> Self:
        """The progress behind a segment; a malformed one is a caller at the start."""
        found = _SEGMENT.fullmatch(segment)
        if not found:
            return cls()
        return cls(
            node=found["node"],
            group=int(found["group"]) if found["group"] else None,
            area=found["area"] or None,
            rt=int(found["rt"]) if found["rt"] else None,
            tries=int(found["tries"]),
            repeats=int(found["repeats"]),
        )
