"""How urgent something is: the programme's four words."""

from enum import StrEnum
from typing import Final


class Priority(StrEnum):
    """How urgent: the four words that operators and units use, most urgent first."""

    DARURAT = "darurat"
    TINGGI = "tinggi"
    SEDANG = "sedang"
    RENDAH = "rendah"

    @property
    def rank(self) -> int:
        """1 for the most urgent to 4, the common number of the field."""
        return _RANKS[self]


_RANKS: Final = {priority: rank for rank, priority in enumerate(Priority, 1)}
